using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>Decides which intents share a transaction.</summary>
internal sealed partial class BatchBuilder(ITransactionPlan plan, CallSimulator simulator, GasLimits gas, TransactionsOptions options, ILogger log)
{
    // Gas of an item in a batch divided by the gas of its call alone, without the transaction's base gas. Below 1, because storage that an
    // earlier item accessed is cheaper for later ones. Learned from the last batch.
    double _besideOthers = 1;

    /// <summary>Batches in the order of the intents. The next ones are simulated while the caller signs and broadcasts those before.</summary>
    public async IAsyncEnumerable<Batch> BuildAheadAsync(PollContext poll, Intent[] due, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Batch> ahead = Channel.CreateBounded<Batch>(new BoundedChannelOptions(CallSimulator.AtOnce) { SingleReader = true, SingleWriter = true });
        Task simulating = SimulateAheadAsync();
        try
        {
            await foreach (Batch batch in ahead.Reader.ReadAllAsync(cancellationToken)) yield return batch;
        }
        finally
        {
            await enough.CancelAsync();
            await simulating;
        }

        async Task SimulateAheadAsync()
        {
            Exception? failed = null;
            try
            {
                await foreach (Batch batch in BuildAsync(poll, due, enough.Token)) await ahead.Writer.WriteAsync(batch, enough.Token);
            }
            catch (Exception e)
            {
                // The reader receives the exception after the batches simulated before it.
                failed = e;
            }
            ahead.Writer.Complete(failed);
        }
    }

    /// <summary>
    /// Intents that can share a transaction, and were never put back, fill transactions up to <c>Transactions:BatchGas</c>. Each is
    /// simulated alone first, so that a batch contains no call that would fail. An intent that was put back gets a transaction of its own.
    /// </summary>
    async IAsyncEnumerable<Batch> BuildAsync(PollContext poll, Intent[] due, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<SimulatedCall> waiting = [];
        for (int next = 0; next < due.Length;)
        {
            string? sharing = Sharing(due[next]);
            // Several at once: most of the time is spent waiting for the node.
            Intent[] group = [.. due.Skip(next).Take(CallSimulator.AtOnce).TakeWhile(intent => Sharing(intent) == sharing)];
            next += group.Length;
            if (sharing is null)
            {
                foreach (SimulatedCall one in await simulator.SimulateAsync(poll, group, cancellationToken)) yield return new Batch([one.Intent], one.Call, one.Limit);
                continue;
            }
            waiting.AddRange(await simulator.SimulateAsync(poll, group, cancellationToken));
            // An unfilled batch waits while more intents of the same key follow.
            bool more = next < due.Length && Sharing(due[next]) == sharing;
            foreach (SimulatedCall[] part in Take(waiting, leaveRest: more))
            {
                if (part.Length > 1 && await ShareAsync(poll, part, cancellationToken) is { } shared)
                    yield return shared;
                else
                    foreach (SimulatedCall one in part) yield return new Batch([one.Intent], one.Call, one.Limit);
            }
        }
    }

    /// <summary>
    /// The transaction for intents that a pending transaction carries, at the chain's present prices. Null if one of the calls cannot be built or would fail
    /// now; no intent is put back.
    /// </summary>
    public async Task<Batch?> RebuildAsync(PollContext poll, Intent[] intents, CancellationToken cancellationToken)
    {
        List<SimulatedCall> calls = [];
        foreach (Intent intent in intents)
        {
            if (await simulator.TrySimulateAsync(poll.Node, intent, cancellationToken) is not { } call) return null;
            calls.Add(call);
        }
        return calls.Count == 1 ? new Batch(intents, calls[0].Call, calls[0].Limit) : await ShareAsync(poll, [.. calls], cancellationToken);
    }

    /// <summary>Intents with the same key may share a transaction; null for one that goes alone.</summary>
    public string? Sharing(Intent intent) =>
        options.BatchGas > 0 && intent.Attempts == 0 && plan.SharesAs(intent) is { } word ? $"{intent.Name.Purpose} {word}" : null;

    // Up to Transactions:BatchGas by what the items use, and with room in the gas limit for all that may change for them.
    List<SimulatedCall[]> Take(List<SimulatedCall> waiting, bool leaveRest)
    {
        List<SimulatedCall[]> parts = [];
        List<SimulatedCall> part = [];
        double sum = 0, room = 0, each = 0;
        foreach (SimulatedCall one in waiting)
        {
            double own = Own(one.Estimate) * _besideOthers, slots = (double)one.Call.NewStorageSlots * gas.NewStorageSlot;
            double used = gas.EmptyTransfer + sum + own;
            // The contract wants to have `each` left before its last item.
            double limit = (1.25 * used) + room + slots + Math.Max(each, one.Limit);
            if (part.Count > 0 && (used > options.BatchGas || limit > gas.Most(0)))
            {
                parts.Add([.. part]);
                part.Clear();
                sum = room = each = 0;
            }
            part.Add(one);
            sum += own;
            room += slots;
            each = Math.Max(each, one.Limit);
        }
        waiting.Clear();
        if (leaveRest) waiting.AddRange(part);
        else if (part.Count > 0) parts.Add([.. part]);
        return parts;
    }

    // Without what a transaction costs by itself.
    double Own(ulong estimate) => estimate > gas.EmptyTransfer ? estimate - gas.EmptyTransfer : 0;

    async Task<Batch?> ShareAsync(PollContext poll, SimulatedCall[] part, CancellationToken cancellationToken)
    {
        Intent[] intents = [.. part.Select(one => one.Intent)];
        if (await plan.BuildSharedAsync(intents, part.Max(one => one.Limit), cancellationToken) is not { } call) return null;
        (ulong estimate, string? refusal, _) = await simulator.SimulateAsync(poll.Node, call, cancellationToken);
        if (refusal is null && gas.Of(call, estimate) is { } limit)
        {
            double alone = part.Sum(one => Own(one.Estimate));
            // Within bounds, so that one odd transaction does not empty or flood the next.
            if (alone > 0) _besideOthers = Math.Clamp(Own(estimate) / alone, 0.5, 1);
            return new Batch(intents, call, limit);
        }
        NotShared(intents.Length, refusal ?? "too much gas");
        return null;
    }

    [LoggerMessage(5010, LogLevel.Warning, "{Count} intents cannot share a transaction ({Reason}); each gets a transaction of its own")]
    partial void NotShared(int count, string reason);
}
