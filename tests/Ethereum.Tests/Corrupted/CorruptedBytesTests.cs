using System.Diagnostics;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;
using Keystone.Ethereum.Proofs;
using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Transactions;
using Keystone.Support;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Corrupted;

/// <summary>Bytes that others send are read or refused by name, in time and memory that their own length bounds.</summary>
public sealed class CorruptedBytesTests(ITestOutputHelper output)
{
    // Per byte of input; an item of one byte may become an object, and a name in a path.
    const int BytesPerByte = 400;
    const int BytesAnyway = 200_000;

    [Fact]
    public void ABI_values() => Run("ABI encodings", 20_000, (random, refused) =>
    {
        AbiType type = Type(random, 4);
        byte[] bytes = Corrupt(random, type.Encode(Value(random, type)));
        Bounded(bytes.Length, () =>
        {
            try
            {
                object value = type.Decode(bytes);
                // One encoding has one meaning: what was read says the same when it is written and read again.
                byte[] again = type.Encode(value);
                Assert.Equal(again, type.Encode(type.Decode(again)));
            }
            catch (AbiException fault)
            {
                Assert.InRange(fault.Offset, 0, bytes.Length);
                refused();
            }
        });
    });

    [Fact]
    public void Types_of_ABI() => Run("ABI types", 5_000, (random, refused) =>
    {
        string text = Encoding.Latin1.GetString(Corrupt(random, Encoding.Latin1.GetBytes(Type(random, 4).Name)));
        try
        {
            // A name may be short for another.
            Assert.Equal(AbiType.Parse(text).Name, AbiType.Parse(AbiType.Parse(text).Name).Name);
        }
        catch (FormatException)
        {
            refused();
        }
    });

    [Fact]
    public void Transactions()
    {
        byte[][] raw = [.. Vectors.Official("transactions").Select(vector => vector.Bytes("raw")), .. Vectors.Of("transactions").Select(vector => vector.Bytes("raw"))];
        Run("transactions", 10_000, (random, refused) =>
        {
            byte[] bytes = Corrupt(random, raw[random.Next(raw.Length)]);
            Bounded(bytes.Length, () =>
            {
                try
                {
                    DecodedTransaction decoded = TransactionCodec.Decode(bytes);
                    Assert.Equal(bytes, TransactionCodec.Assemble(decoded.Transaction, decoded.Signature).Raw.ToArray());
                }
                catch (RlpException)
                {
                    refused();
                }
            });
        });
    }

    [Fact]
    public void Nodes_of_proofs()
    {
        // A trie of two keys whose root is an extension, then a branch; each node is given the hash that lets the reader in.
        byte[] value = [.. Enumerable.Range(0, 60).Select(i => (byte)i)];
        byte[] leaf = new RlpWriter().List(list => list.Bytes([0x20]).Bytes(value)).ToArray();
        byte[] branch = new RlpWriter().List(list =>
        {
            for (int i = 0; i < 16; i++) list.Bytes(i is 3 or 9 ? Keccak256.Hash(leaf).ToBytes() : []);
            list.Bytes([]);
        }).ToArray();
        byte[] extension = new RlpWriter().List(list => list.Bytes([0x10 | 0x5]).Bytes(Keccak256.Hash(branch).ToBytes())).ToArray();
        Assert.Equal(value, MerkleProof.Lookup(Keccak256.Hash(extension), [0x53], [extension, branch, leaf]));
        Run("proofs", 10_000, (random, refused) =>
        {
            byte[][] nodes = [extension, branch, leaf];
            int at = random.Next(3);
            nodes[at] = Corrupt(random, nodes[at]);
            if (nodes[at].Length == 0) return;
            ReadOnlyMemory<byte>[] proof = [.. nodes[at..].Select(node => (ReadOnlyMemory<byte>)node)];
            byte[] key = new byte[random.Next(4)];
            random.NextBytes(key);
            Bounded(300, () =>
            {
                try
                {
                    MerkleProof.Lookup(Keccak256.Hash(nodes[at]), key, proof);
                }
                catch (ProofException)
                {
                    refused();
                }
            });
        });
    }

