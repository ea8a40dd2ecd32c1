using System.Text.Json;


namespace Keystone.Ethereum.Nodes;

/// <summary>A node that hands every question on to another; which, and what of it, the heirs decide in one place.</summary>
internal abstract class RoutedNode : IEthereumNode
{
    public virtual string Name => "the nodes";

    protected abstract Task<T> AskAsync<T>(string method, Func<IEthereumNode, Task<T>> ask, CancellationToken cancellationToken);

    public abstract Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken);

    public Task<long> GetChainIdAsync(CancellationToken cancellationToken) => AskAsync("eth_chainId", node => node.GetChainIdAsync(cancellationToken), cancellationToken);

    public Task<string> GetClientVersionAsync(CancellationToken cancellationToken) =>
        AskAsync("web3_clientVersion", node => node.GetClientVersionAsync(cancellationToken), cancellationToken);

    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getBlock", node => node.GetBlockAsync(block, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken) =>
        AskAsync("eth_getBlock", node => node.GetBlocksAsync(blocks, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        AskAsync("eth_getLogs", node => node.GetLogsAsync(filter, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getBlockReceipts", node => node.GetBlockReceiptsAsync(block, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<IReadOnlyList<TransactionReceipt>?>> GetReceiptsOfAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellationToken) =>
        AskAsync("eth_getBlockReceipts", node => node.GetReceiptsOfAsync(blocks, cancellationToken), cancellationToken);

    public Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 transaction, CancellationToken cancellationToken) =>
        AskAsync("eth_getTransactionReceipt", node => node.GetTransactionReceiptAsync(transaction, cancellationToken), cancellationToken);

    public Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getCode", node => node.GetCodeAsync(account, block, cancellationToken), cancellationToken);

    public Task<UInt256> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getBalance", node => node.GetBalanceAsync(account, block, cancellationToken), cancellationToken);

    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getTransactionCount", node => node.GetTransactionCountAsync(account, block, cancellationToken), cancellationToken);

    public Task<Hash32> GetStorageAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getStorageAt", node => node.GetStorageAsync(account, slot, block, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Hash32>> GetStoragesAsync(Address account, IReadOnlyList<Hash32> slots, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getStorageAt", node => node.GetStoragesAsync(account, slots, block, cancellationToken), cancellationToken);

    public Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_call", node => node.CallAsync(call, block, cancellationToken), cancellationToken);

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
        AskAsync("eth_estimateGas", node => node.EstimateGasAsync(call, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ulong>> EstimateGasOfAsync(IReadOnlyList<CallRequest> calls, CancellationToken cancellationToken) =>
        AskAsync("eth_estimateGas", node => node.EstimateGasOfAsync(calls, cancellationToken), cancellationToken);

    public Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken) =>
        AskAsync("eth_maxPriorityFeePerGas", node => node.GetMaxPriorityFeePerGasAsync(cancellationToken), cancellationToken);

    public Task<JsonElement> RequestAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken)
    {
        JsonRpcNode.RequireOther(method);
        return AskAsync(method, node => node.RequestAsync(method, parameters, cancellationToken), cancellationToken);
    }
}
