using System.Text.Json;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Tests.Abi;
using Keystone.Testing;
using Nethereum.ABI.Model;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class AbiDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Random_values_are_encoded_and_read_as_by_viem_ethers_and_Nethereum() => Peers.CompareAsync("abi", 10_000, output, vector =>
    {
        byte[] expected = vector.Bytes("encoded");
        JsonElement types = vector.GetProperty("types");
        AbiShape shape = AbiShape.Tuple([.. types.EnumerateArray().Select(AbiShape.Of)]);
        Assert.True(expected.AsSpan().SequenceEqual(shape.Write(vector.GetProperty("values")).Encode()), "The encoding is another.");
        AbiReader reader = new(expected);
        Assert.True(expected.AsSpan().SequenceEqual(shape.ReadMembers(ref reader).Encode()), "The value that was read is another.");

        Parameter[] parameters = NethereumPeer.Parameters(types.GetRawText());
        Assert.True(expected.AsSpan().SequenceEqual(NethereumPeer.Encode(parameters, NethereumPeer.Values(types, vector.GetProperty("values")))), "Nethereum's encoding is another.");
        Assert.True(expected.AsSpan().SequenceEqual(NethereumPeer.Encode(parameters, NethereumPeer.Decode(parameters, expected))), "The value that Nethereum read is another.");
    });
}
