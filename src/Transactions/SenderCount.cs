using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

/// <summary>
/// Reads the sender's transaction count, as far as a node is believed about it. What is final in the mirror is known: a count below it is that node's fault. A count above every nonce
/// that was assigned here says that something else signs with this key, or is wrong: all nodes are asked again, and the lowest answer counts.
/// </summary>
internal sealed class SenderCount(SenderStores stores, IReadOnlyList<IEthereumNode> nodes, Address sender, TransactionAlarms alarms)
{
    long _confirmed = -1;

    /// <summary>The next nonce at the head.</summary>
    /// <param name="node">The node that is polled.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CountBelowFinalException">The count contradicts what is final.</exception>
    /// <exception cref="NodeException">The node does not answer.</exception>
    public async Task<long> ReadAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        (long final, long assigned) = await stores.Nonces.ReadBoundsAsync(cancellationToken);
        long count = await AskAsync(node, cancellationToken);
        RequireFinal(node, count, final);
        if (count <= assigned || count == _confirmed) return count;
        List<long> counts = [];
        foreach (IEthereumNode one in nodes)
        {
            try
            {
                if (await AskAsync(one, cancellationToken) is var again && again >= final) counts.Add(again);
            }
            catch (NodeException)
            {
                // The others are asked.
            }
        }
        if (counts.Count == 0) throw new NodeException($"No node of the chain says again how many transactions {sender} has sent; {node.Name} said {count}.") { Kind = NodeFaultKind.Nonsense };
        return _confirmed = counts.Min();
    }

    void RequireFinal(IEthereumNode node, long count, long final)
    {
        if (count >= final)
        {
            alarms.CountIsGood(node.Name);
            return;
        }
        alarms.CountBelowFinal(node.Name, count, final);
        throw new CountBelowFinalException($"{node.Name} counts {count} transactions of {sender}, of which {final} are final in the mirror.");
    }

    async Task<long> AskAsync(IEthereumNode node, CancellationToken cancellationToken) =>
        (long)Math.Min(await node.GetTransactionCountAsync(sender, BlockTag.Latest, cancellationToken), long.MaxValue);
}