    [Fact]
    public void Typed_data_documents()
    {
        byte[] document = """
            {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"chainId","type":"uint256"}],"A":[{"name":"b","type":"B[][2]"},{"name":"n","type":"int64"}],
            "B":[{"name":"t","type":"bytes5"},{"name":"s","type":"string[]"},{"name":"to","type":"address"}]},"primaryType":"A","domain":{"name":"x\u00e9","chainId":"0x1"},
            "message":{"n":-5,"b":[[{"t":"0x0102030405","s":["a","b"],"to":"0x0000000000000000000000000000000000000001"}],[]]}}
            """u8.ToArray();
        TypedDataDocument.Parse(document);
        Run("typed-data documents", 10_000, (random, refused) =>
        {
            byte[] bytes = Corrupt(random, document);
            Bounded(bytes.Length, () =>
            {
                try
                {
                    TypedDataDocument.Parse(bytes);
                }
                catch (TypedDataException)
                {
                    refused();
                }
            });
        });
    }

    [Fact]
    public void A_type_that_holds_itself_is_followed_as_far_as_the_message_goes()
    {
        string Nested(int depth) => depth == 0 ? "{\"next\":[]}" : $$"""{"next":[{{Nested(depth - 1)}}]}""";
        string Document(int depth) => $$"""{"types":{"L":[{"name":"next","type":"L[]"}]},"primaryType":"L","domain":{},"message":{{Nested(depth)}}}""";
        TypedDataDocument.Parse(Encoding.UTF8.GetBytes(Document(3)));
        Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(Encoding.UTF8.GetBytes(Document(5_000))));
    }

    void Run(string what, int count, Action<Random, Action> check)
    {
        FuzzSeed seed = new(output, what, count);
        int refused = 0;
        long started = Stopwatch.GetTimestamp();
        seed.Run((_, random) =>
        {
            long begin = Stopwatch.GetTimestamp();
            check(random, () => refused++);
            // Far above what any takes, and far below what a loop without an end would.
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20), "It took too long.");
        });
        output.WriteLine($"{refused} refused, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        if (seed.Count > 1) Assert.InRange(refused, seed.Count / 10, seed.Count);
    }

    static void Bounded(int length, Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        read();
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= BytesAnyway + (long)length * BytesPerByte, $"{taken} bytes were taken for {length}.");
    }

    static byte[] Corrupt(Random random, byte[] sound)
    {
        byte[] bytes = random.Next(4) == 0 ? sound[..random.Next(sound.Length + 1)] : (byte[])sound.Clone();
        for (int changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.AsSpan(at, Math.Min(random.Next(33), bytes.Length - at)).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0); break;
                default: bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(random.Next(bytes.Length))]; break;
            }
        }
        return bytes;
    }

    static AbiType Type(Random random, int depth) => AbiType.Parse(TypeText(random, depth));

    static string TypeText(Random random, int depth)
    {
        if (depth == 0 || random.Next(2) == 0)
        {
            return random.Next(8) switch
            {
                0 => $"uint{8 * random.Next(1, 33)}",
                1 => $"int{8 * random.Next(1, 33)}",
                2 => "address",
                3 => "bool",
                4 => $"bytes{random.Next(1, 33)}",
                5 => "string",
                _ => "bytes",
            };
        }
        return random.Next(3) switch
        {
            0 => $"({string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => TypeText(random, depth - 1)))})",
            1 => $"{TypeText(random, depth - 1)}[]",
            _ => $"{TypeText(random, depth - 1)}[{random.Next(1, 4)}]",
        };
    }

    static object Value(Random random, AbiType type)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes);
        switch (type.Kind)
        {
            case AbiKind.Uint: return UInt256.FromBigInteger(new BigInteger(bytes, isUnsigned: true) >> (256 - type.Size));
            case AbiKind.Int: return new BigInteger(bytes) >> (256 - type.Size);
            case AbiKind.Address: return new Address(bytes.AsSpan(0, 20));
            case AbiKind.Bool: return bytes[0] > 127;
            case AbiKind.FixedBytes: return bytes[..type.Size];
            case AbiKind.Bytes: return bytes[..random.Next(33)];
            case AbiKind.String: return Convert.ToHexStringLower(bytes)[..random.Next(65)];
            case AbiKind.Tuple: return type.Members.Select(member => Value(random, member)).ToArray();
            default: return Enumerable.Range(0, type.Kind == AbiKind.FixedArray ? type.Size : random.Next(4)).Select(_ => Value(random, type.Item!)).ToArray();
        }
    }
}
