namespace Keystone.Ethereum.Nodes;

/// <summary>A node's view of finality.</summary>
/// <param name="Block">The highest block that it calls final; null where it names none.</param>
/// <param name="Refusal">The message with which it refuses the tag <c>finalized</c>; null where it takes it.</param>
public sealed record Finality(BlockHeader? Block, string? Refusal)
{
    /// <summary>Asks a node for its finalized block. Some clients answer an error until a first block is final, others do not know the tag at all.</summary>
    /// <param name="node">Node.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="NodeException">It does not answer, or wants to be asked later.</exception>
    public static async Task<Finality> ReadAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        try
        {
            return new Finality(await node.GetBlockAsync(BlockTag.Finalized, cancellationToken).ConfigureAwait(false), null);
        }
        catch (NodeException fault) when (fault.Code is not null && fault.Kind is not (NodeFaultKind.Quota or NodeFaultKind.TooSlow or NodeFaultKind.Unreachable))
        {
            return new Finality(null, fault.Kind == NodeFaultKind.Behind ? null : fault.Message);
        }
    }
}
