using System.Text.Json;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Tests.Official;

/// <summary>RLPTests of the Ethereum Foundation's consensus tests.</summary>
public sealed class OfficialRlpTests
{
    [Fact]
    public void Writes_each_item()
    {
        int written = 0;
        foreach (JsonElement vector in Vectors.Official("rlp"))
        {
            if (!vector.TryGetProperty("item", out JsonElement item)) continue;
            RlpWriter writer = new();
            Write(item, writer);
            Assert.Equal(vector.Text("encoded"), Hex.Encode(writer.ToArray()));
            written++;
        }
        Assert.True(written > 20);
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
