using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Keystone.Domain.Engine;
using Keystone.Domain.Names;
using Keystone.Ethereum;

namespace Keystone.Compliance;

/// <summary>
/// A list of names and wallets. One entry a line: <c>fail</c> or <c>flag</c>, then <c>name</c>, <c>lei</c> or <c>wallet</c>, then the
/// value. <c>#</c> begins a comment at the start of a line, and after the value of a <c>lei</c> or <c>wallet</c>; in a name it is a letter of the name. What
/// precedes a free-standing <c># ...</c> in a line of a name is listed as well, so that a comment there does not hide the name. Names compare as
/// <see cref="NameKey"/>. For rehearsals, <c>silent wallet VALUE</c> is a wallet about which the provider says nothing, as one that is down.
/// </summary>
public sealed class DenyList
{
    readonly FrozenDictionary<string, ScreeningStatus> _entries;
    readonly FrozenSet<string> _silent;

    DenyList(Dictionary<string, ScreeningStatus> entries, HashSet<string> silent, ReadOnlyMemory<byte> content)
    {
        _entries = entries.ToFrozenDictionary(StringComparer.Ordinal);
        _silent = silent.ToFrozenSet(StringComparer.Ordinal);
        Content = content;
        Hash = new Hash32(SHA256.HashData(content.Span));
    }

    /// <summary>The list's bytes.</summary>
    internal ReadOnlyMemory<byte> Content { get; }

    /// <summary>SHA-256 of the list's bytes: evidence of what was consulted.</summary>
    public Hash32 Hash { get; }

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">A line cannot be read; the message names it.</exception>
    public static DenyList Parse(ReadOnlySpan<byte> utf8)
    {
        Dictionary<string, ScreeningStatus> entries = new(StringComparer.Ordinal);
        HashSet<string> silent = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string raw in Encoding.UTF8.GetString(utf8).Split('\n'))
        {
            number++;
            string line = raw.Trim('\uFEFF', ' ', '\t', '\r');
            if (line.Length == 0 || line[0] == '#') continue;
            string[] parts = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts is [_, not "name", _]) parts[2] = parts[2].Split('#')[0].Trim();
            if (parts.Length != 3 || parts[0] is not ("fail" or "flag" or "silent") || (parts[0] == "silent" && parts[1] != "wallet") || parts[1] is not ("name" or "lei" or "wallet"))
                throw new FormatException($"Line {number} of the deny list is not \"fail|flag name|lei|wallet VALUE\" or \"silent wallet VALUE\".");
            if (parts[1] == "wallet" && !Address.TryParse(parts[2], out _))
                throw new FormatException($"Line {number} of the deny list does not hold an address.");
            if (parts[1] == "name" && NameKey.Of(parts[2]).Value.Length == 0)
                throw new FormatException($"Line {number} of the deny list names nobody: its name has no visible character.");
            if (parts[0] == "silent")
            {
                silent.Add(WalletKey(Address.Parse(parts[2])));
                continue;
            }
            ScreeningStatus status = parts[0] == "fail" ? ScreeningStatus.Fail : ScreeningStatus.Flagged;
            foreach (string key in Keys(parts[1], parts[2]))
                if (!entries.TryGetValue(key, out ScreeningStatus known) || known != ScreeningStatus.Fail) entries[key] = status;
        }
        return new DenyList(entries, silent, utf8.ToArray());
    }

    /// <summary>True when the provider says nothing about this question.</summary>
    internal bool IsSilent(ScreeningSubject subject) => subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Any(wallet => _silent.Contains(WalletKey(wallet)));

    /// <summary>Looks a party up.</summary>
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

    static IEnumerable<string> Keys(string kind, string value)
    {
        if (kind == "wallet")
        {
            yield return WalletKey(Address.Parse(value));
            yield break;
        }
        yield return TextKey(kind, value);
        if (kind == "name" && value.IndexOf(" # ", StringComparison.Ordinal) is > 0 and var end) yield return TextKey(kind, value[..end]);
    }

    static string TextKey(string kind, string value) => $"{kind} {NameKey.Of(value)}";
}
