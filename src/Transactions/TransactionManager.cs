using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Postgres.Faults;
using Keystone.Postgres;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Polls one sender:: what was mined, what is still wanted, what has to be signed or broadcast. Holds nothing that a
/// restart would miss; what it remembers only saves calls.
/// </summary>
internal sealed partial class TransactionManager(
    NonceStore store, IReadOnlyList<IEthereumNode> nodes, ITransactionSigner signer, ITransactionPlan plan, TransactionsOptions options, long chainId,
    TimeProvider time, ILogger log)
{
    const int SimulatedAtOnce = 16;
    const int ReasonLength = 300;

    readonly Inclusion _inclusion = new(store, signer.Address, log);
    readonly GasLimits _gas = new(options, log);
    readonly Broadcaster _broadcaster = new(store, nodes, signer, chainId, time, log);
    readonly Dictionary<Hash32, (long First, long Last)> _failing = [];

    int _reading;

    IEthereumNode Node => nodes[_reading];

    /// <summary>Looks once, at one node.</summary>
    /// <exception cref="LeaseLostException">Another transaction manager has the sender.</exception>
    /// <exception cref="NodeException">The node does not answer; the next look asks another, where there is one.</exception>
    public async Task RunAsync(long epoch, CancellationToken cancellationToken)
    {
        try
        {
            await PollAsync(epoch, cancellationToken);
        }
        catch (NodeException)
        {
            _reading = (_reading + 1) % nodes.Count;
            throw;
        }
    }

    async Task PollAsync(long epoch, CancellationToken cancellationToken)
    {
        BlockHeader head = await Node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new NodeException("The node has no head.");
        long count = (long)await Node.GetTransactionCountAsync(signer.Address, BlockTag.Latest, cancellationToken);
        // Read before the verdicts: what a verdict knows is then never older than the height it is compared with.
        ChainView chain = await store.ReadChainAsync(cancellationToken) ?? await _inclusion.ReadChainAsync(Node, head, cancellationToken);
        PendingSet pending = await store.ReadPendingAsync(count, cancellationToken);
        if (pending.Entries.IsEmpty && pending.Intents.IsEmpty) return;
        ImmutableArray<NonceEntry> entries = await _inclusion.ObserveAsync(Node, epoch, pending.Entries, count, chain, cancellationToken);
        Forget(entries);
        if (await JudgeAsync(epoch, pending.Intents, entries, chain, cancellationToken) is not { } judged) return;
        (Dictionary<Guid, Intent> wanted, HashSet<Guid> paused) = judged;
        CheckDeadlines(wanted.Values, entries, head.Number, chain);
        TransactionsMetrics.InFlight.Record(entries.Count(entry => entry.IsSigned && entry.MinedBlock is null && entry.Nonce >= count));
        if (chain.Halted) return;

        HashSet<long> refused = [.. entries.Where(entry => entry.Latest is { } last && _broadcaster.IsUnderpriced(last)).Select(entry => entry.Nonce)];
        ImmutableArray<(long Nonce, NonceAction Action)> actions =
            NonceRules.Next(entries, count, head.Number, options.ReplaceAfterBlocks, wanted.Keys.ToHashSet(), refused,
                await FailingAsync(entries, count, head, wanted, cancellationToken), paused);
        if (actions.Any(action => action.Action == NonceAction.ReplaceByFill) && !await _inclusion.IsOnMirrorsForkAsync(Node, chain, cancellationToken))
            // "Done" and "nobody wants it" may be the words of a fork that is gone: the call may be needed after all.
            actions = [.. actions.Select(action => action.Action == NonceAction.ReplaceByFill ? (action.Nonce, NonceAction.Broadcast) : action)];
        Queue<long> free = new(actions.Where(action => action.Action == NonceAction.Free).Select(action => action.Nonce));
        entries = await PlaceAsync(epoch, wanted.Values, entries, free, count, head, chain, cancellationToken);
        await SettleFreeAsync(epoch, entries, free, count, head, cancellationToken);
        ILookup<NonceAction, NonceEntry> byAction = actions.ToLookup(action => action.Action, action => entries.First(entry => entry.Nonce == action.Nonce));
        await _broadcaster.BroadcastAsync([.. byAction[NonceAction.Broadcast].Select(entry => entry.Latest!)], head.Number, cancellationToken);
        foreach ((long nonce, NonceAction action) in actions.Where(action => action.Action is NonceAction.Replace or NonceAction.ReplaceByFill))
        {
            NonceEntry entry = entries.First(s => s.Nonce == nonce);
            await ReplaceAsync(epoch, entry, action == NonceAction.ReplaceByFill, wanted, head, chain, cancellationToken);
        }
    }

    // ---- what is wanted

    // Null when the owner says nothing of anything: it holds back, and what is on its way stays as it is.
    async Task<(Dictionary<Guid, Intent> Wanted, HashSet<Guid> Paused)?> JudgeAsync(
        long epoch, ImmutableDictionary<Guid, Intent> intents, ImmutableArray<NonceEntry> entries, ChainView chain, CancellationToken cancellationToken)
    {
        Dictionary<Guid, Intent> wanted = [];
        HashSet<Guid> paused = [];
        List<Intent> open = [.. intents.Values.Where(intent => intent.State != IntentState.Failed)];
        if (open.Count == 0) return (wanted, paused);
        IReadOnlyDictionary<Guid, IntentVerdict> verdicts = await plan.JudgeAsync(open, cancellationToken);
        if (verdicts.Count == 0) return null;
        Func<NonceEntry, bool> isMirrored = await MirroredAsync(entries, chain, cancellationToken);
        List<(Intent, IntentState, string?, TimeSpan?)> changes = [];
        DateTimeOffset now = time.GetUtcNow();
        foreach (Intent intent in open)
        {
            if (!verdicts.TryGetValue(intent.Id, out IntentVerdict verdict)) continue;
            IntentState state = NonceRules.StateOf(intent, verdict, entries, chain, isMirrored);
            Intent judged = intent with { State = state };
            if (state != intent.State)
            {
                bool putBack = (intent.State, state) == (IntentState.Resting, IntentState.Wanted);
                if (putBack && await IsSpentAsync(intent, entries, cancellationToken) is { } spent)
                {
                    changes.Add((intent, IntentState.Failed, spent, null));
                    continue;
                }
                string? reason = putBack ? WhyPutBack(intent, entries) : state == IntentState.Obsolete && verdict == IntentVerdict.Wanted ? "too late" : null;
                TimeSpan? pause = putBack ? NonceRules.Backoff(intent.Attempts) : null;
                changes.Add((intent, state, reason, pause));
                if (putBack) judged = judged with { DueAt = now + pause!.Value };
            }
            if (state is not (IntentState.Wanted or IntentState.Resting)) continue;
            if (verdict == IntentVerdict.Paused) paused.Add(intent.Id);
            else wanted[intent.Id] = judged;
        }
        if (changes.Count > 0) await store.SetStatesAsync(epoch, changes, cancellationToken);
        return (wanted, paused);
    }

    // Each transaction keeps to the budget; so do all of those together that were mined without effect. A person may have it tried again.
    async Task<string?> IsSpentAsync(Intent intent, ImmutableArray<NonceEntry> entries, CancellationToken cancellationToken)
    {
        if (!entries.Any(entry => entry.MinedBlock is not null && entry.Intents.Contains(intent.Id))) return null;
        UInt256 spent = await store.SpentAsync(intent.Id, cancellationToken);
        if (spent.CompareTo(intent.Budget ?? options.Budget) < 0) return null;
        BudgetIsSpent(intent, spent);
        return $"its transactions cost {spent} wei without effect, which is its budget";
    }

    /// <summary>
    /// Whether the verdicts just given rest on the block of a nonce. The same height is not enough: the mirror may have been on another fork, where
    /// the transaction was not, and a second one would then act twice. Only what the mirror said the same of before and after the verdicts counts.
    /// </summary>
    async Task<Func<NonceEntry, bool>> MirroredAsync(ImmutableArray<NonceEntry> entries, ChainView chain, CancellationToken cancellationToken)
    {
        if (chain.Revision < 0) return entry => entry.MinedBlock <= chain.Number;
        long[] heights = [.. entries.Where(entry => entry.MinedBlock is not null).Select(entry => entry.MinedBlock!.Value).Distinct()];
        Dictionary<long, Hash32> canonical = await store.ReadCanonicalAsync(heights, cancellationToken);
        bool unmoved = (await store.ReadChainAsync(cancellationToken))?.Revision == chain.Revision;
        // Behind finality the mirror keeps only blocks with logs, and there is one fork.
        return entry => unmoved && entry.MinedBlock is { } height && height <= chain.Number
            && (canonical.TryGetValue(height, out Hash32 hash) ? hash == entry.MinedIn : height <= chain.Finalized);
    }

    static string WhyPutBack(Intent intent, ImmutableArray<NonceEntry> entries)
    {
        long? block = entries.Where(entry => entry.Intents.Contains(intent.Id)).Max(entry => entry.MinedBlock);
        TransactionsMetrics.PutBack.Add(1, new KeyValuePair<string, object?>("reason", block is null ? "unsigned" : "without_effect"));
        return block is null ? "its transaction was not signed" : $"mined in block {block} without effect";
    }

    /// <summary>
    /// Nonces of transactions that rest and would fail, at this head and at one before it. At one head alone it may be a moment's state; a shared
    /// transaction does not fail as a whole; and a small one costs no more than the transfer that would take its place.
    /// </summary>
    async Task<HashSet<long>> FailingAsync(
        ImmutableArray<NonceEntry> entries, long count, BlockHeader head, Dictionary<Guid, Intent> wanted, CancellationToken cancellationToken)
    {
        HashSet<long> failing = [];
        foreach (NonceEntry entry in entries)
        {
            if (entry.IsFill || entry.MinedBlock is not null || entry.Nonce < count || entry.Latest is not { } attempt) continue;
            if (entry.Intents.Length != 1 || !wanted.ContainsKey(entry.Intents[0])) continue;
            await _gas.RefreshAsync(Node, signer.Address, head, cancellationToken);
            if (entry.Gas <= 2 * _gas.Fill) continue;
            _failing.TryGetValue(attempt.Hash, out (long First, long Last) seen);
            if (seen.Last != head.Number)
            {
                bool fails = await FailsAsync(entry, cancellationToken);
                if (!fails)
                {
                    _failing.Remove(attempt.Hash);
                    continue;
                }
                _failing[attempt.Hash] = seen = (seen.Last == 0 ? head.Number : seen.First, head.Number);
            }
            if (seen.First < head.Number)
            {
                WouldFail(entry.Nonce);
                failing.Add(entry.Nonce);
            }
        }
        return failing;
    }

    async Task<bool> FailsAsync(NonceEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await Node.CallAsync(new CallRequest(signer.Address, entry.To, entry.Data, Gas: entry.Gas), BlockTag.Latest, cancellationToken);
            return false;
        }
        catch (CallRevertedException)
        {
            return true;
        }
        catch (NodeException e) when (IsAboutTheCall(e))
        {
            // One call that a node chokes on must not keep the transaction manager from everything else.
            return e.Message.Contains("out of gas", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("OutOfGas", StringComparison.Ordinal);
        }
    }

    // Other calls may well be answered. A quota or a connection is about the node.
    internal static bool IsAboutTheCall(NodeException e) => e.Kind is NodeFaultKind.TooSlow or NodeFaultKind.TooMuch || (e.Kind == NodeFaultKind.Other && e.Code is not null);

    // ---- new transactions

    async Task<ImmutableArray<NonceEntry>> PlaceAsync(
        long epoch, IEnumerable<Intent> wanted, ImmutableArray<NonceEntry> entries, Queue<long> free, long count, BlockHeader head, ChainView chain,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        Intent[] due = [.. wanted.Where(intent => intent.State == IntentState.Wanted && intent.DueAt <= now)
            .OrderByDescending(intent => intent.Priority).ThenBy(intent => intent.Id)];
        if (due.Length == 0) return entries;
        // What goes together stands together, where the first of it stood.
        due = [.. due.GroupBy(intent => Sharing(intent) ?? intent.Id.ToString()).SelectMany(group => group)];
        List<NonceEntry> resting = [.. entries.Where(entry => entry.IsSigned && entry.MinedBlock is null && entry.Nonce >= count)];
        if (resting.Count >= options.MaxInFlight) return entries;
        await _gas.RefreshAsync(Node, signer.Address, head, cancellationToken);
        UInt256 balance = await Node.GetBalanceAsync(signer.Address, BlockTag.Latest, cancellationToken);
        UInt256 tip = await TipAsync(cancellationToken);
        UInt256 bound = Cost(resting);
        List<(Batch Batch, AttemptFee Fee)> group = [];
        await foreach (Batch batch in BatchesAheadAsync(epoch, due, cancellationToken))
        {
            if (resting.Count + group.Count >= options.MaxInFlight) break;
            AttemptFee fee = FirstFee(head, chain, tip, batch.Intents, batch.Gas);
            UInt256 cost = bound + (UInt256)batch.Gas * fee.MaxFee;
            if (cost > balance)
            {
                NoFundsFor(balance, cost);
                string refusal = $"insufficient funds: {signer.Address} has {balance} wei, all transactions in flight and this one may cost {cost}";
                await PutBackAsync(epoch, batch.Intents, refusal, "funds", cancellationToken);
                continue;
            }
            bound = cost;
            NearlyNoFunds(balance, cost);
            group.Add((batch, fee));
            // A full transaction does not wait for the next one to be filled.
            if (group.Count < Broadcaster.AtOnce && batch.Intents.Count == 1) continue;
            await SendAsync();
        }
        if (group.Count > 0) await SendAsync();
        return [.. entries.OrderBy(entry => entry.Nonce)];

        async Task SendAsync()
        {
            ImmutableArray<NonceEntry> placed = await FirstAttemptsAsync(epoch, group, free, count, head.Number, cancellationToken);
            entries = [.. entries.Where(entry => placed.All(one => one.Nonce != entry.Nonce)), .. placed];
            resting.AddRange(placed.Where(entry => entry.IsSigned));
            group.Clear();
        }
    }

    /// <summary>Nonces, signatures, broadcasts: each step for all of a group, so that a group costs three commits.</summary>
    async Task<ImmutableArray<NonceEntry>> FirstAttemptsAsync(
        long epoch, IReadOnlyList<(Batch Batch, AttemptFee Fee)> group, Queue<long> free, long count, long head, CancellationToken cancellationToken)
    {
        long[] reused = [.. free.Take(group.Count)];
        Placement[] placements = [.. group.Select((one, i) => new Placement([.. one.Batch.Intents.Select(intent => intent.Id)], i < reused.Length ? reused[i] : null,
            one.Batch.Call.To, one.Batch.Call.Data, one.Batch.Gas))];
        long?[] nonces = await store.PlaceAsync(epoch, placements, count, cancellationToken);
        CrashPoint.Reach(CrashPoint.NonceAssigned);
        HashSet<long> taken = [.. nonces.OfType<long>()];
        long[] left = [.. free.Where(nonce => !taken.Contains(nonce))];
        free.Clear();
        foreach (long nonce in left) free.Enqueue(nonce);

        List<(NonceEntry Entry, AttemptFee Fee)> unsigned = [];
        for (int i = 0; i < nonces.Length; i++)
        {
            if (nonces[i] is not { } nonce) continue;
            TransactionsMetrics.Carried.Record(placements[i].Intents.Length);
            unsigned.Add((new NonceEntry(nonce, placements[i].To, placements[i].Data, placements[i].Gas, IsFill: false, null, null, null, Final: false, [.. placements[i].Intents], []),
                group[i].Fee));
        }
        Dictionary<long, Attempt> attempts = await _broadcaster.SignAsync(epoch, unsigned, head, asFill: false, "first", cancellationToken);
        await _broadcaster.BroadcastAsync([.. attempts.OrderBy(attempt => attempt.Key).Select(attempt => attempt.Value)], head, cancellationToken);
        return [.. unsigned.Select(one => attempts.TryGetValue(one.Entry.Nonce, out Attempt? attempt) ? one.Entry with { Attempts = [attempt] } : one.Entry)];
    }

    Task PutBackAsync(long epoch, IReadOnlyList<Intent> intents, string refusal, string reason, CancellationToken cancellationToken)
    {
        TransactionsMetrics.PutBack.Add(intents.Count, new KeyValuePair<string, object?>("reason", reason));
        return store.SetStatesAsync(
            epoch, [.. intents.Select(intent => (intent, IntentState.Wanted, (string?)refusal, (TimeSpan?)NonceRules.Backoff(intent.Attempts)))], cancellationToken);
    }

    async Task<UInt256> TipAsync(CancellationToken cancellationToken)
    {
        UInt256 suggested = await Node.GetMaxPriorityFeePerGasAsync(cancellationToken);
        return suggested > options.MinimumTip ? suggested : options.MinimumTip;
    }

    AttemptFee FirstFee(BlockHeader head, ChainView chain, UInt256 tip, IReadOnlyCollection<Intent> intents, ulong gas)
    {
        long blocks = intents.Min(intent => intent.WantedUntil) is { } until ? (long)((until - chain.Time) / options.BlockSeconds) : Fees.MaxBlocksAhead;
        return Fees.First(head.BaseFeePerGas ?? UInt256.Zero, tip, Math.Max(1, blocks), gas, BudgetOf(intents), options.Floor);
    }

    // Several intents in one transaction bring their budgets along.
    UInt256 BudgetOf(IReadOnlyCollection<Intent> intents) =>
        intents.Count == 0 ? options.Budget : intents.Aggregate(UInt256.Zero, (sum, intent) => sum + (intent.Budget ?? options.Budget));

    static UInt256 Cost(List<NonceEntry> resting) =>
        resting.Aggregate(UInt256.Zero, (sum, entry) => sum + (UInt256)entry.Gas * entry.Latest!.Fee.MaxFee);

    // ---- nonces that hold others up

    async Task SettleFreeAsync(
        long epoch, ImmutableArray<NonceEntry> entries, Queue<long> free, long count, BlockHeader head, CancellationToken cancellationToken)
    {
        ImmutableArray<long> gaps = NonceRules.Gaps(entries, count);
        if (free.Count == 0 && gaps.IsEmpty) return;
        long last = entries.Where(entry => entry.IsSigned).Select(entry => entry.Nonce).DefaultIfEmpty(-1).Max();
        // From the top, so that what is left below never has a hole in it.
        foreach (long nonce in free.OrderDescending())
            if (nonce > last) await store.DeleteAsync(epoch, nonce, cancellationToken);
        List<long> holes = [.. free.Where(nonce => nonce < last).Concat(gaps).Order()];
        free.Clear();
        if (holes.Count == 0) return;
        await _gas.RefreshAsync(Node, signer.Address, head, cancellationToken);
        UInt256 tip = await TipAsync(cancellationToken);
        foreach (long nonce in holes)
        {
            Filling(nonce);
            await store.FillAsync(epoch, nonce, exists: !gaps.Contains(nonce), _gas.Fill, cancellationToken);
            NonceEntry entry = new(nonce, signer.Address, ReadOnlyMemory<byte>.Empty, _gas.Fill, IsFill: true, null, null, null, Final: false, [], []);
            AttemptFee fee = Fees.First(head.BaseFeePerGas ?? UInt256.Zero, tip, Fees.MaxBlocksAhead, _gas.Fill, options.Budget, options.Floor);
            if (await _broadcaster.SignAsync(epoch, entry, fee, head.Number, asFill: true, "fill", cancellationToken) is { } attempt)
                await _broadcaster.BroadcastAsync(attempt, head.Number, cancellationToken);
        }
    }

    // ---- attempts

    async Task ReplaceAsync(
        long epoch, NonceEntry entry, bool asFill, Dictionary<Guid, Intent> wanted, BlockHeader head, ChainView chain, CancellationToken cancellationToken)
    {
        Attempt old = entry.Latest!;
        if (asFill) await _gas.RefreshAsync(Node, signer.Address, head, cancellationToken);
        Intent[] carried = asFill ? [] : [.. entry.Intents.Where(wanted.ContainsKey).Select(id => wanted[id])];
        ulong gas = asFill ? _gas.Fill : entry.Gas;
        UInt256 tip = await TipAsync(cancellationToken);
        AttemptFee today = FirstFee(head, chain, tip, carried, gas);
        if (Fees.Replace(old.Fee, today, gas, BudgetOf(carried), options.Floor) is not { } fee)
        {
            TransactionsMetrics.BudgetReached.Add(1);
            BudgetIsReached(entry.Nonce, old.Hash);
            await _broadcaster.BroadcastAsync(old, head.Number, cancellationToken);
            return;
        }
        NonceEntry next = asFill ? entry with { To = signer.Address, Data = ReadOnlyMemory<byte>.Empty, Gas = _gas.Fill } : entry;
        if (await _broadcaster.SignAsync(epoch, next, fee, head.Number, asFill, asFill ? "fill" : "replace", cancellationToken) is { } attempt)
            await _broadcaster.BroadcastAsync(attempt, head.Number, cancellationToken);
    }

    void Forget(ImmutableArray<NonceEntry> entries)
    {
        HashSet<Hash32> open = [.. entries.SelectMany(entry => entry.Attempts).Select(attempt => attempt.Hash)];
        _broadcaster.Keep(open);
        _overBudget.IntersectWith(open);
        foreach (Hash32 gone in _failing.Keys.Where(hash => !open.Contains(hash)).ToArray()) _failing.Remove(gone);
    }

    static string Cut(string text) => PlainText.Of(text, ReasonLength);

    [LoggerMessage(5006, LogLevel.Information, "Nonce {Nonce} holds up later ones and is filled with an empty transfer to the sender itself")]
    partial void Filling(long nonce);

    [LoggerMessage(5011, LogLevel.Warning, "Nonce {Nonce}: its call would fail now; an empty transfer takes its place")]
    partial void WouldFail(long nonce);

    [LoggerMessage(5010, LogLevel.Warning, "{Count} intents do not go together ({Reason}); each gets a transaction of its own")]
    partial void NotShared(int count, string reason);

}
