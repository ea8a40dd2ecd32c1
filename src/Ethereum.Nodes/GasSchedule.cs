namespace Keystone.Ethereum.Nodes;

/// <summary>
/// The prices of the protocol that a gas limit depends on beyond its estimate. They differ from fork to fork (a new slot: EIP-2929 22,100 gas, EIP-8037
/// 110,020), so a node is asked: it estimates transactions that differ in nothing but what is to be priced.
/// </summary>
/// <param name="NewSlot">Gas that writing an empty storage slot adds to a transaction: execution and state gas together, rounded up.</param>
/// <param name="EmptyTransfer">Gas that a transfer of no value to the sender itself needs.</param>
public sealed record GasSchedule(ulong NewSlot, ulong EmptyTransfer)
{
    /// <summary>
    /// Gas that one transaction may use for execution (EIP-7825). Before EIP-8037 that is all of its gas, and a higher gas limit makes it invalid. Since then
    /// a gas limit may be higher: what lies above pays for state only.
    /// </summary>
    public const ulong ExecutionCap = 16_777_216;

    // A node finds an estimate by halving an interval and may stop early: go-ethereum at 1.5 %. Over so many slots that is little for one.
    const int Slots = 8;

    /// <summary>Asks a node, in one batch, for the prices under the rules of its head.</summary>
    /// <param name="node">The node.</param>
    /// <param name="sender">An account without code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NodeException">The node does not estimate such transactions, or its estimates do not fit together.</exception>
    public static async Task<GasSchedule> MeasureAsync(IEthereumNode node, Address sender, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        IReadOnlyList<ulong> estimates = await node.EstimateGasOfAsync(
            [new CallRequest(sender, sender, default), Writing(sender, 1), Writing(sender, 1 + Slots)], cancellationToken).ConfigureAwait(false);
        (ulong transfer, ulong one, ulong more) = (estimates[0], estimates[1], estimates[2]);
        if (transfer == 0 || more <= one)
            throw new NodeException($"Writing {1 + Slots} new slots is estimated at {more} gas, writing one at {one}.") { Kind = NodeFaultKind.Nonsense };
        return new GasSchedule((more - one + Slots - 1) / Slots, transfer);
    }

    /// <summary>The highest gas limit that is sure to be valid for a transaction with this estimate.</summary>
    /// <param name="estimate">The node's estimate. One above <see cref="ExecutionCap"/> shows that the chain takes a limit above it.</param>
    /// <param name="blockGas">Gas limit of a block.</param>
    public static ulong HighestLimit(ulong estimate, ulong blockGas) => estimate > ExecutionCap ? blockGas : Math.Min(blockGas, ExecutionCap);

    // A creation: its account is fresh, so every slot of it is empty, whatever the chain's state. The code that it leaves is empty, too.
    static CallRequest Writing(Address sender, int slots)
    {
        // PUSH1 1, PUSH1 key, SSTORE for each slot; then STOP.
        byte[] code = new byte[(5 * slots) + 1];
        for (int i = 0; i < slots; i++) new byte[] { 0x60, 0x01, 0x60, (byte)i, 0x55 }.CopyTo(code, 5 * i);
        return new CallRequest(sender, null, code);
    }
}
