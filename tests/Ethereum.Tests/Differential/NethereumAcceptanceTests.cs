using System.Numerics;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Tests.Abi;
using Keystone.Testing;
using Nethereum.Hex.HexTypes;
using Nethereum.Model;
using Nethereum.RLP;
using Nethereum.Signer;

namespace Keystone.Ethereum.Tests.Differential;

/// <summary>What Nethereum accepts wrongly, by the list: the reason why nothing that a stranger sent is decoded by it in a service.</summary>
public sealed class NethereumAcceptanceTests
{
    [Fact]
    public void Invalid_RLP_of_the_consensus_tests() => KnownAcceptances.Compare("rlp", Vectors.Official("rlp_invalid")
        .Where(vector => KnownAcceptances.Accepts(() => RLP.Decode(Convert.FromHexString(vector.Text("encoded").Replace("0x", "", StringComparison.Ordinal)))))
        .Select(vector => vector.Text("name")));

    [Fact]
    public void Invalid_transactions_of_the_consensus_tests() => KnownAcceptances.Compare("transactions", Vectors.Official("transactions")
        .Where(vector => vector.TryGetProperty("refused", out _) && KnownAcceptances.Accepts(() =>
        {
            if (!TransactionVerificationAndRecovery.VerifyTransaction(TransactionFactory.CreateTransaction(vector.Bytes("raw")))) throw new FormatException("Not verified.");
        }))
        .Select(vector => vector.Text("name")));

    // Each is refused here.
    static readonly (string Name, string Type, string Hex)[] MalformedAbi =
    [
        ("uint8 of 256", "uint8", Word(0x100)),
        ("uint64 of 2^64", "uint64", "0000000000000000000000000000000000000000000000010000000000000000"),
        ("bool of 2", "bool", Word(2)),
        ("address with a byte before it", "address", "0000000000000000000000010000000000000000000000000000000000000000"),
        ("uint256 of 31 bytes", "uint256", Word(0)[2..]),
        ("bytes32 of no bytes", "bytes32", ""),
        ("bytes whose padding is not zero", "bytes", Word(32) + Word(1) + "00ff000000000000000000000000000000000000000000000000000000000000"),
        ("bytes that end before their padding", "bytes", Word(32) + Word(1) + "00"),
        ("bytes longer than what is there", "bytes", Word(32) + Word(64) + Word(0)),
        ("bytes at an offset past the end", "bytes", Word(64) + Word(0)),
        ("bytes at an offset of 2^255", "bytes", "80" + Word(0)[2..] + Word(0)),
        ("string that is not UTF-8", "string", Word(32) + Word(1) + "ff" + Word(0)[2..]),
        ("uint256[] of 2^31 items", "uint256[]", Word(32) + Word(0x80000000) + Word(0)),
    ];

    [Fact]
    public void Malformed_ABI_values() => KnownAcceptances.Compare("abi", MalformedAbi.Where(malformed =>
    {
        byte[] bytes = Convert.FromHexString(malformed.Hex);
        Assert.ThrowsAny<AbiException>(() =>
        {
            AbiReader reader = new(bytes);
            AbiShape.Of(malformed.Type).Read(ref reader);
        });
        return KnownAcceptances.Accepts(() => NethereumPeer.Decode(NethereumPeer.Parameters($$"""[{"name":"a","type":"{{malformed.Type}}"}]"""), bytes));
    }).Select(malformed => malformed.Name));

    [Fact]
    public void Values_out_of_their_range() => KnownAcceptances.Compare("values", new (string Type, object Value)[]
    {
        ("uint8", new BigInteger(256)), ("uint256", BigInteger.One << 256), ("uint256", BigInteger.MinusOne), ("int8", new BigInteger(128)), ("int8", new BigInteger(-129)),
        ("bytes4", new byte[5]), ("bytes4", new byte[3]), ("bytes32[2]", new List<object> { new byte[32] }), ("address", "0x01"), ("address", "not an address"), ("bool", 2),
    }.Where(value => KnownAcceptances.Accepts(() => NethereumPeer.Encode(NethereumPeer.Parameters($$"""[{"name":"a","type":"{{value.Type}}"}]"""), [value.Value])))
        .Select(value => $"{value.Type} of {(value.Value is byte[] bytes ? $"{bytes.Length} bytes" : value.Value is List<object> ? "one item" : value.Value)}"));

