using System.Text.Json;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Tests.Official;

/// <summary>RLPTests of the Ethereum Foundation's consensus tests.</summary>
public sealed class OfficialRlpTests
{
    [Fact]
    public void Writes_and_reads_each_item()
    {
        foreach (JsonElement vector in Vectors.Official("rlp"))
        {
            byte[] encoded = vector.Bytes("encoded");
            RlpReader reader = new(encoded);
            Assert.Equal(encoded, Copy(ref reader));
            if (!vector.TryGetProperty("item", out JsonElement item)) continue;
            RlpWriter writer = new();
            Write(item, writer);
            Assert.Equal(vector.Text("encoded"), Hex.Encode(writer.ToArray()));
        }
    }

    [Fact]
    public void Refuses_each_that_is_none()
    {
        foreach (JsonElement vector in Vectors.Official("rlp_invalid"))
        {
            string text = vector.Text("encoded");
            byte[] bytes = Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text);
            Assert.Throws<RlpException>(() =>
            {
                RlpReader reader = new(bytes);
                Copy(ref reader);
            });
        }
    }

    // Everything that is there is read, and written again.
    static byte[] Copy(ref RlpReader reader)
    {
        RlpWriter writer = new();
        CopyItem(ref reader, writer);
        if (!reader.IsAtEnd) throw new RlpException("Bytes are left over.");
        return writer.ToArray();
    }

    static void CopyItem(ref RlpReader reader, RlpWriter writer)
    {
        if (!reader.IsList)
        {
            writer.Bytes(reader.ReadBytes());
            return;
        }
        List<byte> inner = [];
        RlpReader list = reader.ReadList();
        while (!list.IsAtEnd)
        {
            RlpWriter item = new();
            CopyItem(ref list, item);
            inner.AddRange(item.ToArray());
        }
        writer.List(items => items.Encoded([.. inner]));
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
