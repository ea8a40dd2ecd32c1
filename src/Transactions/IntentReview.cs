using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>Asks the owner of the intents for verdicts, and stores the states that follow from them.</summary>
internal sealed class IntentReview(SenderStores stores, ITransactionPlan plan, FeePolicy fees, TransactionAlarms alarms, TimeProvider time)
{
    /// <summary>Reviews all intents of the pending set. Null if the owner gives no verdict at all: then pending transactions stay as they are.</summary>
    public async Task<(Dictionary<Guid, Intent> Wanted, HashSet<Guid> Paused)?> RunAsync(
        PollContext poll, ImmutableDictionary<Guid, Intent> intents, ImmutableArray<NonceEntry> entries, CancellationToken cancellationToken)
    {
        Dictionary<Guid, Intent> wanted = [];
        HashSet<Guid> paused = [];
        List<Intent> open = [.. intents.Values.Where(intent => intent.State != IntentState.Failed)];
        if (open.Count == 0) return (wanted, paused);
        IReadOnlyDictionary<Guid, IntentVerdict> verdicts = await plan.JudgeAsync(open, cancellationToken);
        if (verdicts.Count == 0) return null;
        Func<NonceEntry, bool> isMirrored = await MirroredAsync(entries, poll.Chain, cancellationToken);
        List<(Intent, IntentState, string?, TimeSpan?)> changes = [];
        DateTimeOffset now = time.GetUtcNow();
        foreach (Intent intent in open)
        {
            if (!verdicts.TryGetValue(intent.Id, out IntentVerdict verdict)) continue;
            IntentState state = IntentRules.StateOf(intent, verdict, entries, poll.Chain, isMirrored);
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
                TimeSpan? pause = putBack ? IntentBackoff.Pause(intent.Attempts) : null;
                changes.Add((intent, state, reason, pause));
                if (putBack) judged = judged with { DueAt = now + pause!.Value };
            }
            if (state is not (IntentState.Wanted or IntentState.Resting)) continue;
            if (verdict == IntentVerdict.Paused) paused.Add(intent.Id);
            else wanted[intent.Id] = judged;
        }
        if (changes.Count > 0) await stores.Intents.SetAsync(poll.Epoch, changes, cancellationToken);
        return (wanted, paused);
    }

    // The budget limits each transaction, and the sum of all transactions that were mined without effect. An operator's order tries the intent again.
    async Task<string?> IsSpentAsync(Intent intent, ImmutableArray<NonceEntry> entries, CancellationToken cancellationToken)
    {
        if (!entries.Any(entry => entry.MinedBlock is not null && entry.Intents.Contains(intent.Id))) return null;
        UInt256 spent = await stores.Pending.SpentAsync(intent.Id, cancellationToken);
        if (spent.CompareTo(fees.BudgetOf(intent)) < 0) return null;
        alarms.BudgetIsSpent(intent, spent);
        return $"its transactions cost {spent} wei without effect, which is its budget";
    }

    /// <summary>
    /// Whether the verdicts just given rest on the block of a nonce. The same height is not enough: the mirror may have been on another fork, which
    /// did not contain the transaction, and a second transaction would then act twice. Only what the mirror reported both before and after the verdicts counts.
    /// </summary>
    async Task<Func<NonceEntry, bool>> MirroredAsync(ImmutableArray<NonceEntry> entries, ChainView chain, CancellationToken cancellationToken)
    {
        if (chain.Revision < 0) return entry => entry.MinedBlock <= chain.Number;
        long[] heights = [.. entries.Where(entry => entry.MinedBlock is not null).Select(entry => entry.MinedBlock!.Value).Distinct()];
        Dictionary<long, Hash32> canonical = await stores.Chain.ReadCanonicalAsync(heights, cancellationToken);
        bool unmoved = (await stores.Chain.ReadAsync(cancellationToken))?.Revision == chain.Revision;
        // Below finality the mirror keeps only blocks with logs, and there is one fork.
        return entry => unmoved && entry.MinedBlock is { } height && height <= chain.Number
            && (canonical.TryGetValue(height, out Hash32 hash) ? hash == entry.MinedIn : height <= chain.Finalized);
    }

    static string WhyPutBack(Intent intent, ImmutableArray<NonceEntry> entries)
    {
        long? block = entries.Where(entry => entry.Intents.Contains(intent.Id)).Max(entry => entry.MinedBlock);
        IntentBackoff.Count(block is null ? "unsigned" : "without_effect");
        return block is null ? "its transaction was not signed" : $"mined in block {block} without effect";
    }
}
