namespace Keystone.Compliance.Lists;

/// <summary>A list as its file has it.</summary>
/// <param name="Entries">Every entry once, in the order of the file.</param>
/// <param name="PublishedAt">When the publisher made it, UTC; null when the file does not say.</param>
/// <param name="OtherAddresses">Number of digital currency addresses that belong to no EVM chain.</param>
/// <param name="Notes">What a person should know of the file, as sentences: a namespace that is new, entries without a name.</param>
public sealed record ParsedList(IReadOnlyList<ListEntry> Entries, DateTimeOffset? PublishedAt, int OtherAddresses, IReadOnlyList<string> Notes)
{
    /// <summary>Number of names.</summary>
    public int Names => Entries.Sum(entry => entry.Names.Count);

    /// <summary>Number of addresses.</summary>
    public int Wallets => Entries.Sum(entry => entry.Wallets.Count);
}
