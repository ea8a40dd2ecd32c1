using System.Numerics;
using System.Text;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;
using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Tests.Official;

/// <summary>The examples that the Solidity contract ABI specification and EIP-712 give in their own text.</summary>
public sealed class StandardExampleTests
{
    [Fact]
    public void Calls_of_the_ABI_specification()
    {
        AssertCall("baz(uint32,bool)", "0xcdcd77c0", [(UInt256)69UL, true],
            "0000000000000000000000000000000000000000000000000000000000000045", "0000000000000000000000000000000000000000000000000000000000000001");
        AssertCall("bar(bytes3[2])", "0xfce353f6", [new object[] { "abc"u8.ToArray(), "def"u8.ToArray() }],
            "6162630000000000000000000000000000000000000000000000000000000000", "6465660000000000000000000000000000000000000000000000000000000000");
        AssertCall("sam(bytes,bool,uint256[])", "0xa5643bf2", ["dave"u8.ToArray(), true, new object[] { (UInt256)1UL, (UInt256)2UL, (UInt256)3UL }],
            "0000000000000000000000000000000000000000000000000000000000000060", "0000000000000000000000000000000000000000000000000000000000000001",
            "00000000000000000000000000000000000000000000000000000000000000a0", "0000000000000000000000000000000000000000000000000000000000000004",
            "6461766500000000000000000000000000000000000000000000000000000000", "0000000000000000000000000000000000000000000000000000000000000003",
            "0000000000000000000000000000000000000000000000000000000000000001", "0000000000000000000000000000000000000000000000000000000000000002",
            "0000000000000000000000000000000000000000000000000000000000000003");
        AssertCall("f(uint256,uint32[],bytes10,bytes)", "0x8be65246",
            [(UInt256)0x123UL, new object[] { (UInt256)0x456UL, (UInt256)0x789UL }, "1234567890"u8.ToArray(), "Hello, world!"u8.ToArray()],
            "0000000000000000000000000000000000000000000000000000000000000123", "0000000000000000000000000000000000000000000000000000000000000080",
            "3132333435363738393000000000000000000000000000000000000000000000", "00000000000000000000000000000000000000000000000000000000000000e0",
            "0000000000000000000000000000000000000000000000000000000000000002", "0000000000000000000000000000000000000000000000000000000000000456",
            "0000000000000000000000000000000000000000000000000000000000000789", "000000000000000000000000000000000000000000000000000000000000000d",
            "48656c6c6f2c20776f726c642100000000000000000000000000000000000000");
        object[] inner = [new object[] { (UInt256)1UL, (UInt256)2UL }, new object[] { (UInt256)3UL }];
        AssertCall("g(uint256[][],string[])", "0x2289b18c", [inner, new object[] { "one", "two", "three" }],
            "0000000000000000000000000000000000000000000000000000000000000040", "0000000000000000000000000000000000000000000000000000000000000140",
            "0000000000000000000000000000000000000000000000000000000000000002", "0000000000000000000000000000000000000000000000000000000000000040",
            "00000000000000000000000000000000000000000000000000000000000000a0", "0000000000000000000000000000000000000000000000000000000000000002",
            "0000000000000000000000000000000000000000000000000000000000000001", "0000000000000000000000000000000000000000000000000000000000000002",
            "0000000000000000000000000000000000000000000000000000000000000001", "0000000000000000000000000000000000000000000000000000000000000003",
            "0000000000000000000000000000000000000000000000000000000000000003", "0000000000000000000000000000000000000000000000000000000000000060",
            "00000000000000000000000000000000000000000000000000000000000000a0", "00000000000000000000000000000000000000000000000000000000000000e0",
            "0000000000000000000000000000000000000000000000000000000000000003", "6f6e650000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000003", "74776f0000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000005", "7468726565000000000000000000000000000000000000000000000000000000");
    }

    static void AssertCall(string signature, string selector, object[] arguments, params string[] words)
    {
        AbiType type = AbiType.ParseSignature(signature);
        Assert.Equal(selector, Hex.Encode(AbiCall.Selector(signature)));
        byte[] encoded = type.Encode(arguments);
        Assert.Equal(string.Concat(words), Convert.ToHexStringLower(encoded));
        Assert.Equal(arguments, type.Decode(encoded));
    }

    const string Mail = """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
        {"name":"verifyingContract","type":"address"}],"Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
        "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},"primaryType":"Mail",
        "domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
        "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
        """;

    [Fact]
    public void The_mail_of_EIP_712()
    {
        TypedDataDocument mail = TypedDataDocument.Parse(Encoding.UTF8.GetBytes(Mail));
        Assert.Equal("Mail(Person from,Person to,string contents)Person(string name,address wallet)", mail.EncodeType("Mail"));
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", mail.DomainSeparator.ToString());
        Assert.Equal("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", mail.StructHash.ToString());
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", mail.Digest.ToString());
        using PrivateKeySigner cow = new(Keccak256.Hash("cow"u8).ToBytes());
        Assert.Equal("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", cow.Address.ToString());
        Assert.Equal(
            "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c",
            Hex.Encode(cow.SignDigest(mail.Digest).ToBytes()));
    }

