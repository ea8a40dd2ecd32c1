using System.Globalization;

namespace Keystone.Compliance.Lists;

/// <summary>Compares a file with the one that is in use: a list does not lose half of itself in a day, and does not grow younger.</summary>
internal static class ListGuard
{
    /// <summary>Refuses a file that cannot be the next one.</summary>
    /// <exception cref="ListFileException">It is refused; the message says how it is accepted all the same.</exception>
    public static void Check(ListOptions options, LoadedFile file, LoadedFile? last)
    {
        ParsedList list = file.List;
        if (list.Entries.Count < options.LeastEntries)
            throw new ListFileException(list.Entries.Count == 0 ? "empty" : "halved", $"{options.File} has {list.Entries.Count} entries, and LeastEntries of the list {options.Name} is {options.LeastEntries}.");
        if (last is null || file.Hash == last.Hash || options.AcceptSha256.Equals(file.Hash.ToString()[2..], StringComparison.OrdinalIgnoreCase)) return;
        if (list.PublishedAt < last.List.PublishedAt)
            throw new ListFileException("stale_copy", string.Create(CultureInfo.InvariantCulture,
                $"{options.File} was published on {list.PublishedAt:yyyy-MM-dd} and is older than the file in use, of {last.List.PublishedAt:yyyy-MM-dd}. Fetch the list again."));
        foreach ((string what, int now, int before) in ((string, int, int)[])[("entries", list.Entries.Count, last.List.Entries.Count), ("names", list.Names, last.List.Names), ("wallets", list.Wallets, last.List.Wallets)])
            if (before >= 2 && now * 2L < before)
                throw new ListFileException("halved", $"{options.File} has {now} {what}, and the file in use has {before}. If that is right, name its SHA-256 {file.Hash.ToString()[2..]} as AcceptSha256 of the list {options.Name}.");
    }

    /// <summary>A sentence when a file has lost more than a fifth of something; null otherwise.</summary>
    public static string? Note(ListOptions options, LoadedFile file, LoadedFile? last)
    {
        if (last is null) return null;
        foreach ((string what, int now, int before) in ((string, int, int)[])[("entries", file.List.Entries.Count, last.List.Entries.Count), ("names", file.List.Names, last.List.Names), ("wallets", file.List.Wallets, last.List.Wallets)])
            if (before >= 10 && now * 5L < before * 4L) return $"The list {options.Name} has {now} {what}, and had {before} before.";
        return null;
    }
}
