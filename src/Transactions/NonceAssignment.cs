using System.Collections.Immutable;
using System.Diagnostics;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres.Faults;

namespace Keystone.Transactions;

/// <summary>Gives due intents a nonce, signs their transactions and broadcasts them.</summary>
internal sealed class NonceAssignment(
    SenderStores stores, BatchBuilder batches, Broadcaster broadcaster, GasLimits gas, FeePolicy fees, IntentBackoff backoff, TransactionAlarms alarms,
    TransactionsOptions options, Address sender, TimeProvider time)
{
    /// <summary>Sends what is due, as far as <c>Transactions:MaxInFlight</c>, the lanes' shares of a block and the balance allow.</summary>
    /// <param name="poll">The poll.</param>
    /// <param name="wanted">Intents that are wanted.</param>
    /// <param name="entries">Pending set.</param>
    /// <param name="free">Nonces without a signature, to be used first; those that are left remain in the queue.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The pending set with the new transactions.</returns>
    public async Task<ImmutableArray<NonceEntry>> SendAsync(
        PollContext poll, IEnumerable<Intent> wanted, ImmutableArray<NonceEntry> entries, Queue<long> free, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<NonceEntry> unmined = [.. entries.Where(entry => entry.IsSigned && entry.MinedBlock is null && entry.Nonce >= poll.Count)];
        if (unmined.Count >= options.MaxInFlight) return entries;
        Dictionary<Guid, Guid?> lanes = wanted.ToDictionary(intent => intent.Id, intent => intent.Lane);
        LaneShare share = new(poll.Head.GasLimit, options.MaxInFlight);
        foreach (NonceEntry entry in unmined) share.Add([.. entry.Intents.Select(id => lanes.GetValueOrDefault(id))], entry.Gas);
        Intent[] due = IntentOrder.InTurn(wanted.Where(intent => intent.State == IntentState.Wanted && intent.DueAt <= now && (intent.OnlyBy is null || intent.OnlyBy == sender) && !IsHeld(intent)), poll.Chain.Time, batches.Sharing);
        if (due.Length == 0) return entries;
        await gas.RefreshAsync(poll.Node, sender, poll.Head, cancellationToken);
        UInt256 balance = await poll.Node.GetBalanceAsync(sender, BlockTag.Latest, cancellationToken);
        UInt256 tip = await fees.TipAsync(poll.Node, cancellationToken);
        UInt256 bound = FeePolicy.MostCost(unmined);
        List<(Batch Batch, AttemptFee Fee)> group = [];
        await foreach (Batch batch in batches.BuildAheadAsync(poll, due, cancellationToken))
        {
            if (unmined.Count + group.Count >= options.MaxInFlight) break;
            // What was built ahead of a lane that is full by now waits; when all that is left is of such lanes, no more is built.
            if (batch.Intents.All(IsHeld))
            {
                if (due.All(IsHeld)) break;
                continue;
            }
            share.Add([.. batch.Intents.Select(intent => intent.Lane)], batch.Gas);
            AttemptFee fee = fees.First(poll, tip, batch.Intents, batch.Gas);
            UInt256 cost = bound + ((UInt256)batch.Gas * fee.MaxFee);
            if (cost > balance)
            {
                alarms.BalanceIsInsufficient(balance, cost);
                string refusal = $"insufficient funds: {sender} has {balance} wei, all transactions in flight and this one may cost {cost}";
                await backoff.PutBackAsync(poll.Epoch, batch.Intents, refusal, "funds", cancellationToken);
                continue;
            }
            bound = cost;
            alarms.CheckBalance(balance, cost);
            group.Add((batch, fee));
            // A batch of several intents is sent at once, without waiting until the next one is filled.
            if (group.Count < Broadcaster.AtOnce && batch.Intents.Count == 1) continue;
            await SendGroupAsync();
        }
        if (group.Count > 0) await SendGroupAsync();
        return [.. entries.OrderBy(entry => entry.Nonce)];

        bool IsHeld(Intent intent) => share.IsFull(intent.Lane) && !IntentOrder.IsNear(intent, poll.Chain.Time);

        async Task SendGroupAsync()
        {
            ImmutableArray<NonceEntry> placed = await FirstAttemptsAsync(poll, group, free, cancellationToken);
            entries = [.. entries.Where(entry => placed.All(one => one.Nonce != entry.Nonce)), .. placed];
            unmined.AddRange(placed.Where(entry => entry.IsSigned));
            group.Clear();
        }
    }

    // Nonces, signatures, broadcasts: each step for the whole group, so that a group costs three commits.
    async Task<ImmutableArray<NonceEntry>> FirstAttemptsAsync(
        PollContext poll, IReadOnlyList<(Batch Batch, AttemptFee Fee)> group, Queue<long> free, CancellationToken cancellationToken)
    {
        long[] reused = [.. free.Take(group.Count)];
        Placement[] placements = [.. group.Select((one, i) => new Placement([.. one.Batch.Intents.Select(intent => intent.Id)], i < reused.Length ? reused[i] : null,
            one.Batch.Call.To, one.Batch.Call.Data, one.Batch.Gas))];
        long?[] nonces = await stores.Nonces.PlaceAsync(poll.Epoch, placements, poll.Count, cancellationToken);
        CrashPoint.Reach(CrashPoint.NonceAssigned);
        HashSet<long> taken = [.. nonces.OfType<long>()];
        long[] left = [.. free.Where(nonce => !taken.Contains(nonce))];
        free.Clear();
        foreach (long nonce in left) free.Enqueue(nonce);

        List<(NonceEntry Entry, AttemptFee Fee)> unsigned = [];
        Dictionary<long, Activity?> spans = [];
        for (int i = 0; i < nonces.Length; i++)
        {
            if (nonces[i] is not { } nonce) continue;
            TransactionsMetrics.Carried.Record(placements[i].Intents.Length);
            spans[nonce] = TransactionTrace.Start(group[i].Batch.Intents, nonce);
            unsigned.Add((NonceEntry.Unsigned(nonce, placements[i].To, placements[i].Data, placements[i].Gas, isFill: false, [.. placements[i].Intents]), group[i].Fee));
        }
        Dictionary<long, Attempt> attempts = await broadcaster.SignAsync(poll.Epoch, unsigned, poll.Head.Number, asFill: false, "first", cancellationToken);
        await broadcaster.BroadcastAsync([.. attempts.OrderBy(attempt => attempt.Key).Select(attempt => attempt.Value)], poll.Head.Number, cancellationToken);
        foreach ((long nonce, Activity? span) in spans) TransactionTrace.End(span, attempts.GetValueOrDefault(nonce)?.Hash);
        return [.. unsigned.Select(one => attempts.TryGetValue(one.Entry.Nonce, out Attempt? attempt) ? one.Entry with { Attempts = [attempt] } : one.Entry)];
    }
}
