using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Keystone.Ethereum;
using Keystone.Domain.Engine;

namespace Keystone.Compliance;

/// <summary>
/// A list of names and wallets. One entry a line: <c>fail</c> or <c>flag</c>, then <c>name</c>, <c>lei</c> or <c>wallet</c>, then the
/// value; <c>#</c> begins a comment. Names compare without case, with runs of spaces as one. They are not brought to one Unicode form, because programs
/// built for the invariant globalization have no tables for that: list a name with accents in the composed and in the decomposed form.
/// </summary>
public sealed class DenyList
{
    readonly FrozenDictionary<string, ScreeningStatus> _entries;

    DenyList(Dictionary<string, ScreeningStatus> entries, Hash32 hash)
    {
        _entries = entries.ToFrozenDictionary(StringComparer.Ordinal);
        Hash = hash;
    }

    /// <summary>SHA-256 of the list's bytes: evidence of what was consulted.</summary>
    public Hash32 Hash { get; }

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">A line cannot be read; the message names it.</exception>
    public static DenyList Parse(ReadOnlySpan<byte> utf8)
    {
        Dictionary<string, ScreeningStatus> entries = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string raw in Encoding.UTF8.GetString(utf8).Split('\n'))
        {
            number++;
            string line = raw.Split('#')[0].Trim();
            if (line.Length == 0) continue;
            string[] parts = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 3 || parts[0] is not ("fail" or "flag") || parts[1] is not ("name" or "lei" or "wallet"))
                throw new FormatException($"Line {number} of the deny list is not \"fail|flag name|lei|wallet VALUE\".");
            if (parts[1] == "wallet" && !Address.TryParse(parts[2], out _))
                throw new FormatException($"Line {number} of the deny list does not hold an address.");
            string key = parts[1] == "wallet" ? WalletKey(Address.Parse(parts[2])) : TextKey(parts[1], parts[2]);
            ScreeningStatus status = parts[0] == "fail" ? ScreeningStatus.Fail : ScreeningStatus.Flagged;
            if (!entries.TryGetValue(key, out ScreeningStatus known) || known != ScreeningStatus.Fail) entries[key] = status;
        }
        return new DenyList(entries, new Hash32(SHA256.HashData(utf8)));
    }

    /// <summary>What the list says of a party.</summary>
    public ScreeningStatus Judge(ScreeningSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        IEnumerable<string> keys = subject.Layer == ScreeningLayer.Wallet
            ? subject.Wallets.Select(WalletKey)
            : ((string?[])[subject.Name is null ? null : TextKey("name", subject.Name), subject.Lei is null ? null : TextKey("lei", subject.Lei)]).OfType<string>();
        ScreeningStatus worst = ScreeningStatus.Pass;
        foreach (string key in keys)
        {
            if (!_entries.TryGetValue(key, out ScreeningStatus status)) continue;
            if (status == ScreeningStatus.Fail) return status;
            worst = status;
        }
        return worst;
    }

    static string WalletKey(Address wallet) => "wallet " + Convert.ToHexString(wallet.ToBytes());

    static string TextKey(string kind, string value) =>
        $"{kind} {string.Join(' ', value.Normalize(NormalizationForm.FormC).ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}";
}
