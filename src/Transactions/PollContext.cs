using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions;

/// <summary>What one poll of a sender rests on: all its rules see the same node, head and mirror.</summary>
/// <param name="Node">The node that is polled.</param>
/// <param name="Epoch">Epoch of the lease.</param>
/// <param name="Count">The sender's transaction count at the head, which is its next nonce.</param>
/// <param name="Head">Head of the node.</param>
/// <param name="Chain">Position of the mirror; of the node where nothing is mirrored yet.</param>
internal sealed record PollContext(IEthereumNode Node, long Epoch, long Count, BlockHeader Head, ChainView Chain);
