using Keystone.Compliance.Lists;

namespace Keystone.Compliance.Changes;

/// <summary>Entries in which two versions of a list differ.</summary>
/// <param name="Added">Entries that came.</param>
/// <param name="Removed">Entries that went, as they were.</param>
/// <param name="Changed">Entries that are otherwise now: as they were, and as they are.</param>
internal sealed record ListChange(IReadOnlyList<ListEntry> Added, IReadOnlyList<ListEntry> Removed, IReadOnlyList<(ListEntry Before, ListEntry After)> Changed)
{
    /// <summary>True when both versions find the same parties.</summary>
    public bool IsEmpty => Added.Count + Removed.Count + Changed.Count == 0;

    /// <summary>Compares two versions by the ids of their entries.</summary>
    public static ListChange Between(ParsedList? before, ParsedList after)
    {
        Dictionary<string, ListEntry> known = (before?.Entries ?? []).ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        List<ListEntry> added = [];
        List<(ListEntry, ListEntry)> changed = [];
        foreach (ListEntry entry in after.Entries)
            if (!known.Remove(entry.Id, out ListEntry? earlier)) added.Add(entry);
            else if (earlier.Content != entry.Content) changed.Add((earlier, entry));
        return new ListChange(added, [.. known.Values], changed);
    }

    /// <summary>Every entry of the change with what became of it: a party is touched by what an entry was and by what it is.</summary>
    public IEnumerable<(ListEntry Entry, string Action)> Entries =>
        [.. Added.Select(entry => (entry, "added")), .. Removed.Select(entry => (entry, "removed")), .. Changed.SelectMany(pair => ((ListEntry, string)[])[(pair.Before, "changed"), (pair.After, "changed")])];
}
