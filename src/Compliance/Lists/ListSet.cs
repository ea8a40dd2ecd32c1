using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Keystone.Compliance.Matching;
using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>All lists that are consulted together, with their index. Never changes.</summary>
internal sealed class ListSet
{
    readonly FrozenDictionary<Address, int[]> _wallets;
    readonly FrozenDictionary<string, int[]> _leis;
    readonly string[] _sources;

    public ListSet(IReadOnlyList<(string Source, ListFormat Format, LoadedFile File)> files)
    {
        Files = files;
        ListEntry[] entries = [.. files.SelectMany(file => file.File.List.Entries)];
        _sources = [.. files.SelectMany(file => Enumerable.Repeat(file.Source, file.File.List.Entries.Count))];
        Index = new NameIndex(entries);
        _wallets = Map(entries, entry => entry.Wallets).ToFrozenDictionary();
        _leis = Map(entries, entry => entry.Leis).ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<(string Source, ListFormat Format, LoadedFile File)> Files { get; }

    public NameIndex Index { get; }

    /// <summary>Places of the entries with a wallet.</summary>
    public int[] Of(Address wallet) => _wallets.GetValueOrDefault(wallet, []);

    /// <summary>Places of the entries with a legal entity identifier.</summary>
    public int[] Of(string lei) => _leis.GetValueOrDefault(lei, []);

    /// <summary>List that an entry stands on.</summary>
    public string SourceOf(int entry) => _sources[entry];

    /// <summary>SHA-256 over the lists' names, formats and hashes: the same files give the same hash.</summary>
    public static Hash32 HashOf(IEnumerable<(string Source, string Format, Hash32 File)> files) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.OrderBy(file => file.Source, StringComparer.Ordinal).Select(file => $"{file.Source}\n{file.Format}\n{file.File}\n")))));

    static Dictionary<TKey, int[]> Map<TKey>(ListEntry[] entries, Func<ListEntry, IEnumerable<TKey>> keys) where TKey : notnull =>
        entries.SelectMany((entry, at) => keys(entry).Select(key => (Key: key, At: at))).GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.Select(pair => pair.At).ToArray());
}
