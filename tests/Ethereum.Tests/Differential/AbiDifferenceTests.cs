using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Keystone.Ethereum.Abi;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class AbiDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Random_values_are_encoded_and_read_as_by_viem_and_ethers() => Peers.CompareAsync("abi", 10_000, output, vector =>
    {
        AbiType type = AbiType.Parse(vector.Text("type"));
        Assert.Equal(vector.Text("type"), type.Name);
        object value = Value(type, vector.GetProperty("value"));
        byte[] expected = vector.Bytes("encoded");
        Assert.True(expected.AsSpan().SequenceEqual(type.Encode(value)), "The encoding is another.");
        Assert.True(IsSame(value, type.Decode(expected)), "The value that was read is another.");
    });

    internal static object Value(AbiType type, JsonElement json) => type.Kind switch
    {
        AbiKind.Uint => UInt256.Parse(json.GetString()!),
        AbiKind.Int => BigInteger.Parse(json.GetString()!, CultureInfo.InvariantCulture),
        AbiKind.Address => Address.Parse(json.GetString()!),
        AbiKind.Bool => json.GetBoolean(),
        AbiKind.FixedBytes or AbiKind.Bytes => Hex.Decode(json.GetString()!),
        AbiKind.String => json.GetString()!,
        AbiKind.Tuple => json.EnumerateArray().Select((member, i) => Value(type.Members[i], member)).ToArray(),
        _ => json.EnumerateArray().Select(item => Value(type.Item!, item)).ToArray(),
    };

    static bool IsSame(object one, object other) => (one, other) switch
    {
        (object[] items, object[] others) => items.Length == others.Length && items.Zip(others).All(pair => IsSame(pair.First, pair.Second)),
        (byte[] bytes, byte[] others) => bytes.AsSpan().SequenceEqual(others),
        _ => one.Equals(other),
    };
}
