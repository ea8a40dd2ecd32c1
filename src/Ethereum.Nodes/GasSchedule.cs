namespace Keystone.Ethereum.Nodes;

/// <summary>
/// The prices of the protocol that a gas limit depends on beyond its estimate. They differ from fork to fork (a new slot: EIP-2929 22,100 gas, EIP-8037
/// 110,020), so they are measured: the node estimates transactions that differ only in the item to be priced.
/// </summary>
/// <param name="NewStorageSlot">Gas that writing an empty storage slot adds to a transaction: execution and state gas together, rounded up.</param>
/// <param name="EmptyTransfer">Gas that a transfer of no value to the sender itself needs.</param>
public sealed record GasSchedule(ulong NewStorageSlot, ulong EmptyTransfer)
{
    /// <summary>
    /// Gas that one transaction may use for execution (EIP-7825). Before EIP-8037 that is all of its gas, and a higher gas limit makes it invalid. Since then
    /// a gas limit may be higher: what lies above pays for state only.
    /// </summary>
    public const ulong ExecutionCap = 16_777_216;

    /// <summary>
    /// Used as the price of a new slot, or of an empty transfer, if the node does not estimate it. Above both prices of each fork up to Amsterdam; too
    /// much costs nothing but funds that are held ready.
    /// </summary>
    public const ulong Unknown = 150_000;

    // A node finds an estimate by bisection and may stop early (go-ethereum at 1.5 %). Divided by this many slots the error is small.
    const int StorageSlots = 8;

    // Init code may have 49,152 bytes (EIP-3860).
    const ulong MostStorageSlots = 49_152 / 6;

    /// <summary>Asks a node, in one batch, for the prices under the rules of its head.</summary>
    /// <param name="node">The node.</param>
    /// <param name="sender">An account without code.</param>
    /// <param name="blockGas">Gas limit of a block.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NodeException">The node does not estimate such transactions, or its estimates do not fit together or into a block.</exception>
    public static async Task<GasSchedule> MeasureAsync(IEthereumNode node, Address sender, ulong blockGas, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        IReadOnlyList<ulong> estimates = await node.EstimateGasOfAsync(
            [EmptyTransferOf(sender), Writing(sender, 1), Writing(sender, 1 + StorageSlots)], cancellationToken).ConfigureAwait(false);
        (ulong transfer, ulong one, ulong more) = (estimates[0], estimates[1], estimates[2]);
        if (transfer == 0 || more <= one)
            throw new NodeException($"Writing {1 + StorageSlots} new slots is estimated at {more} gas, writing one at {one}.") { Kind = NodeFaultKind.Nonsense };
        ulong slot = ((more - one - 1) / StorageSlots) + 1;
        if (more > blockGas || one <= transfer || one - transfer < slot)
        {
            throw new NodeException($"Writing {1 + StorageSlots} new slots is estimated at {more} gas, writing one at {one}, an empty transfer at {transfer}: "
                + $"that does not fit together, or not into a block of {blockGas}.")
            { Kind = NodeFaultKind.Nonsense };
        }
        return new GasSchedule(slot, transfer);
    }

    /// <summary>Gas of an empty transfer alone, for a node that does not estimate creations.</summary>
    /// <exception cref="NodeException">The node does not estimate it, or at more than a block has.</exception>
    public static async Task<ulong> MeasureTransferAsync(IEthereumNode node, Address sender, ulong blockGas, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ulong transfer = await node.EstimateGasAsync(EmptyTransferOf(sender), cancellationToken).ConfigureAwait(false);
        return transfer > 0 && transfer <= blockGas
            ? transfer
            : throw new NodeException($"An empty transfer is estimated at {transfer} gas, and a block has {blockGas}.") { Kind = NodeFaultKind.Nonsense };
    }

    /// <summary>
    /// Whether the chain takes a gas limit above <see cref="ExecutionCap"/>, by the rules of the node's head: the node estimates a creation whose new slots
    /// need more. False as well where such a creation fits into no block.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="sender">An account without code.</param>
    /// <param name="newStorageSlot">Price of a new slot, gas.</param>
    /// <param name="blockGas">Gas limit of a block.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NodeException">The node refuses, as it does where the cap binds all gas, or does not answer.</exception>
    public static async Task<bool> TakesMoreThanCapAsync(IEthereumNode node, Address sender, ulong newStorageSlot, ulong blockGas, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        // An eighth more, because the price may be estimated too high.
        ulong slots = (ExecutionCap / newStorageSlot * 9 / 8) + 1;
        if (blockGas <= ExecutionCap || slots > MostStorageSlots) return false;
        ulong estimate = await node.EstimateGasAsync(Writing(sender, (int)slots), cancellationToken).ConfigureAwait(false);
        return estimate > ExecutionCap && estimate <= blockGas;
    }

    static CallRequest EmptyTransferOf(Address sender) => new(sender, sender, default);

    /// <summary>The highest gas limit that is sure to be valid for a transaction with this estimate.</summary>
    /// <param name="estimate">The node's estimate. One above <see cref="ExecutionCap"/> shows that the chain takes a limit above it.</param>
    /// <param name="blockGas">Gas limit of a block.</param>
    public static ulong HighestLimit(ulong estimate, ulong blockGas) => estimate > ExecutionCap ? blockGas : Math.Min(blockGas, ExecutionCap);

    // A creation: its account is fresh, so every slot of it is empty, whatever the chain's state. The code that it leaves is empty, too.
    static CallRequest Writing(Address sender, int slots)
    {
        // PUSH1 1, PUSH2 key, SSTORE for each slot.
        byte[] code = new byte[6 * slots];
        for (int i = 0; i < slots; i++) new byte[] { 0x60, 0x01, 0x61, (byte)(i >> 8), (byte)i, 0x55 }.CopyTo(code, 6 * i);
        return new CallRequest(sender, null, code);
    }
}