    [Theory]
    [InlineData("\"Cow\"", "5", "message.from.name")]
    [InlineData("\"contents\":\"Hello, Bob!\"", "\"subject\":\"Hello, Bob!\"", "message.contents")]
    [InlineData("\"contents\":\"Hello, Bob!\"", "\"contents\":\"Hello, Bob!\",\"more\":1", "message.more")]
    [InlineData("\"contents\":\"Hello, Bob!\"", "\"contents\":\"Hello, Bob!\",\"contents\":\"Bye\"", "stands twice")]
    [InlineData("CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD82", "message.from.wallet")]
    [InlineData("CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "cD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "checksum")]
    [InlineData("\"chainId\":1", "\"chainId\":-1", "domain.chainId")]
    [InlineData("\"chainId\":1", "\"chainId\":1.5", "domain.chainId")]
    [InlineData("\"chainId\":1", "\"chainId\":\"0x\"", "domain.chainId")]
    [InlineData("\"primaryType\":\"Mail\"", "\"primaryType\":\"Letter\"", "primaryType")]
    [InlineData("\"name\":\"from\",\"type\":\"Person\"", "\"name\":\"from\",\"type\":\"Nobody\"", "types.Mail.from")]
    [InlineData("\"name\":\"from\",\"type\":\"Person\"", "\"name\":\"from\",\"type\":\"Person[\"", "types.Mail.from")]
    [InlineData("\"name\":\"from\",\"type\":\"Person\"", "\"name\":\"to\",\"type\":\"Person\"", "types.Mail.to")]
    [InlineData("\"Person\":[", "\"uint8\":[", "types.uint8")]
    [InlineData("\"Hello, Bob!\"", "\"\\ud800\"", "Unicode")]
    [InlineData("{\"types\"", "[\"types\"", "Not JSON")]
    public void A_document_that_does_not_fit_is_refused_with_its_place(string from, string to, string place)
    {
        string json = Mail.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Mail, json);
        Assert.Contains(place, Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uint256", "uint256")]
    [InlineData("uint", "uint256")]
    [InlineData("(address,(uint8,string)[3])[][2]", "(address,(uint8,string)[3])[][2]")]
    [InlineData("function", "function")]
    [InlineData("fixed128x18", "fixed128x18")]
    public void Types_are_read_from_their_text(string text, string name) => Assert.Equal(name, AbiType.Parse(text).Name);

    [Theory]
    [InlineData("")]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("uint256[")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[01]")]
    [InlineData("uint256[2147483648]")]
    [InlineData("bytes32[2000000000][2000000000]")]
    [InlineData("(uint256")]
    [InlineData("(uint256,)")]
    [InlineData("()")]
    [InlineData("uint256 x")]
    [InlineData("Uint256")]
    public void What_is_no_type_is_refused(string text) => Assert.Throws<FormatException>(() => AbiType.Parse(text));

    [Fact]
    public void Values_out_of_their_range_are_refused()
    {
        Refused("uint8", (UInt256)256UL);
        Refused("int8", (BigInteger)128);
        Refused("int8", (BigInteger)(-129));
        Refused("bytes4", new byte[5]);
        Refused("bytes32[2]", new object[] { new byte[32] });
        Refused("(bool,bool)", new object[] { true });
        Refused("address", "0x0000000000000000000000000000000000000001");
        Refused("bool", 1);

        static void Refused(string type, object value) => Assert.Throws<ArgumentException>(() => AbiType.Parse(type).Encode(value));
    }

    // Each names the first byte that is wrong.
    [Theory]
    [InlineData("uint8", "0000000000000000000000000000000000000000000000000000000000000100", 0)]
    [InlineData("int8", "0000000000000000000000000000000000000000000000000000000000000080", 0)]
    [InlineData("bytes4", "1122334400000000000000000000000000000000000000000000000000000001", 4)]
    [InlineData("bool", "0000000000000000000000000000000000000000000000000000000000000002", 0)]
    [InlineData("address", "0000000000000000000000010000000000000000000000000000000000000000", 0)]
    [InlineData("uint256", "00000000000000000000000000000000000000000000000000000000000000", 0)]
    [InlineData("uint8[2]", "00000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000100", 32)]
    [InlineData("bytes", "0000000000000000000000000000000000000000000000000000000000000040", 0)]
    [InlineData("bytes[]", "00000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000001", 32)]
    public void What_is_malformed_is_refused_with_its_offset(string type, string hex, int offset) =>
        Assert.Equal(offset, Assert.Throws<AbiException>(() => AbiType.Parse(type).Decode(Convert.FromHexString(hex))).Offset);

    [Fact]
    public void A_small_encoding_cannot_describe_a_large_value()
    {
        // Each array's items all refer to the next array: ten words would be 10^9 values.
        byte[] word(int value) => ((UInt256)(ulong)value).ToBytes();
        List<byte> encoded = [.. word(32)];
        for (int level = 0; level < 9; level++)
        {
            encoded.AddRange(word(10));
            for (int i = 0; i < 10; i++) encoded.AddRange(word(320));
        }
        encoded.AddRange(word(0));
        AbiType type = AbiType.Parse($"uint256{string.Concat(Enumerable.Repeat("[]", 10))}");
        Assert.Throws<AbiException>(() => type.Decode(encoded.ToArray()));
    }
}
