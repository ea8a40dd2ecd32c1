using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Cli.Deploy;

/// <summary>Sends a transaction of one account and waits until it is mined, as a person at a wallet would. Not for the services: they have the desk.</summary>
internal sealed class TransactionSender(IEthereumNode node, ITransactionSigner signer)
{
    // The two balances of a token that one call of a person writes, which others may bring to zero before the block.
    const ulong NewSlots = 2;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    GasSchedule? _prices;

    /// <summary>What a transaction would need and cost at most, by the node's head. Sends nothing.</summary>
    /// <exception cref="CommandFault">It would revert, the node does not estimate it, or no block has room for it.</exception>
    public async Task<SendingCost> CostAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new CommandFault("The node has no block yet.");
        string what = $"the transaction of {from} to {to?.ToString() ?? "a new contract"}";
        ulong gas;
        try
        {
            gas = await node.EstimateGasAsync(new CallRequest(from, to, data), cancellationToken);
        }
        catch (CallRevertedException fault)
        {
            // A creation that runs out of gas in another contract's hands reverts as well.
            throw new CommandFault($"T{what[1..]} would revert within the gas of a block, {head.GasLimit}, or what the node allows an estimate: {fault.Message}", fault);
        }
        catch (NodeException fault) when (fault.Code is not null)
        {
            throw new CommandFault(
                $"The node does not estimate {what}: {fault.Message}. Nodes bound the gas of an estimate, and on chains with EIP-8037 a deployment needs more than 16,777,216: "
                + "give the --rpc-url of a node with a higher bound (go-ethereum: --rpc.gascap).", fault);
        }
        ulong most = GasSchedule.HighestLimit(gas, head.GasLimit);
        if (gas > most) throw new CommandFault($"A block of this chain has room for {head.GasLimit} gas, and {what} needs {gas}.");
        UInt256 tip = await node.GetMaxPriorityFeePerGasAsync(cancellationToken);
        ulong limit = (ulong)UInt128.Min((UInt128)gas + (gas / 5) + await AllowanceAsync(gas, from, cancellationToken), most);
        return new SendingCost(gas, limit, head.GasLimit, (head.BaseFeePerGas ?? UInt256.Zero) * 2UL + tip, tip);
    }

    /// <summary>Receipt of the mined transaction.</summary>
    /// <exception cref="CommandFault">It was refused, it would revert, it reverted, or it was not mined within five minutes.</exception>
    public async Task<TransactionReceipt> SendAsync(Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        SendingCost cost = await CostAsync(signer.Address, to, data, cancellationToken);
        ulong nonce = await node.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken);
        ulong chainId = (ulong)await node.GetChainIdAsync(cancellationToken);
        SignedTransaction signed = await signer.SignAsync(new Eip1559Transaction(chainId, nonce, cost.Tip, cost.FeePerGas, cost.Limit, to, UInt256.Zero, data), cancellationToken);
        SendAnswer answer = await node.SendRawTransactionAsync(signed.Raw, cancellationToken);
        if (!answer.Accepted) throw new CommandFault($"The node refused the transaction of {signer.Address}: {answer.ErrorMessage}");

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        try
        {
            while (true)
            {
                if (await node.GetTransactionReceiptAsync(signed.Hash, patience.Token) is { } receipt)
                    return receipt.Succeeded ? receipt : throw new CommandFault($"The transaction {signed.Hash} was mined and reverted.");
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFault($"The transaction {signed.Hash} was not mined within {Patience.TotalMinutes} minutes; look for it later.");
        }
    }

    // What a balance that becomes zero in between adds, by the chain's own prices. A node that does not tell them: as much again.
    async Task<ulong> AllowanceAsync(ulong gas, Address from, CancellationToken cancellationToken)
    {
        try
        {
            _prices ??= await GasSchedule.MeasureAsync(node, from, cancellationToken);
        }
        catch (NodeException fault) when (fault.Code is not null || fault.Kind == NodeFaultKind.Nonsense)
        {
            return gas;
        }
        return NewSlots * _prices.NewSlot;
    }
}
