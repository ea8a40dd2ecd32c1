using System.Text.Json;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Tests.Rlp;

public sealed class RlpTests
{
    [Fact]
    public void Encodes_as_viem_does()
    {
        foreach (JsonElement vector in Vectors.Of("rlp"))
        {
            JsonElement item = vector.GetProperty("item");
            RlpWriter writer = new();
            Write(item, writer);
            Assert.Equal(vector.Text("encoded"), Hex.Encode(writer.ToArray()));
        }
    }

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
