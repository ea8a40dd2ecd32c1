namespace Keystone.Ethereum.Nodes;

/// <summary>A call to a contract of a third party. Any failure in the EVM is the contract's response, not a fault of the node.</summary>
public static class ContractQuestion
{
    // Many times what a getter needs: one that burns all gas ends soon.
    const ulong Gas = 5_000_000;

    // The identity precompile returns its input, on every chain.
    static readonly Address Identity = Address.Parse("0x0000000000000000000000000000000000000004");

    /// <summary>Calls the contract in the state of the head.</summary>
    /// <param name="node">Node of the contract's chain.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="data">Call data.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The bytes that it returned; null when it reverted or failed otherwise (an invalid instruction, all gas used).</returns>
    /// <exception cref="NodeException">The node does not answer, or does not run calls.</exception>
    public static Task<byte[]?> AskAsync(IEthereumNode node, Address contract, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        AskAsync(node, null, contract, data, cancellationToken);

    /// <summary>The same as an account that calls it.</summary>
    /// <param name="node">Node of the contract's chain.</param>
    /// <param name="from">Who calls; null leaves it to the node.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="data">Call data.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The bytes that it returned; null when it reverted or failed otherwise.</returns>
    /// <exception cref="NodeException">The node does not answer, or does not run calls.</exception>
    public static async Task<byte[]?> AskAsync(IEthereumNode node, Address? from, Address contract, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        try
        {
            return await node.CallAsync(new CallRequest(from, contract, data, Gas: Gas), BlockTag.Latest, cancellationToken).ConfigureAwait(false);
        }
        catch (CallRevertedException)
        {
            return null;
        }
        catch (NodeException fault) when (fault.Code is not null && fault.Kind == NodeFaultKind.Other)
        {
            // A message that is not known. Where the node runs another call as ever, this one's failure is the contract's.
            byte[] answer = await node.CallAsync(new CallRequest(null, Identity, new byte[] { 1 }, Gas: Gas), BlockTag.Latest, cancellationToken).ConfigureAwait(false);
            if (answer is [1]) return null;
            throw;
        }
    }
}
