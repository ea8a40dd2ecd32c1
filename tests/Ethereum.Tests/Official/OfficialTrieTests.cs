using System.Text.Json;
using Keystone.Ethereum.Proofs;
using Keystone.Ethereum.Tests.Differential;
using Nethereum.RLP;

namespace Keystone.Ethereum.Tests.Official;

/// <summary>TrieTests and BlockchainTests of the Ethereum Foundation's consensus tests.</summary>
public sealed class OfficialTrieTests
{
    [Fact]
    public void Roots_of_tries()
    {
        foreach (JsonElement vector in Vectors.Official("tries"))
        {
            bool secure = vector.GetProperty("secure").GetBoolean();
            (byte[], ReadOnlyMemory<byte>)[] leaves = [.. vector.GetProperty("pairs").EnumerateArray().Select(pair =>
            {
                byte[] key = Hex.Decode(pair[0].GetString()!);
                return (secure ? Keccak256.Hash(key).ToBytes() : key, (ReadOnlyMemory<byte>)Hex.Decode(pair[1].GetString()!));
            })];
            Assert.Equal(vector.Text("root"), OrderedTrie.RootOf(leaves).ToString());
            Assert.Equal(vector.Text("root"), NethereumPeer.RootOf(leaves.Select(leaf => (leaf.Item1, leaf.Item2.ToArray()))).ToString());
        }
    }

    [Fact]
    public void Hashes_of_headers_from_Frontier_to_Cancun()
    {
        HashSet<int> counts = [];
        foreach (JsonElement vector in Vectors.Official("headers"))
        {
            BlockHeader header = Header(vector);
            Assert.Equal(vector.Text("hash"), HeaderCodec.HashOf(header).ToString());
            Assert.Equal(vector.Text("hash"), NethereumPeer.HashOf(header).ToString());
            HeaderFields fields = header.Fields!;
            counts.Add((header.BaseFeePerGas is null ? 0 : 1) + (fields.WithdrawalsRoot is null ? 0 : 1) + (fields.ParentBeaconBlockRoot is null ? 0 : 1));
        }
        Assert.Equal([0, 1, 2, 3], counts.Order());
    }

    [Fact]
    public void A_field_of_a_later_fork_without_an_earlier_is_no_header()
    {
        BlockHeader old = Vectors.Official("headers").Select(Header).First(header => header.BaseFeePerGas is null);
        Assert.Throws<FormatException>(() => HeaderCodec.HashOf(old with { Fields = old.Fields! with { RequestsHash = Hash32.Zero } }));
    }

    [Fact]
    public void Roots_of_the_transactions_of_whole_blocks()
    {
        foreach (JsonElement vector in Vectors.Official("blocks"))
        {
            RLPCollection block = (RLPCollection)RLP.Decode(vector.Bytes("rlp"));
            // A legacy transaction stands there itself, a typed one as a byte string.
            List<ReadOnlyMemory<byte>> transactions = [.. ((RLPCollection)block[1]).Select(item => (ReadOnlyMemory<byte>)(item is RLPCollection legacy ? legacy.RLPData : item.RLPData))];
            Assert.Equal(vector.GetProperty("transactions").GetInt32(), transactions.Count);
            Assert.Equal(vector.Text("transactions_root"), OrderedTrie.RootOf(transactions).ToString());
        }
    }

    static BlockHeader Header(JsonElement vector) => new(
        (long)(ulong)Quantity(vector, "number"), Word(vector, "hash"), Word(vector, "parentHash"), (ulong)Quantity(vector, "timestamp"), Word(vector, "receiptTrie"),
        vector.Bytes("bloom"), vector.TryGetProperty("baseFeePerGas", out _) ? Quantity(vector, "baseFeePerGas") : null, (ulong)Quantity(vector, "gasLimit"))
    {
        Fields = new HeaderFields
        {
            OmmersHash = Word(vector, "uncleHash"),
            Beneficiary = new Address(vector.Bytes("coinbase")),
            StateRoot = Word(vector, "stateRoot"),
            TransactionsRoot = Word(vector, "transactionsTrie"),
            Difficulty = Quantity(vector, "difficulty"),
            GasUsed = (ulong)Quantity(vector, "gasUsed"),
            ExtraData = vector.Bytes("extraData"),
            MixHash = Word(vector, "mixHash"),
            Nonce = vector.Bytes("nonce"),
            WithdrawalsRoot = vector.TryGetProperty("withdrawalsRoot", out _) ? Word(vector, "withdrawalsRoot") : null,
            BlobGasUsed = vector.TryGetProperty("blobGasUsed", out _) ? (ulong)Quantity(vector, "blobGasUsed") : null,
            ExcessBlobGas = vector.TryGetProperty("excessBlobGas", out _) ? (ulong)Quantity(vector, "excessBlobGas") : null,
            ParentBeaconBlockRoot = vector.TryGetProperty("parentBeaconBlockRoot", out _) ? Word(vector, "parentBeaconBlockRoot") : null,
        },
    };

    static Hash32 Word(JsonElement vector, string name) => Hash32.Parse(vector.Text(name));

    static UInt256 Quantity(JsonElement vector, string name)
    {
        byte[] bytes = vector.Bytes(name);
        return new UInt256([.. new byte[32 - bytes.Length], .. bytes]);
    }
}
