using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>Finds the members of a block answer that this build does not know.</summary>
internal static class UnknownMembers
{
    // Names go into log lines and health answers.
    const int MostNames = 8;
    const int LongestName = 40;

    static readonly FrozenSet<string> Known = new[]
    {
        // Fields of the header, up to Amsterdam.
        "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp",
        "extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash", "blockAccessListHash",
        "slotNumber",
        // Beside the header: execution-apis, and what clients add.
        "hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals", "author", "sealFields",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Names of members with a value, in the order of the answer, eight at most; empty for all blocks of the forks that are known.</summary>
    public static ImmutableArray<string> Of(JsonElement block)
    {
        ImmutableArray<string>.Builder? names = null;
        foreach (JsonProperty member in block.EnumerateObject())
        {
            if (IsKnown(member) || member.Value.ValueKind == JsonValueKind.Null) continue;
            names ??= ImmutableArray.CreateBuilder<string>();
            if (names.Count == MostNames) break;
            names.Add(Printable(member.Name));
        }
        return names?.ToImmutable() ?? [];
    }

    // Compared by their bytes in the answer: one string a member would be the larger part of what a header costs.
    static bool IsKnown(JsonProperty member)
    {
        ReadOnlySpan<byte> raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Length > LongestName) return false;
        Span<char> name = stackalloc char[LongestName];
        for (int i = 0; i < raw.Length; i++) name[i] = (char)raw[i];
        return Known.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name[..raw.Length]);
    }

    // The node chooses the contents.
    static string Printable(string name) => string.Concat((name.Length > LongestName ? name[..LongestName] : name).Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '?'));
}
