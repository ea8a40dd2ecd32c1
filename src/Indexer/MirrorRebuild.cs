using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer;

/// <summary>Makes the mirror anew: its folds from its logs, or all of it from the chain. The feed goes on, so that its readers see the change.</summary>
public sealed partial class MirrorRebuild
{
    const string Reason = "The mirror is being rebuilt from the chain; if that was interrupted, run keystone mirror rebuild again.";
    const int Attempts = 100;

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
    /// Drops everything mirrored of a chain and reads it again from the node, up to its head. The mirror is halted meanwhile, and not afterwards:
    /// this is also the way out of a halt.
    /// </summary>
    /// <exception cref="InvalidOperationException">An indexer is writing the mirror, there is none, or the node is behind it; the message says what to do.</exception>
    /// <exception cref="ChainIdentityException">The node is on another chain than the database.</exception>
    /// <exception cref="NodeException">The node does not answer. The mirror stays halted; rebuild it again.</exception>
    public Task FromChainAsync(long chainId, CancellationToken cancellationToken) => FromChainAsync(chainId, null, cancellationToken);

    /// <inheritdoc cref="FromChainAsync(long, CancellationToken)"/>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="progress">Hears after each step how far it is.</param>
    /// <param name="cancellationToken">Ends the work; the mirror stays halted.</param>
    public Task FromChainAsync(long chainId, Action<BackfillReport>? progress, CancellationToken cancellationToken) => HoldingAsync(chainId, async (epoch, position) =>
    {
        ChainOptions chain = _nodes.Chains.First(chain => chain.ChainId == chainId);
        (await ChainIdentityReader.ReadAsync(_nodes.For(chainId), chain, cancellationToken)).RequireSameAs(position.Identity);
        BlockHeader? head = await _nodes.For(chainId).GetBlockAsync(BlockTag.Latest, cancellationToken);
        // A mirror that ends earlier than the one before would show settlements as missing that its readers have seen.
        if (head is null || head.Number < position.Number)
            throw new InvalidOperationException(
                $"The node of chain {chainId} has the head {head?.Number ?? -1}, below the mirror's {position.Number}; let it catch up, then rebuild.");
        RequireKnown(head);
        await _store.ResetAsync(chainId, epoch, chain.EscrowBlock, Reason, cancellationToken);
        MirrorPass pass = new(_store, _nodes.AllFor(chainId), chain, _options, _time, _log) { WhileHalted = true, Progress = progress };
        async Task<bool> PaceAsync(bool? isMore, CancellationToken stopped)
        {
            if (isMore == false) return false;
            return await _store.RenewLeaseAsync(chainId, epoch, _options.Lease, stopped) ? true : throw new LeaseLostException();
        }
        MirrorLoop loop = new(pass, epoch, PaceAsync) { Through = Through };
        for (int refused = 0; ;)
        {
            try
            {
                await loop.RunAsync(cancellationToken);
                break;
            }
            catch (ContradictionException e) when (e is not UnknownHeaderException && ++refused < Attempts)
            {
                AskingAgain(chainId, e.Message);
                await Task.Delay(_jitter.About(_options.Poll), _time, cancellationToken);
            }
        }
        await _store.ClearHaltAsync(chainId, epoch, cancellationToken);
        _signals.Raise(WakeSignals.Feed);
    }, cancellationToken);

    // Found out at the end, it would leave the mirror halted and shorter than it was.
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
