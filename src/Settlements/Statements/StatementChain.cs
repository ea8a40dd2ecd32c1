using System.Numerics;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;

namespace Keystone.Settlements.Statements;

/// <summary>What a node says of the escrow's tokens: their own logs, and balances at a block. Reads no mirror.</summary>
internal sealed class StatementChain(IEthereumNode node, Address escrow)
{
    // Many nodes answer for no more in one request.
    const int BlocksAtOnce = 2_000;

    /// <summary>Transfers of some tokens to the escrow and from it, in blocks behind one and up to another.</summary>
    /// <exception cref="NodeException">The node does not answer.</exception>
    public async Task<IReadOnlyList<ObservedTransfer>> TransfersAsync(IReadOnlySet<Address> tokens, long after, long through, CancellationToken cancellationToken)
    {
        List<ObservedTransfer> transfers = [];
        if (tokens.Count == 0) return transfers;
        Hash32 account = TransferLog.TopicOf(escrow);
        IReadOnlyList<Hash32>?[][] topics =
        [
            [[TransferLog.Topic], null, [account]], [[TransferLog.Topic], [account]],
            [[ObservedTransfer.Single, ObservedTransfer.Batch], null, null, [account]], [[ObservedTransfer.Single, ObservedTransfer.Batch], null, [account]],
        ];
        // Few tokens are named to the node; of many the logs of all contracts are read.
        Address[] named = tokens.Count <= 20 ? [.. tokens] : [];
        for (long from = Math.Max(0, after + 1); from <= through; from += BlocksAtOnce)
        {
            long to = Math.Min(through, from + BlocksAtOnce - 1);
            foreach (IReadOnlyList<Hash32>?[] some in topics)
                foreach (LogEntry log in await node.GetLogsAsync(new LogFilter(named, some, from, to), cancellationToken))
                    if (tokens.Contains(log.Address)) transfers.AddRange(ObservedTransfer.Read(log, escrow));
        }
        return transfers;
    }

    /// <summary>Balance of the escrow at a block; null when the token answers none.</summary>
    /// <exception cref="NodeException">The node does not answer, or has the state of the block no more.</exception>
    public async Task<BigInteger?> BalanceAsync(Address token, UInt256? id, Hash32 block, CancellationToken cancellationToken)
    {
        byte[] call = id is { } one ? AbiCall.Encode("balanceOf(address,uint256)", AbiValue.Address(escrow), AbiValue.Uint(one)) : AbiCall.Encode("balanceOf(address)", AbiValue.Address(escrow));
        try
        {
            byte[] answer = await node.CallAsync(new CallRequest(null, token, call), BlockTag.AtHash(block), cancellationToken);
            return answer.Length == UInt256.Size ? new UInt256(answer).ToBigInteger() : null;
        }
        catch (CallRevertedException)
        {
            return null;
        }
    }

    /// <summary>True when the block is the node's.</summary>
    /// <exception cref="NodeException">The node does not answer.</exception>
    public async Task<bool> HasAsync(LedgerBlock block, CancellationToken cancellationToken) =>
        (await node.GetBlockAsync(BlockTag.AtNumber(block.Number), cancellationToken))?.Hash == block.Hash;
}
