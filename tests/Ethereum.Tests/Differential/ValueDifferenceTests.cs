using System.Text.Json;
using Keystone.Ethereum.Rlp;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class ValueDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Hashes_checksums_and_RLP_are_those_of_viem_ethers_and_Nethereum() => Peers.CompareAsync("values", 2_000, output, vector =>
    {
        byte[] bytes = vector.Bytes("bytes");
        Assert.Equal(vector.Text("keccak"), Keccak256.Hash(bytes).ToString());
        Assert.Equal(vector.Text("keccak"), NethereumPeer.Keccak(bytes).ToString());
        string lower = vector.Text("address").ToLowerInvariant();
        Assert.Equal(vector.Text("address"), Address.Parse(lower).ToString());
        Assert.Equal(vector.Text("address"), NethereumPeer.Checksum(lower));
        RlpWriter writer = new();
        Write(vector.GetProperty("item"), writer);
        Assert.Equal(vector.Text("rlp"), Hex.Encode(writer.ToArray()));
        Assert.Equal(vector.Text("rlp"), Hex.Encode(NethereumPeer.Rlp(vector.GetProperty("item"))));
    });

    static void Write(JsonElement item, RlpWriter writer)
    {
        if (item.ValueKind == JsonValueKind.String)
            writer.Bytes(Hex.Decode(item.GetString()!));
        else
            writer.List(list =>
            {
                foreach (JsonElement member in item.EnumerateArray()) Write(member, list);
            });
    }
}
