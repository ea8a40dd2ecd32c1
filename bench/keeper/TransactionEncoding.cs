using System.Diagnostics;
using Keystone.Bench;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Nethereum.Model;

namespace Keystone.KeeperBench;

/// <summary>Bytes and time from the fields of an EIP-1559 transaction to its signed bytes, by this system's encoder and by Nethereum.Model.</summary>
static class TransactionEncoding
{
    const int Count = 2_000;

    public const string About = """
        2,000 EIP-1559 transactions with 1,024 bytes of call data are signed to bytes by libsecp256k1 from one key, encoded by `TransactionCodec` and by Nethereum.Model's
        `Transaction1559`. Both give the same bytes. Bytes are what the thread allocates for one.
        """;

    public static async Task MeasureAsync(Report report, int rounds)
    {
        using PrivateKeySigner signer = new(Keccak256.Hash([1]).ToBytes());
        byte[] data = new byte[1_024];
        new Random(1).NextBytes(data);
        Eip1559Transaction[] transactions = [.. Enumerable.Range(0, Count).Select(nonce => new Eip1559Transaction(
            11_155_111, (ulong)nonce, 100_000_000UL, 3_000_000_000UL, 8_000_000, new Address(data.AsSpan(0, 20)), UInt256.Zero, data))];
        foreach (Eip1559Transaction transaction in transactions)
            if (!Own(signer, transaction).AsSpan().SequenceEqual(ByNethereum(signer, transaction))) throw new InvalidOperationException($"Nonce {transaction.Nonce} is encoded differently.");
        long own = 0, theirs = 0;
        Comparison times = await Series.CompareAsync(rounds, _ => Task.FromResult(Run(Own, ref own)), _ => Task.FromResult(Run(ByNethereum, ref theirs)));
        report.Note($"encoding: {Series.Text(times.A)} us a transaction by TransactionCodec, {own / Count:N0} B; {Series.Text(times.B)} us by Nethereum.Model, {theirs / Count:N0} B.");

        double Run(Func<PrivateKeySigner, Eip1559Transaction, byte[]> sign, ref long allocated)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            foreach (Eip1559Transaction transaction in transactions) sign(signer, transaction);
            double each = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Count;
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return each;
        }
    }

    static byte[] Own(PrivateKeySigner signer, Eip1559Transaction transaction) =>
        TransactionCodec.Assemble(transaction, signer.SignDigest(TransactionCodec.SigningHash(transaction))).Raw.ToArray();

    static byte[] ByNethereum(PrivateKeySigner signer, Eip1559Transaction t)
    {
        Transaction1559 encoded = new(t.ChainId, t.Nonce, t.MaxPriorityFeePerGas.ToBigInteger(), t.MaxFeePerGas.ToBigInteger(), t.GasLimit, t.To?.ToString(),
            t.Value.ToBigInteger(), Hex.Encode(t.Data.Span), []);
        RecoverableSignature signature = signer.SignDigest(Keccak256.Hash(encoded.GetRLPEncodedRaw()));
        encoded.SetSignature(new Signature(Trimmed(signature.R), Trimmed(signature.S), signature.YParity == 0 ? [] : [1]));
        byte[] raw = encoded.GetRLPEncoded();
        _ = Keccak256.Hash(raw);
        return raw;
    }

    // It writes the integers of a signature as they come: one with a leading zero byte would not be canonical, and refused by every node.
    static byte[] Trimmed(Hash32 word) => word.ToBytes().AsSpan().TrimStart((byte)0).ToArray();
}
