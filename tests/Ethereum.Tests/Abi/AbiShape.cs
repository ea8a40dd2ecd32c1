using System.Globalization;
using System.Text.Json;
using Keystone.Ethereum.Abi;

namespace Keystone.Ethereum.Tests.Abi;

/// <summary>A type of the ABI, and the calls of <see cref="AbiValue"/> and <see cref="AbiReader"/> that write and read its values.</summary>
internal sealed record AbiShape(string Name, AbiShape? Item, int? Length, AbiShape[] Members)
{
    /// <summary>From the form of a published ABI: <c>type</c>, and <c>components</c> of a tuple.</summary>
    internal static AbiShape Of(JsonElement type) => Of(type.Text("type"), type.TryGetProperty("components", out JsonElement components) ? [.. components.EnumerateArray().Select(Of)] : []);

    internal static AbiShape Tuple(params AbiShape[] members) => new("tuple", null, null, members);

    /// <summary>From the text of a type without tuples, or of arrays of <paramref name="members"/>.</summary>
    internal static AbiShape Of(string text, params AbiShape[] members)
    {
        if (!text.EndsWith(']')) return new AbiShape(text, null, null, members);
        int open = text.LastIndexOf('[');
        string length = text[(open + 1)..^1];
        return new AbiShape(text, Of(text[..open], members), length.Length == 0 ? null : int.Parse(length, CultureInfo.InvariantCulture), []);
    }

    bool IsDynamic => Item is not null ? Length is null || Item.IsDynamic : Name is "bytes" or "string" || Members.Any(member => member.IsDynamic);

    int HeadSize => IsDynamic ? 32 : Item is not null ? Length!.Value * Item.HeadSize : Name == "tuple" ? Members.Sum(member => member.HeadSize) : 32;

    /// <summary>The value, from the JSON that viem takes.</summary>
    internal AbiValue Write(JsonElement value)
    {
        if (Item is not null || Name == "tuple")
        {
            AbiValue[] items = [.. value.EnumerateArray().Select((item, i) => (Item ?? Members[i]).Write(item))];
            return Item is not null && Length is null ? AbiValue.Array(items) : AbiValue.Tuple(items);
        }
        return Name switch
        {
            "address" => AbiValue.Address(Address.Parse(value.GetString()!)),
            "bool" => AbiValue.Bool(value.GetBoolean()),
            "bytes32" => AbiValue.Bytes32(Hash32.Parse(value.GetString()!)),
            "bytes" => AbiValue.Bytes(Hex.Decode(value.GetString()!)),
            "string" => AbiValue.String(value.GetString()!),
            _ => AbiValue.Uint(UInt256.Parse(value.GetString()!)),
        };
    }

    /// <summary>Reads a value, and gives it as it is written again.</summary>
    internal AbiValue Read(ref AbiReader reader)
    {
        if (Item is not null && Length is null)
        {
            AbiReader items = reader.ReadArray(out int count, Item.HeadSize);
            AbiValue[] read = new AbiValue[count];
            for (int i = 0; i < count; i++) read[i] = Item.Read(ref items);
            return AbiValue.Array(read);
        }
        if (Item is not null || Name == "tuple")
        {
            if (!IsDynamic) return ReadMembers(ref reader);
            AbiReader behind = reader.ReadDynamicTuple();
            return ReadMembers(ref behind);
        }
        return Name switch
        {
            "uint8" => AbiValue.Uint(reader.ReadUInt8()),
            "uint64" => AbiValue.Uint(reader.ReadUInt64()),
            "address" => AbiValue.Address(reader.ReadAddress()),
            "bool" => AbiValue.Bool(reader.ReadBool()),
            "bytes32" => AbiValue.Bytes32(reader.ReadBytes32()),
            "bytes" => AbiValue.Bytes(reader.ReadBytes()),
            "string" => AbiValue.String(reader.ReadString()),
            "uint256" => AbiValue.Uint(reader.ReadUInt256()),
            _ => throw new ArgumentException($"{Name} is not read by this system."),
        };
    }

    /// <summary>Reads the members of a tuple in place, as arguments stand in call data.</summary>
    internal AbiValue ReadMembers(ref AbiReader reader)
    {
        AbiValue[] members = new AbiValue[Length ?? Members.Length];
        for (int i = 0; i < members.Length; i++) members[i] = (Item ?? Members[i]).Read(ref reader);
        return AbiValue.Tuple(members);
    }
}
