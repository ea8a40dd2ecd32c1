using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Indexer.Tests;

/// <summary>Hands every call on to another node; a test overrides what it wants to see or to change.</summary>
abstract class PassingNode : IEthereumNode
{
    protected abstract IEthereumNode Inner { get; }

    public virtual Task<long> GetChainIdAsync(CancellationToken cancellationToken) => Inner.GetChainIdAsync(cancellationToken);

    public virtual Task<string> GetClientVersionAsync(CancellationToken cancellationToken) => Inner.GetClientVersionAsync(cancellationToken);

    public virtual Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) => Inner.GetBlockAsync(block, cancellationToken);

    public virtual Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken) =>
        Inner.GetBlocksAsync(blocks, cancellationToken);

    public virtual Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        Inner.GetLogsAsync(filter, cancellationToken);

    public virtual Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken) =>
        Inner.GetBlockReceiptsAsync(block, cancellationToken);

    public virtual Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 transaction, CancellationToken cancellationToken) =>
        Inner.GetTransactionReceiptAsync(transaction, cancellationToken);

    public virtual Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        Inner.GetCodeAsync(account, block, cancellationToken);

    public virtual Task<UInt256> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        Inner.GetBalanceAsync(account, block, cancellationToken);

    public virtual Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        Inner.GetTransactionCountAsync(account, block, cancellationToken);

    public virtual Task<Hash32> GetStorageAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken) =>
        Inner.GetStorageAsync(account, slot, block, cancellationToken);

    public virtual Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        Inner.CallAsync(call, block, cancellationToken);

    public virtual Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) => Inner.EstimateGasAsync(call, cancellationToken);

    public virtual Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken) => Inner.GetMaxPriorityFeePerGasAsync(cancellationToken);

    public virtual Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken) =>
        Inner.SendRawTransactionAsync(raw, cancellationToken);
}
