using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions.Tests;

/// <summary>Passes everything on; a test overrides what its node does otherwise.</summary>
internal class PassingNode(IEthereumNode inner) : IEthereumNode
{
    public Task<long> GetChainIdAsync(CancellationToken cancellationToken) =>
        inner.GetChainIdAsync(cancellationToken);

    public Task<string> GetClientVersionAsync(CancellationToken cancellationToken) =>
        inner.GetClientVersionAsync(cancellationToken);

    public virtual Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
        inner.GetBlockAsync(block, cancellationToken);

    public Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken) =>
        inner.GetBlocksAsync(blocks, cancellationToken);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        inner.GetLogsAsync(filter, cancellationToken);

    public Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken) =>
        inner.GetBlockReceiptsAsync(block, cancellationToken);

    public Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 transaction, CancellationToken cancellationToken) =>
        inner.GetTransactionReceiptAsync(transaction, cancellationToken);

    public Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        inner.GetCodeAsync(account, block, cancellationToken);

    public Task<UInt256> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        inner.GetBalanceAsync(account, block, cancellationToken);

    public virtual Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        inner.GetTransactionCountAsync(account, block, cancellationToken);

    public virtual Task<Hash32> GetStorageAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken) =>
        inner.GetStorageAsync(account, slot, block, cancellationToken);

    public virtual Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        inner.CallAsync(call, block, cancellationToken);

    public virtual Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
        inner.EstimateGasAsync(call, cancellationToken);

    // The prices of gas are asked for with a transfer to the sender itself first. What a test changes are estimates of calls.
    public virtual async Task<IReadOnlyList<ulong>> EstimateGasOfAsync(IReadOnlyList<CallRequest> calls, CancellationToken cancellationToken) =>
        calls[0].To == calls[0].From
            ? await inner.EstimateGasOfAsync(calls, cancellationToken)
            : await Task.WhenAll(calls.Select(call => EstimateGasAsync(call, cancellationToken)));

    public Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken) =>
        inner.GetMaxPriorityFeePerGasAsync(cancellationToken);

    public virtual Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken) =>
        inner.SendRawTransactionAsync(raw, cancellationToken);
}

/// <summary>A node that dies at the moment a transaction is sent: what a crash between commit and broadcast looks like from the transaction manager.</summary>
internal sealed class NodeThatCannotSend(IEthereumNode inner) : PassingNode(inner)
{
    public override Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken) =>
        throw new NodeException("The connection broke.");
}
