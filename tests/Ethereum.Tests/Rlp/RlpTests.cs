using System.Text.Json;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Tests.Rlp;

public sealed class RlpTests
{
    [Fact]
    public void Encodes_and_reads_as_viem_does()
    {
        foreach (JsonElement vector in Vectors.Of("rlp"))
        {
            JsonElement item = vector.GetProperty("item");
            RlpWriter writer = new();
            Write(item, writer);
            Assert.Equal(vector.Text("encoded"), Hex.Encode(writer.ToArray()));
            RlpReader reader = new(vector.Bytes("encoded"));
            AssertRead(item, ref reader);
            Assert.True(reader.IsAtEnd);
        }
    }

    [Theory]
    [InlineData("0x8100")] // a single byte below 0x80 in long form
    [InlineData("0xb801ff")] // long form for a short length
    [InlineData("0xb90038")] // leading zero in a length
    [InlineData("0x83ffff")] // cut off
    [InlineData("0xbfffffffffffffffff")] // a length beyond memory
    [InlineData("0x")]
    public void Refuses_what_is_not_canonical(string bytes) =>
        Assert.Throws<RlpException>(() => new RlpReader(Hex.Decode(bytes)).ReadBytes());

    [Fact]
    public void Refuses_integers_with_leading_zeros_or_too_many_bits()
    {
        Assert.Throws<RlpException>(() => new RlpReader(Hex.Decode("0x00")).ReadInteger());
        Assert.Throws<RlpException>(() => new RlpReader(Hex.Decode("0x820001")).ReadInteger());
        Assert.Throws<RlpException>(() => new RlpReader(Hex.Decode("0xa1" + string.Concat(Enumerable.Repeat("11", 33)))).ReadInteger());
        Assert.Throws<RlpException>(() => new RlpReader(Hex.Decode("0x89010000000000000000")).ReadUInt64());
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
