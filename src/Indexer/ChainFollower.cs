using System.Data.Common;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Postgres.Leases;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer;

/// <summary>Holds the lease of a chain's mirror and follows the chain until stopped. Without the lease it stands by.</summary>
internal sealed partial class ChainFollower(
    IMirror store, IEthereumNodes nodes, ChainOptions chain, IndexerOptions options, Guid holder, IndexerPulse pulse, TimeProvider time, Jitter jitter,
    ILogger log)
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(5);

    DateTimeOffset? _said;
    bool _isKnown;

    /// <summary>Is notified of blocks of an unknown fork; null for none.</summary>
    public UnknownHeaders? Headers { get; init; }

    /// <summary>Is notified of polls and their faults; null for none.</summary>
    public ChainsHealth? Health { get; init; }

    /// <summary>Verifies blocks again that have a weaker proof; null for none.</summary>
    public ProofRenewal? Renewal { get; init; }

    /// <summary>Called after each commit.</summary>
    public Action? Committed { get; init; }

    /// <inheritdoc cref="MirrorLoop.Through"/>
    public Func<ProcessorParts, ProcessorParts> Through { get; init; } = parts => parts;

    /// <summary>Fails if the node is on another chain than the database. A node that does not respond does not prevent the start.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RequireIdentityAsync(cancellationToken);
        }
        catch (NodeException e)
        {
            Interrupted(chain.ChainId, e.Message);
        }
    }

    /// <summary>Follows the chain, or waits as standby, until stopped.</summary>
    /// <exception cref="ChainIdentityException">At the first answer of a node: it is on another chain.</exception>
    public Task ServeAsync(CancellationToken stoppingToken)
    {
        LeaseLoop loop = new(new ChainLease(store, chain.ChainId), holder, options.Lease, time)
        {
            Passes = fault => fault is not ChainIdentityException,
            Report = Report,
            Lost = () => Lost(chain.ChainId),
            Pause = jitter.About,
        };
        return loop.RunAsync(
            prepare: async cancellationToken =>
            {
                pulse.Beat(chain.ChainId);
                if (!_isKnown) await RequireIdentityAsync(cancellationToken);
            },
            work: FollowAsync, stoppingToken);
    }

    void Report(Exception fault)
    {
        if (fault is NodeException or DbException or OperationCanceledException or ObjectDisposedException) Interrupted(chain.ChainId, fault.Message);
        else Failed(fault, chain.ChainId);
    }

    async Task RequireIdentityAsync(CancellationToken cancellationToken)
    {
        ChainIdentity identity = await ChainIdentityReader.ReadAsync(nodes.For(chain.ChainId), chain, cancellationToken);
        await store.EnsureAsync(identity, chain.EscrowBlock, cancellationToken);
        MirrorPosition stored = (await store.ReadPositionAsync(chain.ChainId, cancellationToken))!;
        identity.RequireSameAs(stored.Identity);
        if (chain.EscrowBlock < stored.StartBlock)
            throw new ChainIdentityException(
                $"Chains: EscrowBlock of chain {chain.ChainId} is {chain.EscrowBlock}, but the mirror began at {stored.StartBlock}: set it back, or run keystone mirror rebuild.");
        // From now on that a node is on another chain is that node's fault, and no reason to stop.
        nodes.Expect(stored.Identity);
        _isKnown = true;
    }

    async Task FollowAsync(long epoch, CancellationToken held)
    {
        KeyValuePair<string, object?> label = new("chain", chain.ChainId);
        Holding(chain.ChainId, epoch);
        IndexerMetrics.Epoch.Record(epoch, label);
        IndexerMetrics.Held.Record(1, label);
        Health?.Took(chain.ChainId);
        // Created with each lease, so that no state of an earlier lease remains.
        MirrorPass pass = new(store, nodes.AllFor(chain.ChainId), chain, options, time, log) { Committed = Committed, Progress = Say, Headers = Headers, Health = Health };
        Renewal?.Begin();
        HashSet<string> named = [];
        TimeSpan pause = options.Poll;
        HeadWait wait = new(() => nodes.HeadsOf(chain.ChainId).Next, options.Poll, time, jitter);
        async Task<bool> PaceAsync(bool? isMore, CancellationToken stopped)
        {
            // A whole round without a fault.
            if (isMore is not null)
            {
                pause = options.Poll;
                named.Clear();
            }
            switch (isMore == false && Renewal is not null ? await Renewal.RunAsync(epoch, stopped) : RenewalOutcome.Nothing)
            {
                case RenewalOutcome.Changed:
                    // The processor would continue from the height in its memory; another run starts from the mirror's present state.
                    pass.Forget();
                    return false;
                case RenewalOutcome.Nothing when isMore == false:
                    await wait.WaitAsync(stopped);
                    break;
            }
            stopped.ThrowIfCancellationRequested();
            pulse.Beat(chain.ChainId);
            wait.Begin();
            return true;
        }
        MirrorLoop loop = new(pass, epoch, PaceAsync) { Through = Through };
        try
        {
            while (!held.IsCancellationRequested)
            {
                // Also when the mirror cannot be read, and no poll comes.
                pulse.Beat(chain.ChainId);
                try
                {
                    await loop.RunAsync(held);
                }
                catch (Exception e) when (e is not (ChainIdentityException or LeaseLostException) && !held.IsCancellationRequested)
                {
                    pause = Next(pause, e);
                    if (e is ContradictionException contradiction)
                    {
                        IndexerMetrics.Refused.Add(1, label, new("kind", contradiction.Kind));
                        if (ContradictionException.Proofs.Contains(contradiction.Kind)) IndexerMetrics.ProofFailures.Add(1, label, new("kind", contradiction.Kind));
                        // What a node does with every block is reported once, and so is a fork: by an alarm.
                        if (e is not UnknownHeaderException && (contradiction.Fault is null || named.Add(contradiction.Fault))) Refused(chain.ChainId, e.Message);
                    }
                    else
                    {
                        Report(e);
                    }
                }
                // A new head does not shorten the wait after a failure; the wait grows with consecutive failures.
                if (pause == options.Poll) await wait.WaitAsync(held);
                else await Task.Delay(jitter.AtLeast(pause), time, held);
            }
        }
        finally
        {
            IndexerMetrics.Epoch.Record(0, label);
            IndexerMetrics.Held.Record(0, label);
            Health?.Lost(chain.ChainId);
        }
    }

    TimeSpan Next(TimeSpan pause, Exception failure)
    {
        // A contradiction usually means that the chain changed during the poll; the next poll succeeds.
        if (failure is ContradictionException and not UnknownHeaderException) return options.Poll;
        TimeSpan next = failure is NodeBusyException { RetryAfter: { } asked } && asked > pause * 2 ? asked : pause * 2;
        return next < LongestPause ? next : LongestPause;
    }

    /// <summary>Logs the progress of a backfill every few seconds, and its end.</summary>
    void Say(BackfillReport report)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_said is null && report.Number >= report.Target) return;
        if (report.Number < report.Target && now - (_said ?? now - SayAgain) < SayAgain) return;
        Reading(chain.ChainId, report);
        _said = report.Number < report.Target ? now : null;
    }

    [LoggerMessage(4025, LogLevel.Information, "Chain {ChainId}: {Progress}")]
    partial void Reading(long chainId, BackfillReport progress);

    [LoggerMessage(4020, LogLevel.Information, "Holds the lease of chain {ChainId}, epoch {Epoch}")]
    partial void Holding(long chainId, long epoch);

    [LoggerMessage(4021, LogLevel.Warning, "Lost the lease of chain {ChainId}; another indexer has it")]
    partial void Lost(long chainId);

    [LoggerMessage(4022, LogLevel.Warning, "Chain {ChainId} interrupted: {Reason}")]
    partial void Interrupted(long chainId, string reason);

    [LoggerMessage(4023, LogLevel.Error, "A step on chain {ChainId} failed; it is tried again")]
    partial void Failed(Exception exception, long chainId);

    [LoggerMessage(4024, LogLevel.Warning, "Chain {ChainId}: a response of the node was rejected ({Reason}); the request is repeated")]
    partial void Refused(long chainId, string reason);
}
