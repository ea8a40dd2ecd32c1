using System.Diagnostics;
using System.Globalization;
using Keystone.Bench;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;
using Nethereum.Contracts;

namespace Keystone.KeeperBench;

/// <summary>The keeper's encoder of call data beside the definitions of Nethereum.Contracts: time, garbage, and what the first use adds to the process.</summary>
static class CallData
{
    // As many swaps as one batch of the keeper holds.
    const int Batch = 195;

    public const string About = """
        call data of `executeSwap` for one settlement of two legs, and of `executeSwaps` for 195 of them, by `EscrowCalls` and by the messages of `Escrow.Contracts`; the
        bytes are compared. Medians of rounds in turn. The working set is read before and after the first use of each; docs/decisions/0024 says what follows.
        """;

    public static void Measure(Report report, int rounds)
    {
        Console.WriteLine("calldata: EscrowCalls and FunctionMessage");
        EscrowTerms[] terms = [.. Enumerable.Range(1, Batch).Select(Terms)];
        double ours = FirstUse(() => EscrowCalls.ExecuteSwap(terms[0]));
        double theirs = FirstUse(() => EscrowMessages.ExecuteSwap(terms[0]).GetCallData());
        if (!EscrowCalls.ExecuteSwaps(terms, 500_000).AsSpan().SequenceEqual(EscrowMessages.ExecuteSwaps(terms, 500_000).GetCallData()))
            throw new InvalidOperationException("The two encoders differ.");
        // Code is compiled before the first round that counts.
        for (int i = 0; i < 50; i++)
        {
            EscrowCalls.ExecuteSwap(terms[i]);
            EscrowMessages.ExecuteSwap(terms[i]).GetCallData();
        }
        List<Cost> one = [], oneMessage = [], batch = [], batchMessage = [];
        for (int round = 0; round < rounds; round++)
        {
            one.Add(Of(100, i => EscrowCalls.ExecuteSwap(terms[i])));
            oneMessage.Add(Of(100, i => EscrowMessages.ExecuteSwap(terms[i]).GetCallData()));
            batch.Add(Of(3, _ => EscrowCalls.ExecuteSwaps(terms, 500_000)));
            batchMessage.Add(Of(3, _ => EscrowMessages.ExecuteSwaps(terms, 500_000).GetCallData()));
        }
        report.Note($"calldata: one call {Text(one)} by EscrowCalls, {Text(oneMessage)} by FunctionMessage; a batch of {Batch} {Text(batch)}, {Text(batchMessage)}.");
        report.Note(string.Create(CultureInfo.InvariantCulture, $"calldata: the first use adds {ours:0.0} MiB to the working set by EscrowCalls, {theirs:0.0} MiB by FunctionMessage."));
    }

    static EscrowTerms Terms(int number)
    {
        Address account = new([.. Enumerable.Repeat((byte)number, 20)]);
        EscrowLeg leg = new(TokenKind.Erc20, CustodyMode.Custody, account, account, account, account, UInt256.Zero, UInt256.MaxValue);
        return new EscrowTerms(TestChain.ChainId, account, new EscrowHeader(Keccak256.Hash(account.ToBytes()), 0, 1_800_000_000, account, Address.Zero, Hash32.Zero), [leg, leg]);
    }

    static double FirstUse(Action use)
    {
        GC.Collect();
        Process process = Process.GetCurrentProcess();
        process.Refresh();
        long before = process.WorkingSet64;
        use();
        process.Refresh();
        return (process.WorkingSet64 - before) / 1048576.0;
    }

    static Cost Of(int count, Action<int> work)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++) work(i);
        return new Cost(Stopwatch.GetElapsedTime(start).TotalMilliseconds / count, (GC.GetAllocatedBytesForCurrentThread() - bytes) / 1024.0 / count);
    }

    static string Text(List<Cost> costs) =>
        string.Create(CultureInfo.InvariantCulture, $"{Series.Median(costs.Select(cost => cost.Milliseconds)):0.0000} ms and {Series.Median(costs.Select(cost => cost.Kibibytes)):0.0} KiB");

    readonly record struct Cost(double Milliseconds, double Kibibytes);
}
