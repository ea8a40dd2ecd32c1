using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer;

/// <summary>Makes the mirror anew: its folds from its logs, or all of it from the chain. The feed goes on, so that its readers see the change.</summary>
public sealed partial class MirrorRebuild
{
    const string Reason = "The mirror is being rebuilt from the chain; if that was interrupted, run keystone mirror rebuild again.";

    // In a row, without a step in between.
    const int Attempts = 100;
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    readonly IMirror _store;
    readonly IEthereumNodes _nodes;
    readonly IndexerOptions _options;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;
    readonly Jitter _jitter;
    readonly ILogger<MirrorRebuild> _log;

    internal MirrorRebuild(
        IMirror store, IEthereumNodes nodes, IOptions<IndexerOptions> options, WakeSignals signals, TimeProvider time, Jitter jitter,
        ILogger<MirrorRebuild> log)
    {
        _store = store;
        _nodes = nodes;
        _options = options.Value;
        _signals = signals;
        _time = time;
        _jitter = jitter;
        _log = log;
    }

    /// <inheritdoc cref="MirrorLoop.Through"/>
    internal Func<ProcessorParts, ProcessorParts> Through { get; init; } = parts => parts;

    /// <summary>Drops settlements, legs and stray transfers of a chain and folds them again from the mirrored logs, in one transaction.</summary>
    /// <exception cref="InvalidOperationException">An indexer is writing the mirror, or there is none; the message says what to do.</exception>
    public Task RefoldAsync(long chainId, CancellationToken cancellationToken) => HoldingAsync(chainId, async (epoch, position) =>
    {
        await _store.RefoldAsync(chainId, epoch, position.Identity.Escrow, cancellationToken);
        _signals.Raise(WakeSignals.Feed);
    }, cancellationToken);

    /// <summary>
    /// Reads everything of a chain again from the node, up to its head, beside the mirror that is there, and puts it in that one's place at the end: whatever happens before, the
    /// mirror is as it was, and the next run goes on where this one ended. A halt ends with it.
    /// </summary>
    /// <exception cref="InvalidOperationException">An indexer is writing the mirror, there is none, or the node is behind it; the message says what to do.</exception>
    /// <exception cref="ChainIdentityException">The node is on another chain than the database.</exception>
    /// <exception cref="NodeException">The nodes refused a hundred times in a row. The mirror is as it was; run it again.</exception>
    public Task FromChainAsync(long chainId, CancellationToken cancellationToken) => FromChainAsync(chainId, null, cancellationToken);

    /// <inheritdoc cref="FromChainAsync(long, CancellationToken)"/>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="progress">Hears after each step how far it is.</param>
    /// <param name="cancellationToken">Ends the work; the mirror is as it was.</param>
    public Task FromChainAsync(long chainId, Action<BackfillReport>? progress, CancellationToken cancellationToken) => HoldingAsync(chainId, async (epoch, position) =>
    {
        ChainOptions chain = _nodes.Chains.First(chain => chain.ChainId == chainId);
        Patience patience = new(this, chainId, epoch);
        BlockHeader head = await patience.AskAsync(async () =>
        {
            (await ChainIdentityReader.ReadAsync(_nodes.For(chainId), chain, cancellationToken)).RequireSameAs(position.Identity);
            return await _nodes.For(chainId).GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new ContradictionException("The node has no head.", "missing");
        }, cancellationToken);
        // A mirror that ends earlier than the one before would show settlements as missing that its readers have seen.
        if (head.Number < position.Number)
            throw new InvalidOperationException(
                $"The node of chain {chainId} has the head {head.Number}, below the mirror's {position.Number}; let it catch up, then rebuild.");
        RequireKnown(head);
        IMirror beside = await _store.BesideAsync(chainId, epoch, chain.EscrowBlock, Reason, cancellationToken);
        MirrorPass pass = new(beside, _nodes.AllFor(chainId), chain, _options, _time, _log) { WhileHalted = true, Progress = progress };
        async Task<bool> PaceAsync(bool? isMore, CancellationToken stopped)
        {
            if (isMore is not null) patience.Restore();
            if (isMore == false) return false;
            if (!await _store.RenewLeaseAsync(chainId, epoch, _options.Lease, stopped)) throw new LeaseLostException("Another indexer holds the lease of this chain.");
            // One that was begun before may stand on a fork that is gone for good.
            if (beside != _store && (await beside.ReadPositionAsync(chainId, stopped))?.Halted is { } halted)
                throw new InvalidOperationException($"{halted} Nothing was changed: run it again, and the mirror is read from its first block.");
            return true;
        }
        MirrorLoop loop = new(pass, epoch, PaceAsync) { Through = Through };
        await patience.AskAsync(async () =>
        {
            await loop.RunAsync(cancellationToken);
            return true;
        }, cancellationToken);
        await _store.SwapAsync(chainId, epoch, cancellationToken);
        _signals.Raise(WakeSignals.Feed);
    }, cancellationToken);

