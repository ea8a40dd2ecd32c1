using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer;

/// <summary>What the steps of a mirror did, as metrics and log lines.</summary>
internal sealed partial class StepReports(ChainOptions chain, TimeProvider time, ILogger log)
{
    readonly KeyValuePair<string, object?> _label = new("chain", chain.ChainId);
    BackfillProgress? _backfill;

    /// <summary>Called after each step of a backfill, and after the one that ends it.</summary>
    public Action<BackfillReport>? Progress { get; init; }

    /// <summary>Reports the progress, from the first step of a backfill to the last.</summary>
    public void Backfill(long from, long reached, long target, int logs)
    {
        if (_backfill is null && reached >= target) return;
        BackfillReport report = (_backfill ??= new BackfillProgress(time, from - 1)).Step(reached, target, logs);
        IndexerMetrics.BackfillLeft.Record(target - reached, _label);
        IndexerMetrics.BackfillRate.Record(reached < target ? report.EventsPerSecond : 0, _label);
        IndexerMetrics.BackfillTime.Record(reached < target && report.Left is { } left ? left.TotalSeconds : 0, _label);
        Progress?.Invoke(report);
        if (reached >= target) _backfill = null;
    }

    /// <summary>Reports a step that was committed.</summary>
    public void Committed(MirrorStep step, StepOutcome outcome, KnownChain known)
    {
        string kind = outcome.RemovedBlocks > 0 ? "reorg" : step.Blocks.IsEmpty ? "head" : "extend";
        IndexerMetrics.Steps.Add(1, _label, new("kind", kind));
        IndexerMetrics.Position.Record(known.Number, _label);
        IndexerMetrics.Finalized.Record(known.Finalized, _label);
        if (outcome.RemovedBlocks > 0)
        {
            IndexerMetrics.Reorgs.Add(1, _label);
            IndexerMetrics.ReorgDepth.Record(outcome.RemovedBlocks, _label);
            IndexerMetrics.RemovedBlocks.Add(outcome.RemovedBlocks, _label);
            RolledBack(chain.ChainId, step.ForkPoint, outcome.RemovedBlocks, outcome.Retracted);
        }
        if (step.Blocks.IsEmpty) return;
        IndexerMetrics.Lag.Record((time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - step.Blocks[^1].Header.Timestamp, _label);
        IndexerMetrics.Logs.Add(step.Blocks.Sum(block => block.Logs.Length), _label);
        foreach (MirrorLog unknown in step.Blocks.SelectMany(block => block.Logs).Where(entry => !entry.Decoded))
        {
            IndexerMetrics.Undecoded.Add(1, _label);
            Undecoded(chain.ChainId, unknown.Log.BlockNumber, unknown.Log.LogIndex, unknown.Log.TransactionHash);
        }
        foreach (StrayTransfer stray in step.Blocks.SelectMany(block => block.Strays))
        {
            IndexerMetrics.Strays.Add(1, _label);
            Stray(chain.ChainId, stray.Transfer.Amount, stray.Transfer.Token, stray.Transfer.Sender, stray.Log.TransactionHash);
        }
        foreach ((LogEntry moved, EtherLog ether) in step.Blocks.SelectMany(block => EtherLog.In(block.Logs)))
        {
            IndexerMetrics.ForcedEther.Add(1, _label);
            ForcedEther(chain.ChainId, ether.Amount, ether.Sender, moved.TransactionHash);
        }
    }

    [LoggerMessage(4030, LogLevel.Warning, "Reorg on chain {ChainId}: {Blocks} blocks above {ForkPoint} are no longer canonical, {Settlements} settlements are affected")]
    partial void RolledBack(long chainId, long forkPoint, int blocks, int settlements);

    [LoggerMessage(4031, LogLevel.Critical, "Chain {ChainId}: a final block is contradicted: {Reason}")]
    public partial void Halted(long chainId, string reason);

    [LoggerMessage(4032, LogLevel.Warning, "Chain {ChainId}: log {LogIndex} of block {Number} in {Transaction} is not a known event; it is stored undecoded")]
    partial void Undecoded(long chainId, long number, int logIndex, Hash32 transaction);

    [LoggerMessage(4033, LogLevel.Error, "ALARM stray_transfer: chain {ChainId}: {Amount} of {Token} came from {Sender} to the escrow without a deposit in {Transaction}; it cannot be sent back")]
    partial void Stray(long chainId, UInt256 amount, Address token, Address sender, Hash32 transaction);

    [LoggerMessage(4035, LogLevel.Warning, "Chain {ChainId}: {Wei} wei of {Sender} were forced into the escrow in {Transaction}; the escrow accepts no ether, owes none of it to anybody, and cannot pay it out")]
    partial void ForcedEther(long chainId, UInt256 wei, Address sender, Hash32 transaction);

    [LoggerMessage(4034, LogLevel.Warning, "A node of chain {ChainId} has the head {Head} but not the mirror's finalized block {Finalized}; the indexer waits until it has")]
    public partial void NodeBehind(long chainId, long head, long finalized);
}
