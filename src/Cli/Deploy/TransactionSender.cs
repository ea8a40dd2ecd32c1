using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Cli.Deploy;

/// <summary>Sends a transaction of one account and waits until it is mined, as a person at a wallet would. Not for the services: they have the desk.</summary>
internal sealed class TransactionSender(IEthereumNode node, ITransactionSigner signer)
{
    // A balance that somebody else brings to zero before the block is dearer to write by 17,100 (EIP-2929: 22,100 for 5,000).
    const ulong Margin = 20_000;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

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
            throw new CommandFault($"The transaction of {signer.Address} to {to?.ToString() ?? "a new contract"} would revert: {fault.Message}", fault);
        }
        UInt256 tip = await node.GetMaxPriorityFeePerGasAsync(cancellationToken);
        UInt256 cap = (head.BaseFeePerGas ?? UInt256.Zero) * 2UL + tip;
        ulong nonce = await node.GetTransactionCountAsync(signer.Address, BlockTag.Pending, cancellationToken);
        ulong chainId = (ulong)await node.GetChainIdAsync(cancellationToken);
        SignedTransaction signed = await signer.SignAsync(
            new Eip1559Transaction(chainId, nonce, tip, cap, gas + gas / 5 + Margin, to, UInt256.Zero, data), cancellationToken);
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
}
