using System.Text.Json;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;
using Keystone.Ethereum.Tests.Abi;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class TypedDataDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Random_structs_have_the_digest_of_viem_ethers_and_Nethereum() => Peers.CompareAsync("typed-data", 2_000, output, vector =>
    {
        JsonElement domain = vector.GetProperty("domain");
        Hash32 separator = TypedData.DomainSeparator(domain.Text("name"), domain.Text("version"), (ulong)domain.Integer("chainId"), Address.Parse(domain.Text("verifyingContract")));
        Assert.Equal(vector.Text("separator"), separator.ToString());
        string primary = vector.Text("primaryType");
        AbiValue[] words = [.. vector.GetProperty("types").GetProperty(primary).EnumerateArray()
            .Select(member => AbiShape.Of(member.Text("type")).Write(vector.GetProperty("message").GetProperty(member.Text("name"))))];
        Hash32 hash = TypedData.HashStruct(AbiCall.Topic(vector.Text("encodeType")), words);
        Assert.Equal(vector.Text("struct"), hash.ToString());
        Assert.Equal(vector.Text("digest"), TypedData.Digest(separator, hash).ToString());
        Assert.Equal(vector.Text("digest"), NethereumPeer.Digest(vector.GetRawText()).ToString());
    });
}
