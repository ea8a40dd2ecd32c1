using System.Text.Json;
using Keystone.Ethereum.Rlp;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class ValueDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Hashes_checksums_and_RLP_are_those_of_viem_and_ethers() => Peers.CompareAsync("values", 2_000, output, vector =>
    {
        Assert.Equal(vector.Text("keccak"), Keccak256.Hash(vector.Bytes("bytes")).ToString());
        Assert.Equal(vector.Text("address"), Address.Parse(vector.Text("address").ToLowerInvariant()).ToString());
        RlpWriter writer = new();
        Write(vector.GetProperty("item"), writer);
        Assert.Equal(vector.Text("rlp"), Hex.Encode(writer.ToArray()));
        RlpReader reader = new(vector.Bytes("rlp"));
        AssertRead(vector.GetProperty("item"), ref reader);
        Assert.True(reader.IsAtEnd);
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

    static void AssertRead(JsonElement item, ref RlpReader reader)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            Assert.Equal(item.GetString(), Hex.Encode(reader.ReadBytes()));
            return;
        }
        RlpReader list = reader.ReadList();
        foreach (JsonElement member in item.EnumerateArray()) AssertRead(member, ref list);
        Assert.True(list.IsAtEnd);
    }
}
