using Keystone.Ethereum.Proofs;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

/// <summary>Random headers of each fork and random receipts have the hashes, encodings, blooms and roots that Nethereum gives them.</summary>
public sealed class BlockDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public void Hashes_of_headers() => new FuzzSeed(output, "headers", 500).Run((_, random) =>
    {
        int fork = random.Next(5);
        ulong Number() => (ulong)random.NextInt64(random.Next(2) == 0 ? 256 : long.MaxValue);
        BlockHeader header = new((long)Number(), Hash32.Zero, Word(random), Number(), Word(random), Bytes(random, 256), fork > 0 ? Number() : null, Number())
        {
            Fields = new HeaderFields
            {
                OmmersHash = Word(random),
                Beneficiary = new Address(Bytes(random, 20)),
                StateRoot = Word(random),
                TransactionsRoot = Word(random),
                Difficulty = Number(),
                GasUsed = Number(),
                ExtraData = Bytes(random, random.Next(33)),
                MixHash = Word(random),
                Nonce = Bytes(random, 8),
                WithdrawalsRoot = fork > 1 ? Word(random) : null,
                BlobGasUsed = fork > 2 ? Number() : null,
                ExcessBlobGas = fork > 2 ? Number() : null,
                ParentBeaconBlockRoot = fork > 2 ? Word(random) : null,
                RequestsHash = fork > 3 ? Word(random) : null,
            },
        };
        Assert.Equal(NethereumPeer.HashOf(header), HeaderCodec.HashOf(header));
    });

    [Fact]
    public void Receipts_their_blooms_and_their_root() => new FuzzSeed(output, "blocks of receipts", 300).Run((_, random) =>
    {
        TransactionReceipt[] receipts = [.. Enumerable.Range(0, random.Next(1, 8)).Select(index =>
        {
            LogEntry[] logs = [.. Enumerable.Range(0, random.Next(4)).Select(at => new LogEntry(new Address(Bytes(random, 20)),
                [.. Enumerable.Range(0, random.Next(5)).Select(_ => Word(random))], Bytes(random, random.Next(100)), 1, Word(random), Word(random), index, at))];
            return new TransactionReceipt(Word(random), index, Word(random), 1, Address.Zero, Address.Zero, null, random.Next(2) == 0, (byte)random.Next(5),
                21_000, (ulong)random.NextInt64(1L << 40), UInt256.One, LogsBloom.Of(logs), [.. logs]);
        })];
        byte[][] theirs = [.. receipts.Select(NethereumPeer.Encode)];
        for (int i = 0; i < receipts.Length; i++) Assert.Equal(Hex.Encode(theirs[i]), Hex.Encode(ReceiptCodec.Encode(receipts[i])));
        Assert.Equal(NethereumPeer.RootOf(theirs), ReceiptCodec.RootOf(receipts));
    });

    static Hash32 Word(Random random) => new(Bytes(random, 32));

    static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
