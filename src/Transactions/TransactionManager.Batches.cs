using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

// What goes together in one transaction.
internal sealed partial class TransactionManager
{
    // Gas of an item beside others, over its gas alone without the transaction's own: what the first items warm up the later ones do not pay again.
    double _besideOthers = 1;

    sealed record Batch(IReadOnlyList<Intent> Intents, PlannedCall Call, ulong Gas);

    /// <summary>The batches, simulated while those before them are signed and broadcast.</summary>
    async IAsyncEnumerable<Batch> BatchesAheadAsync(long epoch, Intent[] due, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Batch> ahead = Channel.CreateBounded<Batch>(new BoundedChannelOptions(SimulatedAtOnce) { SingleReader = true, SingleWriter = true });
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
                await foreach (Batch batch in BatchesAsync(epoch, due, enough.Token)) await ahead.Writer.WriteAsync(batch, enough.Token);
            }
            catch (Exception e)
            {
                // The reader meets it behind what was simulated before.
                failed = e;
            }
            ahead.Writer.Complete(failed);
        }
    }

    /// <summary>
    /// What goes together, simulated. Intents that can share and were never put back fill transactions up to <c>Transactions:BatchGas</c>; each is
    /// simulated alone first, so that what would fail is not carried along. One that came back from a shared transaction goes alone.
    /// </summary>
    async IAsyncEnumerable<Batch> BatchesAsync(long epoch, Intent[] due, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Simulated> waiting = [];
        for (int next = 0; next < due.Length;)
        {
            string? sharing = Sharing(due[next]);
            // By dozens: most of the time goes into waiting for the node.
            Intent[] look = [.. due.Skip(next).Take(SimulatedAtOnce).TakeWhile(intent => Sharing(intent) == sharing)];
            next += look.Length;
            if (sharing is null)
            {
                foreach (Simulated one in await SimulateAsync(epoch, look, cancellationToken)) yield return new Batch([one.Intent], one.Call, one.Limit);
                continue;
            }
            waiting.AddRange(await SimulateAsync(epoch, look, cancellationToken));
            // What is left over waits for more of its kind, as long as there is more.
            bool more = next < due.Length && Sharing(due[next]) == sharing;
            foreach (Simulated[] part in Take(waiting, leaveRest: more))
            {
                if (part.Length > 1 && await ShareAsync(part, cancellationToken) is { } shared)
                    yield return shared;
                else
                    foreach (Simulated one in part) yield return new Batch([one.Intent], one.Call, one.Limit);
            }
        }
    }

    sealed record Simulated(Intent Intent, PlannedCall Call, ulong Estimate, ulong Limit);

    async Task<List<Simulated>> SimulateAsync(long epoch, Intent[] intents, CancellationToken cancellationToken)
    {
        PlannedCall?[] calls = await Task.WhenAll(intents.Select(intent => plan.BuildAsync(intent, cancellationToken)));
        IReadOnlyDictionary<PlannedCall, ulong> estimates = await EstimateTogetherAsync([.. calls.OfType<PlannedCall>()], cancellationToken);
        (PlannedCall? Call, ulong Estimate, string? Refusal, string Reason)[] answers = await Task.WhenAll(calls.Select(async call =>
        {
            if (call is null) return (null, 0UL, "the call cannot be built now", "not_built");
            (ulong estimate, string? refusal, string reason) = estimates.TryGetValue(call, out ulong known) ? Bounded(call, known) : await SimulateAsync(call, cancellationToken);
            return ((PlannedCall?)call, estimate, refusal, reason);
        }));
        for (int i = 0; i < intents.Length; i++)
            if (answers[i] is { Refusal: null, Call: { } call })
                await _gas.AskAboutCapAsync(Node, signer.Address, call, answers[i].Estimate, cancellationToken);
        List<Simulated> good = [];
        for (int i = 0; i < intents.Length; i++)
            if (answers[i].Refusal is { } refusal) await PutBackAsync(epoch, [intents[i]], refusal, answers[i].Reason, cancellationToken);
            else good.Add(new Simulated(intents[i], answers[i].Call!, answers[i].Estimate, _gas.Of(answers[i].Call!, answers[i].Estimate)!.Value));
        return good;
    }

    // In one request. When one of them fails, nothing is known of any, and each is asked alone.
    async Task<IReadOnlyDictionary<PlannedCall, ulong>> EstimateTogetherAsync(PlannedCall[] calls, CancellationToken cancellationToken)
    {
        Dictionary<PlannedCall, ulong> known = new(ReferenceEqualityComparer.Instance);
        if (calls.Length < 2) return known;
        try
        {
            IReadOnlyList<ulong> estimates = await Node.EstimateGasOfAsync([.. calls.Select(call => new CallRequest(signer.Address, call.To, call.Data))], cancellationToken);
            for (int i = 0; i < calls.Length; i++) known[calls[i]] = estimates[i];
        }
        catch (NodeException e) when (e is CallRevertedException || IsAboutTheCall(e))
        {
            known.Clear();
        }
        return known;
    }

    async Task<(ulong Estimate, string? Refusal, string Reason)> SimulateAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        try
        {
            ulong estimate = await Node.EstimateGasAsync(new CallRequest(signer.Address, call.To, call.Data), cancellationToken);
            return Bounded(call, estimate);
        }
        catch (CallRevertedException e)
        {
            string selector = e.RevertData.Length >= 4 ? " " + Hex.Encode(e.RevertData.AsSpan(0, 4)) : "";
            return (0, Cut($"{Intent.RevertReason}{selector}: {e.Message}"), "would_revert");
        }
        catch (NodeException e) when (IsAboutTheCall(e))
        {
            return (0, Cut($"cannot be simulated: {e.Message}"), "would_revert");
        }
    }

    (ulong Estimate, string? Refusal, string Reason) Bounded(PlannedCall call, ulong estimate) => _gas.Of(call, estimate) is not null
        ? (estimate, null, "")
        : (estimate, $"needs {Math.Max(estimate, call.Gas ?? 0)} gas; Transactions:MaxGas and the block's gas limit leave {_gas.Most(estimate)}", "gas");

    string? Sharing(Intent intent) =>
        options.BatchGas > 0 && intent.Attempts == 0 && plan.SharesAs(intent) is { } word ? $"{intent.Name.Purpose} {word}" : null;

    // Up to Transactions:BatchGas by what the items use, and with room in the gas limit for all that may change for them.
    List<Simulated[]> Take(List<Simulated> waiting, bool leaveRest)
    {
        List<Simulated[]> parts = [];
        List<Simulated> part = [];
        double sum = 0, room = 0, each = 0;
        foreach (Simulated one in waiting)
        {
            double gas = Own(one.Estimate) * _besideOthers, slots = (double)one.Call.NewStorageSlots * _gas.NewStorageSlot;
            double used = _gas.EmptyTransfer + sum + gas;
            // The contract wants to have `each` left before its last item.
            double limit = (1.25 * used) + room + slots + Math.Max(each, one.Limit);
            if (part.Count > 0 && (used > options.BatchGas || limit > _gas.Most(0)))
            {
                parts.Add([.. part]);
                part.Clear();
                sum = room = each = 0;
            }
            part.Add(one);
            sum += gas;
            room += slots;
            each = Math.Max(each, one.Limit);
        }
        waiting.Clear();
        if (leaveRest) waiting.AddRange(part);
        else if (part.Count > 0) parts.Add([.. part]);
        return parts;
    }

    // Without what a transaction costs by itself.
    double Own(ulong estimate) => estimate > _gas.EmptyTransfer ? estimate - _gas.EmptyTransfer : 0;

    async Task<Batch?> ShareAsync(Simulated[] part, CancellationToken cancellationToken)
    {
        Intent[] intents = [.. part.Select(one => one.Intent)];
        if (await plan.BuildSharedAsync(intents, part.Max(one => one.Limit), cancellationToken) is not { } call) return null;
        (ulong estimate, string? refusal, _) = await SimulateAsync(call, cancellationToken);
        if (refusal is null && _gas.Of(call, estimate) is { } limit)
        {
            double alone = part.Sum(one => Own(one.Estimate));
            // Within bounds, so that one odd transaction does not empty or flood the next.
            if (alone > 0) _besideOthers = Math.Clamp(Own(estimate) / alone, 0.5, 1);
            return new Batch(intents, call, limit);
        }
        NotShared(intents.Length, refusal ?? "too much gas");
        return null;
    }
}