    /// <summary>Waits and asks again as the indexer does: a refusal, a limit or a contradiction is no reason to give up what was read.</summary>
    sealed class Patience(MirrorRebuild rebuild, long chainId, long epoch)
    {
        int _failures;
        TimeSpan _pause = rebuild._options.Poll;

        /// <summary>A step ended well.</summary>
        public void Restore() => (_failures, _pause) = (0, rebuild._options.Poll);

        public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    return await ask();
                }
                catch (Exception e) when (e is NodeException or ContradictionException && e is not UnknownHeaderException && ++_failures < Attempts)
                {
                    rebuild.AskingAgain(chainId, e.Message);
                    await WaitAsync(e, cancellationToken);
                }
            }
        }

        // The lease is kept while nothing is written: a standby would begin to write into the mirror that is to be replaced.
        async Task WaitAsync(Exception failure, CancellationToken cancellationToken)
        {
            TimeSpan wait = failure is NodeBusyException { RetryAfter: { } asked } && asked > _pause ? asked : _pause;
            for (TimeSpan left = wait < LongestPause ? wait : LongestPause; left > TimeSpan.Zero; left -= rebuild._options.Lease / 3)
            {
                await Task.Delay(rebuild._jitter.AtLeast(left < rebuild._options.Lease / 3 ? left : rebuild._options.Lease / 3), rebuild._time, cancellationToken);
                if (!await rebuild._store.RenewLeaseAsync(chainId, epoch, rebuild._options.Lease, cancellationToken)) throw new LeaseLostException("Another indexer holds the lease of this chain.");
            }
            if (failure is NodeException) _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }

    // Found out at the end, all would have been read for nothing.
    void RequireKnown(BlockHeader head)
    {
        if (_options.Level != ProofLevel.Receipts || _options.GoesOnAtUnknownHeaders) return;
        try
        {
            HeaderProof.Require(head, "the node", _options.HashOf);
        }
        catch (UnknownHeaderException unknown)
        {
            throw new InvalidOperationException(
                $"{unknown.Message} Nothing was changed: rebuild with a build that knows the fork, or set Indexer:OnUnknownHeader = bloom.", unknown);
        }
        catch (ContradictionException)
        {
            // Another node may answer for that block.
        }
    }

    async Task HoldingAsync(long chainId, Func<long, MirrorPosition, Task> work, CancellationToken cancellationToken)
    {
        MirrorPosition position = await _store.ReadPositionAsync(chainId, cancellationToken)
            ?? throw new InvalidOperationException($"The database has no mirror of chain {chainId}; start the indexer, which begins one.");
        long epoch = await _store.TakeLeaseAsync(chainId, Guid.CreateVersion7(_time.GetUtcNow()), _options.Lease, cancellationToken)
            ?? throw new InvalidOperationException($"An indexer is writing the mirror of chain {chainId}; stop it, or let the lease of one that was killed run out, then rebuild.");
        try
        {
            await work(epoch, position);
        }
        finally
        {
            await _store.RenewLeaseAsync(chainId, epoch, TimeSpan.Zero, CancellationToken.None);
        }
    }

    [LoggerMessage(4040, LogLevel.Warning, "Chain {ChainId}: a response of the node was rejected ({Reason}); the request is repeated")]
    partial void AskingAgain(long chainId, string reason);
}
