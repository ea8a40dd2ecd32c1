using System.Text.Json;
using Keystone.Ethereum.Abi;

namespace Keystone.Ethereum.Tests.Abi;

public sealed class AbiTests
{
    [Fact]
    public void Encodes_as_viem_does()
    {
        foreach (JsonElement vector in Vectors.Of("abi"))
            Assert.Equal(vector.Text("encoded"), Hex.Encode(AbiValue.Tuple(Build(vector)).Encode()));
    }

    [Fact]
    public void Reads_what_it_wrote()
    {
        foreach (JsonElement vector in Vectors.Of("abi"))
        {
            AbiReader reader = new(vector.Bytes("encoded"));
            AssertRead(vector, ref reader);
        }
    }

    [Fact]
    public void Corrupted_encodings_are_refused_or_read_and_never_do_anything_else()
    {
        Random random = new(3);
        int refused = 0;
        foreach (JsonElement vector in Vectors.Of("abi"))
        {
            byte[] encoded = vector.Bytes("encoded");
            for (int i = 0; i < 200; i++)
            {
                byte[] corrupt = encoded[..random.Next(encoded.Length + 1)];
                for (int flips = random.Next(4); flips > 0 && corrupt.Length > 0; flips--)
                    corrupt[random.Next(corrupt.Length)] = (byte)random.Next(256);
                try
                {
                    AbiReader reader = new(corrupt);
                    Walk(vector, ref reader);
                }
                catch (AbiException fault)
                {
                    Assert.InRange(fault.Offset, 0, corrupt.Length);
                    refused++;
                }
            }
        }
        Assert.True(refused > 1_000);
    }

    [Theory]
    [InlineData(0)] // an offset past the end
    [InlineData(1)] // a length larger than what is there
    [InlineData(2)] // padding that is not zero
    public void Names_the_offset_of_a_fault(int fault)
    {
        byte[] encoded = AbiValue.Tuple(AbiValue.Bytes([1, 2, 3])).Encode();
        int at = fault switch { 0 => 31, 1 => 60, _ => 67 };
        encoded[at] = 0xff;
        AbiException refusal = Assert.Throws<AbiException>(() => new AbiReader(encoded).ReadBytes());
        Assert.Equal(fault switch { 0 => 0, 1 => 32, _ => 67 }, refusal.Offset);
    }

    [Fact]
    public void Selectors_and_topics_of_well_known_signatures()
    {
        Assert.Equal("0xa9059cbb", Hex.Encode(AbiCall.Selector("transfer(address,uint256)")));
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
            AbiCall.Topic("Transfer(address,address,uint256)").ToString());
    }

    static AbiValue Build(JsonElement vector)
    {
        JsonElement value = vector.GetProperty("value");
        return vector.Text("type") switch
        {
            "uint256" => AbiValue.Uint(UInt256.Parse(value.GetString()!)),
            "address" => AbiValue.Address(Address.Parse(value.GetString()!)),
            "bool" => AbiValue.Bool(value.GetBoolean()),
            "bytes32" => AbiValue.Bytes32(Hash32.Parse(value.GetString()!)),
            "bytes" => AbiValue.Bytes(Hex.Decode(value.GetString()!)),
            "string" => AbiValue.String(value.GetString()!),
            "tuple" => AbiValue.Tuple(value.EnumerateArray().Select(Build).ToArray()),
            _ => AbiValue.Array(value.EnumerateArray().Select(Build).ToArray()),
        };
    }

    static bool IsDynamic(JsonElement vector) => vector.Text("type") switch
    {
        "bytes" or "string" or "array" => true,
        "tuple" => vector.GetProperty("value").EnumerateArray().Any(IsDynamic),
        _ => false,
    };

    static int HeadSize(JsonElement vector) => vector.Text("type") == "tuple" && !IsDynamic(vector)
        ? vector.GetProperty("value").EnumerateArray().Sum(HeadSize)
        : 32;

    static void AssertRead(JsonElement vector, ref AbiReader reader)
    {
        JsonElement value = vector.GetProperty("value");
        switch (vector.Text("type"))
        {
            case "uint256": Assert.Equal(value.GetString(), reader.ReadUInt256().ToString()); break;
            case "address": Assert.Equal(value.GetString(), reader.ReadAddress().ToString()); break;
            case "bool": Assert.Equal(value.GetBoolean(), reader.ReadBool()); break;
            case "bytes32": Assert.Equal(value.GetString(), reader.ReadBytes32().ToString()); break;
            case "bytes": Assert.Equal(value.GetString(), Hex.Encode(reader.ReadBytes())); break;
            case "string": Assert.Equal(value.GetString(), reader.ReadString()); break;
            default: ReadMembers(vector, ref reader, AssertRead); break;
        }
    }

    static void Walk(JsonElement vector, ref AbiReader reader)
    {
        switch (vector.Text("type"))
        {
            case "uint256": reader.ReadUInt256(); break;
            case "address": reader.ReadAddress(); break;
            case "bool": reader.ReadBool(); break;
            case "bytes32": reader.ReadBytes32(); break;
            case "bytes": reader.ReadBytes(); break;
            case "string": reader.ReadString(); break;
            default: ReadMembers(vector, ref reader, Walk); break;
        }
    }

    delegate void Read(JsonElement vector, ref AbiReader reader);

    static void ReadMembers(JsonElement vector, ref AbiReader reader, Read read)
    {
        JsonElement[] members = [.. vector.GetProperty("value").EnumerateArray()];
        if (vector.Text("type") == "array")
        {
            AbiReader items = reader.ReadArray(out int length, HeadSize(members[0]));
            for (int i = 0; i < Math.Min(length, members.Length); i++) read(members[i], ref items);
            return;
        }
        if (!IsDynamic(vector))
        {
            foreach (JsonElement member in members) read(member, ref reader);
            return;
        }
        AbiReader inner = reader.ReadDynamicTuple();
        foreach (JsonElement member in members) read(member, ref inner);
    }
}
