using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Gas limits of one sender's transactions: the node's estimate, a quarter of it, and the price of each storage slot that may turn out to be empty in the
/// block although it was in use at the estimate. That price is the chain's own, measured again at each head at which something is to be signed, or the
/// operator's. Gas that is not used is not paid for.
/// </summary>
internal sealed partial class GasLimits(TransactionsOptions options, ILogger log)
{
    // A reorg may bring back blocks of the rules before a fork, so the larger of all prices that were in force within so many blocks counts.
    const long Memory = 64;

    // A node that refuses is not asked again for so many blocks.
    const long Pause = 16;

    readonly List<(long Block, GasSchedule Prices)> _measured = [];
    Hash32 _last, _head;
    long _refusedAt = -1;
    ulong _reported, _warned;
    ulong? _transfer;
    Hash32 _capAsked;
    bool _takesMoreThanCap;

    /// <summary>Gas limit of a block, from the head that was last given.</summary>
    public ulong BlockGas { get; private set; }

    /// <summary>Price of a new storage slot, gas.</summary>
    public ulong NewStorageSlot => options.StorageSlotGas > 0 ? (ulong)options.StorageSlotGas : _measured.Count > 0 ? _measured.Max(one => one.Prices.NewStorageSlot) : GasSchedule.Unknown;

    /// <summary>Gas of a transaction that does nothing, without a margin.</summary>
    public ulong EmptyTransfer => _measured.Count > 0 ? _measured.Max(one => one.Prices.EmptyTransfer) : _transfer ?? GasSchedule.Unknown;

    /// <summary>Gas limit of an empty transfer to the sender itself. The margin is for a fork that begins before the block.</summary>
    public ulong Fill => Math.Min(WithQuarter(EmptyTransfer), Most(EmptyTransfer));

    /// <summary>Measures under the rules of a head, unless that was done at this head.</summary>
    /// <exception cref="NodeException">The node does not answer, and nothing was measured before.</exception>
    public async Task RefreshAsync(IEthereumNode node, Address sender, BlockHeader head, CancellationToken cancellationToken)
    {
        BlockGas = head.GasLimit;
        _head = head.Hash;
        bool paused = _refusedAt >= 0 && Math.Abs(head.Number - _refusedAt) < Pause;
        if (head.Hash == _last || paused) return;
        // What was measured long ago may be of the rules before a fork, which a node that refuses would hide.
        _measured.RemoveAll(one => one.Block < head.Number - Memory);
        try
        {
            Keep(head.Number, await GasSchedule.MeasureAsync(node, sender, BlockGas, cancellationToken));
            _last = head.Hash;
            _refusedAt = -1;
            _warned = 0;
        }
        catch (NodeException e) when (IsRefusal(e))
        {
            if (options.StorageSlotGas == 0 && NewStorageSlot != _warned) NotMeasured(_warned = NewStorageSlot, e.Message);
            _refusedAt = head.Number;
            await RefreshTransferAsync(node, sender, cancellationToken);
        }
        catch (NodeException e) when (_measured.Count > 0 || CallSimulator.IsAboutTheCall(e))
        {
            // What is known serves until the next head, at which the node is asked again.
            _last = head.Hash;
        }
    }

    // An empty transfer is no creation: a node that refuses to estimate those knows its price all the same.
    async Task RefreshTransferAsync(IEthereumNode node, Address sender, CancellationToken cancellationToken)
    {
        try
        {
            _transfer = await GasSchedule.MeasureTransferAsync(node, sender, BlockGas, cancellationToken);
        }
        catch (NodeException)
        {
            // The last price serves; without one, GasSchedule.Unknown.
        }
    }

    /// <summary>
    /// Learns whether limits may be above <see cref="GasSchedule.ExecutionCap"/>, where that number alone cuts the limit of a call with this estimate. Asks
    /// at most once at a head; a node that does not answer leaves it at the cap.
    /// </summary>
    public async Task AskAboutCapAsync(IEthereumNode node, Address sender, PlannedCall call, ulong estimate, CancellationToken cancellationToken)
    {
        if (_capAsked == _head || Wanted(call, estimate) <= Most(estimate) || Most(estimate) >= Math.Min((ulong)options.MaxGas, BlockGas)) return;
        _capAsked = _head;
        _takesMoreThanCap = false;
        try
        {
            _takesMoreThanCap = await GasSchedule.TakesMoreThanCapAsync(node, sender, NewStorageSlot, BlockGas, cancellationToken);
        }
        catch (NodeException)
        {
            // Refused, as where the cap binds all gas of a transaction.
        }
    }

    // The node answered, and will not answer otherwise soon.
    static bool IsRefusal(NodeException e) =>
        e is CallRevertedException or { Kind: NodeFaultKind.Nonsense or NodeFaultKind.Unsupported } or { Kind: NodeFaultKind.Other, Code: not null };

    /// <summary>Gas limit for a call with this estimate; null when the estimate itself is above <c>Transactions:MaxGas</c> or a block's limit.</summary>
    public ulong? Of(PlannedCall call, ulong estimate)
    {
        ulong most = Most(estimate);
        if (estimate > most || call.Gas > most) return null;
        if (_takesMoreThanCap && _capAsked == _head) most = Math.Min((ulong)options.MaxGas, BlockGas);
        return Math.Max(call.Gas ?? 0, (ulong)UInt128.Min(Wanted(call, estimate), most));
    }

    UInt128 Wanted(PlannedCall call, ulong estimate) => WithQuarter(estimate) + ((UInt128)NewStorageSlot * (uint)call.NewStorageSlots);

    /// <summary>The highest gas limit that a transaction with this estimate is sure to be valid with.</summary>
    public ulong Most(ulong estimate) => Math.Min((ulong)options.MaxGas, GasSchedule.HighestLimit(estimate, BlockGas));

    void Keep(long block, GasSchedule prices)
    {
        _measured.RemoveAll(one => one.Block == block || one.Block < block - Memory);
        _measured.Add((block, prices));
        TransactionsMetrics.StorageSlotGas.Record((long)NewStorageSlot);
        // Estimates of one fork differ by a little; what a fork changes is more.
        if (_reported > 0 && NewStorageSlot > _reported - (_reported / 8) && NewStorageSlot < _reported + (_reported / 8)) return;
        _reported = NewStorageSlot;
        Measured(prices.NewStorageSlot, prices.EmptyTransfer, block);
    }

    // A slot may turn from warm to cold and a refund fall away: both in proportion to what a call does.
    static ulong WithQuarter(ulong gas) => gas > ulong.MaxValue / 2 ? gas : gas + (gas / 4);

    [LoggerMessage(5015, LogLevel.Information, "Gas at block {Block}: a new storage slot {NewStorageSlot}, an empty transfer {Transfer}")]
    partial void Measured(ulong newStorageSlot, ulong transfer, long block);

    [LoggerMessage(5016, LogLevel.Warning, "The node does not estimate the price of a new storage slot ({Reason}); {NewStorageSlot} gas is used instead. Set Transactions:StorageSlotGas to change it")]
    partial void NotMeasured(ulong newStorageSlot, string reason);
}
