using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Transactions;

namespace Keystone.Testing;

/// <summary>A transaction as scripts/lib/ethereum-peers.mjs writes it.</summary>
public static class PeerTransaction
{
    /// <summary>The fields that are signed.</summary>
    public static Eip1559Transaction Of(JsonElement vector) => new(
        vector.GetProperty("chainId").GetUInt64(), vector.GetProperty("nonce").GetUInt64(), Integer(vector, "maxPriorityFeePerGas"), Integer(vector, "maxFeePerGas"),
        (ulong)Integer(vector, "gas"), vector.GetProperty("to").GetString() is { } account ? Address.Parse(account) : null, Integer(vector, "value"),
        Hex.Decode(vector.GetProperty("data").GetString()!))
    {
        AccessList = [.. vector.GetProperty("accessList").EnumerateArray().Select(entry => new AccessListEntry(
            Address.Parse(entry.GetProperty("address").GetString()!), [.. entry.GetProperty("storageKeys").EnumerateArray().Select(key => Hash32.Parse(key.GetString()!))]))],
    };

    static UInt256 Integer(JsonElement vector, string name) => UInt256.Parse(vector.GetProperty(name).GetString()!);
}