    const string Mail = """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},
        {"name":"verifyingContract","type":"address"}],"Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
        "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},"primaryType":"Mail",
        "domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
        "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
        """;

    // A type that refers to itself is not among these: it ends the process by a stack overflow.
    static readonly (string Name, string From, string To)[] WrongDocuments =
    [
        ("a number for a string", "\"Cow\"", "5"),
        ("a member missing", "\"contents\":\"Hello, Bob!\"", "\"subject\":\"Hello, Bob!\""),
        ("a member too many", "\"contents\":\"Hello, Bob!\"", "\"contents\":\"Hello, Bob!\",\"more\":1"),
        ("a member twice", "\"contents\":\"Hello, Bob!\"", "\"contents\":\"Hello, Bob!\",\"contents\":\"Bye\""),
        ("an address of 19 bytes", "CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD8"),
        ("an address with a wrong checksum", "CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "cD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
        ("a chain id below zero", "\"chainId\":1", "\"chainId\":-1"),
        ("a chain id that is a fraction", "\"chainId\":1", "\"chainId\":1.5"),
        ("a chain id without digits", "\"chainId\":1", "\"chainId\":\"0x\""),
        ("a primary type that is not there", "\"primaryType\":\"Mail\"", "\"primaryType\":\"Letter\""),
        ("a member of an unknown type", "\"name\":\"from\",\"type\":\"Person\"", "\"name\":\"from\",\"type\":\"Nobody\""),
        ("a type that is none", "\"name\":\"from\",\"type\":\"Person\"", "\"name\":\"from\",\"type\":\"Person[\""),
        ("two members of one name", "\"name\":\"from\",\"type\":\"Person\"", "\"name\":\"to\",\"type\":\"Person\""),
        ("half a surrogate", "\"Hello, Bob!\"", "\"\\ud800\""),
        ("no object", "{\"types\"", "[\"types\""),
        ("a struct with the name of a type", "\"Person\":[", "\"uint8\":["),
    ];

    [Fact]
    public void Documents_of_EIP_712()
    {
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", NethereumPeer.Digest(Mail).ToString());
        KnownAcceptances.Compare("typed_data", WrongDocuments.Where(wrong =>
        {
            string document = Mail.Replace(wrong.From, wrong.To, StringComparison.Ordinal);
            Assert.NotEqual(Mail, document);
            return KnownAcceptances.Accepts(() => NethereumPeer.Digest(document));
        }).Select(wrong => wrong.Name));
    }

    [Fact]
    public void Quantities_of_JSON_RPC() => KnownAcceptances.Compare("quantities", new[] { "0x-1", "0x-5", "0x01", "1", "0x", "", "0xg", "0x 1", "0x1.0" }.SelectMany(text =>
    {
        BigInteger value = 0;
        return KnownAcceptances.Accepts(() => value = new HexBigInteger(text).Value) ? [$"'{text}' as {value}"] : Array.Empty<string>();
    }));

    [Fact]
    public void Private_keys() => KnownAcceptances.Compare("private_keys", new[]
    {
        "0x01", "0x", "0x0000000000000000000000000000000000000000000000000000000000000000", "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "0x000000000000000000000000000000000000000000000000000000000000000001",
    }.Where(key => KnownAcceptances.Accepts(() => new EthECKey(key).GetPublicAddress())));

    static string Word(ulong value) => Convert.ToHexStringLower(((UInt256)value).ToBytes());
}
