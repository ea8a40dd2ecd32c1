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

/// <summary>Sends a transaction of one account and waits until it is mined, as a person at a wallet would. Not for the services: they have the desk.</summary>
internal sealed class TransactionSender(IEthereumNode node, ITransactionSigner signer)
{
    // A balance that somebody else brings to zero before the block is dearer to write by 17,100 (EIP-2929: 22,100 for 5,000).
    const ulong Margin = 20_000;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Calls a contract.</summary>
    /// <inheritdoc cref="SendAsync(Address?, ReadOnlyMemory{byte}, CancellationToken)"/>
    public Task<TransactionReceipt> SendAsync<T>(Address to, T message, CancellationToken cancellationToken) where T : FunctionMessage, new() =>
        SendAsync(to, message.GetCallData(), cancellationToken);

    /// <summary>Receipt of the mined transaction.</summary>
    /// <exception cref="CommandFault">It was refused, it would revert, it reverted, or it was not mined within five minutes.</exception>
    public async Task<TransactionReceipt> SendAsync(Address? to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new CommandFault("The node has no block yet.");
        ulong gas;
        try
        {
            gas = await node.EstimateGasAsync(new CallRequest(signer.Address, to, data), cancellationToken);
        }
        catch (CallRevertedException fault)
        {
            throw new CommandFault($"The transaction of {signer.Address} to {to?.ToString() ?? "a new contract"} would revert: {ContractErrors.Describe(Hex.Encode(fault.RevertData)) ?? fault.Message}", fault);
        }
        UInt256 tip = await node.GetMaxPriorityFeePerGasAsync(cancellationToken);
        UInt256 cap = (head.BaseFeePerGas ?? UInt256.Zero) * 2UL + tip;
        Nethereum.Web3.Web3 web3 = NodeWeb3.Create(node, signer, await node.GetChainIdAsync(cancellationToken), cancellationToken);
        string sent;
        try
        {
            sent = await web3.Eth.TransactionManager.SendTransactionAsync(new TransactionInput
            {
                From = signer.Address.ToString(),
                To = to?.ToString(),
                Data = Hex.Encode(data.Span),
                Gas = new HexBigInteger(gas + gas / 5 + Margin),
                MaxPriorityFeePerGas = new HexBigInteger(tip.ToBigInteger()),
                MaxFeePerGas = new HexBigInteger(cap.ToBigInteger()),
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
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFault($"The transaction {hash} was not mined within {Patience.TotalMinutes} minutes; look for it later.");
        }
    }
}
