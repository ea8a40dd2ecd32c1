using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Computes gas limits: the node's estimate plus a quarter, plus the price of each storage slot that was in use at the estimate but may be empty when the
/// transaction is executed. That price is measured at each head at which something is signed, or set by the operator. Unused gas is not paid for.
/// </summary>
internal sealed partial class GasLimits(TransactionsOptions options, ILogger log)
{
    // Around a fork a reorg can bring back the old rules, so the largest price measured within this many blocks is used.
    const long Memory = 64;

    // After a rejected measurement the node is not asked again for this many blocks.
    const long Pause = 16;

    readonly List<(long Block, GasSchedule Prices)> _measured = [];
    Hash32 _last, _head;
    long _refusedAt = -1;
    ulong _reported, _warned;
    ulong? _transfer;
    Hash32 _capAsked;
    bool _takesMoreThanCap;

    /// <summary>Gas limit of a block, from the latest head.</summary>
    public ulong BlockGas { get; private set; }

    /// <summary>Price of a new storage slot, gas.</summary>
    public ulong NewStorageSlot => options.StorageSlotGas > 0 ? (ulong)options.StorageSlotGas : _measured.Count > 0 ? _measured.Max(one => one.Prices.NewStorageSlot) : GasSchedule.Unknown;

    /// <summary>Gas of an empty transfer, without a margin.</summary>
    public ulong EmptyTransfer => _measured.Count > 0 ? _measured.Max(one => one.Prices.EmptyTransfer) : _transfer ?? GasSchedule.Unknown;

    /// <summary>Gas limit of an empty transfer to the sender itself. The margin is for a fork that begins before the block.</summary>
    public ulong Fill => Math.Min(WithQuarter(EmptyTransfer), Most(EmptyTransfer));

    /// <summary>Measures the prices at a head, unless that was already done at this head.</summary>
    /// <exception cref="NodeException">The node does not answer, and nothing was measured before.</exception>
    public async Task RefreshAsync(IEthereumNode node, Address sender, BlockHeader head, CancellationToken cancellationToken)
    {
        BlockGas = head.GasLimit;
        _head = head.Hash;
        bool paused = _refusedAt >= 0 && Math.Abs(head.Number - _refusedAt) < Pause;
        if (head.Hash == _last || paused) return;
        // Old measurements may be from before a fork; a node that rejects new ones must not keep them alive.
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
            // The known prices are used until the next head, at which the node is asked again.
            _last = head.Hash;
        }
    }

    // A node that rejects estimates of contract creations may still estimate an empty transfer.
    async Task RefreshTransferAsync(IEthereumNode node, Address sender, CancellationToken cancellationToken)
    {
        try
        {
            _transfer = await GasSchedule.MeasureTransferAsync(node, sender, BlockGas, cancellationToken);
        }
        catch (NodeException)
        {
            // The last price is used; without one, GasSchedule.Unknown.
        }
    }

    /// <summary>
    /// Finds out whether the chain accepts gas limits above <see cref="GasSchedule.ExecutionCap"/>, if that cap alone reduces the limit of a call with this
    /// estimate. Asks the node at most once per head; without a response the cap applies.
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
            // Rejected: the cap applies to all gas of a transaction.
        }
    }

    // The node did respond, and will not respond differently soon.
    static bool IsRefusal(NodeException e) =>
        e is CallRevertedException or { Kind: NodeFaultKind.Nonsense or NodeFaultKind.Unsupported } or { Kind: NodeFaultKind.Other, Code: not null };

    /// <summary>Gas limit for a call with this estimate; null if the estimate itself is above <c>Transactions:MaxGas</c>, a block's limit or the call's own.</summary>
    public ulong? Of(PlannedCall call, ulong estimate)
    {
        ulong most = Most(call, estimate);
        if (estimate > most || call.Gas > most) return null;
        if (_takesMoreThanCap && _capAsked == _head) most = Math.Min(Math.Min((ulong)options.MaxGas, BlockGas), call.MostGas ?? ulong.MaxValue);
        return Math.Max(call.Gas ?? 0, (ulong)UInt128.Min(Wanted(call, estimate), most));
    }

    UInt128 Wanted(PlannedCall call, ulong estimate) => WithQuarter(estimate) + ((UInt128)NewStorageSlot * (uint)call.NewStorageSlots);

    /// <summary>The highest gas limit with which a transaction with this estimate is certainly valid.</summary>
    public ulong Most(ulong estimate) => Math.Min((ulong)options.MaxGas, GasSchedule.HighestLimit(estimate, BlockGas));

    /// <summary>The same for a call that has a limit of its own.</summary>
    public ulong Most(PlannedCall call, ulong estimate) => Math.Min(Most(estimate), call.MostGas ?? ulong.MaxValue);

    void Keep(long block, GasSchedule prices)
    {
        _measured.RemoveAll(one => one.Block == block || one.Block < block - Memory);
        _measured.Add((block, prices));
        TransactionsMetrics.StorageSlotGas.Record((long)NewStorageSlot);
        // Measurements under the same rules differ slightly; a fork changes prices by more.
        if (_reported > 0 && NewStorageSlot > _reported - (_reported / 8) && NewStorageSlot < _reported + (_reported / 8)) return;
        _reported = NewStorageSlot;
        Measured(prices.NewStorageSlot, prices.EmptyTransfer, block);
    }

    // Margin for storage that is cold instead of warm, and for gas refunds that do not occur: both grow with the work of the call.
    static ulong WithQuarter(ulong gas) => gas > ulong.MaxValue / 2 ? gas : gas + (gas / 4);

    [LoggerMessage(5015, LogLevel.Information, "Gas at block {Block}: a new storage slot {NewStorageSlot}, an empty transfer {Transfer}")]
    partial void Measured(ulong newStorageSlot, ulong transfer, long block);

    [LoggerMessage(5016, LogLevel.Warning, "The node does not estimate the price of a new storage slot ({Reason}); {NewStorageSlot} gas is used instead. Set Transactions:StorageSlotGas to change it")]
    partial void NotMeasured(ulong newStorageSlot, string reason);
}
