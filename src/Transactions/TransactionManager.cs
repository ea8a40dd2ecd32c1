using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Postgres.Leases;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Carries out the intents of one sender on one chain. Each poll observes what was mined, reviews what is still wanted, and then signs, broadcasts and
/// replaces transactions. All state that a restart needs is in the database; state in memory only saves calls.
/// </summary>
internal sealed class TransactionManager
{
    readonly SenderStores _stores;
    readonly IReadOnlyList<IEthereumNode> _nodes;
    readonly Address _sender;
    readonly TransactionsOptions _options;
    readonly Inclusion _inclusion;
    readonly IntentReview _review;
    readonly FailingCalls _failing;
    readonly OutdatedLimits _outdated;
    readonly NonceAssignment _assignment;
    readonly NonceGaps _gaps;
    readonly AttemptReplacement _replacement;
    readonly Broadcaster _broadcaster;
    readonly TransactionAlarms _alarms;
    readonly SenderCount _count;
    int _reading;

    /// <summary>Wires the rules of one sender.</summary>
    public TransactionManager(
        SenderStores stores, IReadOnlyList<IEthereumNode> nodes, ITransactionSigner signer, ITransactionPlan plan, TransactionsOptions options, long chainId,
        TimeProvider time, ILogger log, TransactionsHealth? health = null)
    {
        (_stores, _nodes, _sender, _options) = (stores, nodes, signer.Address, options);
        GasLimits gas = new(options, log);
        FeePolicy fees = new(options);
        IntentBackoff backoff = new(stores);
        _alarms = new TransactionAlarms(options, _sender, log);
        _count = new SenderCount(stores, nodes, _sender, _alarms);
        _broadcaster = new Broadcaster(stores.Attempts, nodes, signer, gas, chainId, time, log, health);
        _inclusion = new Inclusion(stores, _sender, log);
        _review = new IntentReview(stores, plan, fees, _alarms, time);
        _failing = new FailingCalls(gas, _sender, log);
        CallSimulator simulator = new(plan, gas, backoff, _sender);
        BatchBuilder batches = new(plan, simulator, gas, options, log);
        _outdated = new OutdatedLimits(gas, batches, _sender, log);
        _assignment = new NonceAssignment(stores, batches, _broadcaster, gas, fees, backoff, _alarms, options, _sender, time);
        _gaps = new NonceGaps(stores, _broadcaster, gas, fees, _sender, log);
        _replacement = new AttemptReplacement(_broadcaster, gas, fees, _alarms, _sender);
    }

