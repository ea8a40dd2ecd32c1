using Keystone.Escrow.Contracts;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Web3;
using Nethereum.Contracts;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using TransactionReceipt = Keystone.Ethereum.TransactionReceipt;

namespace Keystone.Cli.Deploy;

/// <summary>Sends a transaction of one account and waits until it is mined, as a person at a wallet would. Not for the services: they have the transaction manager.</summary>
internal sealed class TransactionSender(IEthereumNode node, ITransactionSigner signer)
{
    // The two balances of a token that one call of a person writes, which others may bring to zero before the block.
    const ulong NewStorageSlots = 2;

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
            throw new CommandFault($"T{what[1..]} would revert within the gas of a block, {head.GasLimit}, or what the node allows an estimate: {ContractErrors.Describe(Hex.Encode(fault.RevertData)) ?? fault.Message}", fault);
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
        ulong limit = (ulong)UInt128.Min((UInt128)gas + (gas / 5) + await AllowanceAsync(from, head.GasLimit, cancellationToken), most);
        return new SendingCost(gas, limit, head.GasLimit, (head.BaseFeePerGas ?? UInt256.Zero) * 2UL + tip, tip);
    }

    /// <summary>Calls a contract.</summary>
    /// <inheritdoc cref="SendAsync(Address?, ReadOnlyMemory{byte}, CancellationToken)"/>
    public Task<TransactionReceipt> SendAsync<T>(Address to, T message, CancellationToken cancellationToken) where T : FunctionMessage, new() =>
        SendAsync(to, message.GetCallData(), cancellationToken);

    /// <summary>Receipt of the mined transaction.</summary>
    /// <exception cref="CommandFault">It was refused, it would revert, it reverted, or it was not mined within five minutes.</exception>
    public async Task<TransactionReceipt> SendAsync(Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        SendingCost cost = await CostAsync(signer.Address, to, data, cancellationToken);
        Nethereum.Web3.Web3 web3 = NodeWeb3.Create(node, signer, await node.GetChainIdAsync(cancellationToken), cancellationToken);
        string sent;
        try
        {
            sent = await web3.Eth.TransactionManager.SendTransactionAsync(new TransactionInput
            {
                From = signer.Address.ToString(),
                To = to?.ToString(),
                Data = Hex.Encode(data.Span),
                Gas = new HexBigInteger(cost.Limit),
                MaxPriorityFeePerGas = new HexBigInteger(cost.Tip.ToBigInteger()),
                MaxFeePerGas = new HexBigInteger(cost.FeePerGas.ToBigInteger()),
            });
        }
        catch (RpcResponseException fault)
        {
            throw new CommandFault($"The node refused the transaction of {signer.Address}: {fault.RpcError.Message}", fault);
        }
        Hash32 hash = Hash32.Parse(sent);

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await web3.TransactionReceiptPolling.PollForReceiptAsync(sent, patience.Token);
            TransactionReceipt receipt = await node.GetTransactionReceiptAsync(hash, patience.Token)
                ?? throw new CommandFault($"The transaction {hash} was mined, and its block was taken out of the chain again; look for it later.");
            return receipt.Succeeded ? receipt : throw new CommandFault($"The transaction {hash} was mined and reverted.");
        }
        catch (Exception fault) when (fault is NodeException or RpcResponseException)
        {
            throw new CommandFault($"The transaction {hash} was sent, and the node then stopped answering ({fault.Message}); look for it before you send it again.", fault);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFault($"The transaction {hash} was not mined within {Patience.TotalMinutes} minutes; look for it later.");
        }
    }

    // What a balance that becomes zero in between adds, by the chain's own prices.
    async Task<ulong> AllowanceAsync(Address from, ulong blockGas, CancellationToken cancellationToken)
    {
        try
        {
            _prices ??= await GasSchedule.MeasureAsync(node, from, blockGas, cancellationToken);
        }
        catch (NodeException fault) when (fault.Code is not null || fault.Kind == NodeFaultKind.Nonsense)
        {
            return NewStorageSlots * GasSchedule.Unknown;
        }
        return NewStorageSlots * _prices.NewStorageSlot;
    }
}