    /// <summary>Polls once, at one node.</summary>
    /// <exception cref="LeaseLostException">Another process holds the sender's lease.</exception>
    /// <exception cref="NodeException">The node does not answer; the next poll asks another node, if there is one.</exception>
    public async Task RunAsync(long epoch, CancellationToken cancellationToken)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                await PollAsync(_nodes[_reading], epoch, cancellationToken);
                return;
            }
            catch (CountBelowFinalException) when (tried < _nodes.Count)
            {
                _reading = (_reading + 1) % _nodes.Count;
            }
            catch (NodeException)
            {
                _reading = (_reading + 1) % _nodes.Count;
                throw;
            }
        }
    }

    async Task PollAsync(IEthereumNode node, long epoch, CancellationToken cancellationToken)
    {
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new NodeException("The node has no head.");
        long count = await _count.ReadAsync(node, cancellationToken);
        // The position is read before the verdicts, so that a verdict is never older than the position that it is compared with.
        ChainView chain = await _stores.Chain.ReadAsync(cancellationToken) ?? await Inclusion.ReadChainAsync(node, head, cancellationToken);
        PollContext poll = new(node, epoch, count, head, chain);
        PendingSet pending = await _stores.Pending.ReadAsync(cancellationToken);
        if (pending.Entries.IsEmpty && pending.Intents.IsEmpty) return;
        ImmutableArray<NonceEntry> entries = await _inclusion.ObserveAsync(poll, pending.Entries, cancellationToken);
        Forget(entries);
        // What the mirror has in canonical blocks is used, whatever the node's head says.
        poll = poll with { Count = entries.Where(entry => entry.MinedBlock is not null).Select(entry => entry.Nonce + 1).Append(count).Max() };
        if (await _review.RunAsync(poll, pending.Intents, entries, cancellationToken) is not { } reviewed) return;
        (Dictionary<Guid, Intent> wanted, HashSet<Guid> paused) = reviewed;
        if (!pending.IsActive)
        {
            // What no transaction of this account carries is for the account in service, unless only this one may carry it out.
            await _stores.Intents.ReleaseAsync(epoch, cancellationToken);
            foreach (Intent released in wanted.Values.Where(intent => intent.State == IntentState.Wanted && intent.OnlyBy is null).ToArray()) wanted.Remove(released.Id);
        }
        _alarms.CheckDeadlines(poll, wanted.Values, entries);
        TransactionsMetrics.InFlight.Record(entries.Count(entry => entry.IsSigned && entry.MinedBlock is null && entry.Nonce >= poll.Count));
        if (chain.Halted) return;

        ImmutableArray<(long Nonce, NonceAction Action)> actions = await ActionsAsync(poll, entries, wanted, paused, cancellationToken);
        IReadOnlyDictionary<long, Batch> raised = await _outdated.FindAsync(poll, entries, actions, wanted, cancellationToken);
        actions = [.. actions.Select(one => raised.ContainsKey(one.Nonce) ? (one.Nonce, NonceAction.Replace) : one)];
        Queue<long> free = new(actions.Where(one => one.Action == NonceAction.Free).Select(one => one.Nonce));
        entries = await _assignment.SendAsync(poll, wanted.Values, entries, free, cancellationToken);
        await _gaps.FillAsync(poll, entries, free, cancellationToken);
        ILookup<NonceAction, NonceEntry> byAction = actions.ToLookup(one => one.Action, one => entries.First(entry => entry.Nonce == one.Nonce));
        await _broadcaster.BroadcastAsync([.. byAction[NonceAction.Broadcast].Select(entry => entry.Latest!)], head.Number, cancellationToken);
        foreach ((long nonce, NonceAction action) in actions.Where(one => one.Action is NonceAction.Replace or NonceAction.ReplaceByFill))
        {
            NonceEntry entry = entries.First(one => one.Nonce == nonce);
            if (raised.TryGetValue(nonce, out Batch? batch)) entry = entry with { To = batch.Call.To, Data = batch.Call.Data, Gas = batch.Gas };
            await _replacement.ReplaceAsync(poll, entry, action == NonceAction.ReplaceByFill, wanted, cancellationToken);
        }
    }

    async Task<ImmutableArray<(long Nonce, NonceAction Action)>> ActionsAsync(
        PollContext poll, ImmutableArray<NonceEntry> entries, Dictionary<Guid, Intent> wanted, HashSet<Guid> paused, CancellationToken cancellationToken)
    {
        HashSet<long> refused = [.. entries.Where(entry => entry.Latest is { } last && _broadcaster.IsUnderpriced(last)).Select(entry => entry.Nonce)];
        HashSet<long> failing = await _failing.FindAsync(poll, entries, wanted, cancellationToken);
        ImmutableArray<(long Nonce, NonceAction Action)> actions = NonceRules.Next(
            entries, poll.Count, poll.Head.Number, _options.ReplaceAfterBlocks, wanted.Keys.ToHashSet(), refused, failing, paused);
        if (actions.All(one => one.Action != NonceAction.ReplaceByFill) || await _inclusion.IsOnMirrorsForkAsync(poll, cancellationToken)) return actions;
        // The verdicts may come from a fork that the node has left: the call may still be needed, so it is not replaced.
        return [.. actions.Select(one => one.Action == NonceAction.ReplaceByFill ? (one.Nonce, NonceAction.Broadcast) : one)];
    }

    void Forget(ImmutableArray<NonceEntry> entries)
    {
        HashSet<Hash32> open = [.. entries.SelectMany(entry => entry.Attempts).Select(attempt => attempt.Hash)];
        _broadcaster.Keep(open);
        _alarms.Keep(open);
        _failing.Keep(open);
        _outdated.Keep(open);
    }
}
