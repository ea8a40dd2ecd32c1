using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// The requests that the services make to an Ethereum node. Another client library would be used behind this interface.
/// Every member throws <see cref="NodeException"/> when the node cannot be reached, answers nonsense or answers with an error,
/// unless it says otherwise.
/// </summary>
public interface IEthereumNode
{
    /// <summary>Host and port, fit for logs; of several nodes behind one, not which of them answers.</summary>
    string Name => "the node";

    /// <summary>EIP-155 chain id.</summary>
    Task<long> GetChainIdAsync(CancellationToken cancellationToken);

    /// <summary>Name and version of the client, for example <c>anvil/v1.7.1</c>.</summary>
    Task<string> GetClientVersionAsync(CancellationToken cancellationToken);

    /// <summary>Header of a block; null when the node does not have it.</summary>
    Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken);

    /// <summary>Headers of several blocks in one batch, in the order asked; null where the node has none.</summary>
    Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken);

    /// <summary>Logs that match, in chain order.</summary>
    Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken);

    /// <summary>All receipts of a block in order; null when the node does not have the block.</summary>
    Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken);

    /// <summary>All receipts of several blocks, in the order asked; null where the node does not have the block.</summary>
    async Task<IReadOnlyList<IReadOnlyList<TransactionReceipt>?>> GetReceiptsOfAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellationToken) =>
        await Task.WhenAll(blocks.Select(hash => GetBlockReceiptsAsync(BlockTag.AtHash(hash), cancellationToken)));

    /// <summary>Receipt of a transaction; null when it is not mined.</summary>
    Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 transaction, CancellationToken cancellationToken);

    /// <summary>Code at an account; empty when there is none.</summary>
    Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken);

    /// <summary>Balance in wei.</summary>
    Task<UInt256> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken);

    /// <summary>Number of transactions that the account has mined at that block, which is its next nonce.</summary>
    Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken);

    /// <summary>One word of a contract's storage.</summary>
    Task<Hash32> GetStorageAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken);

    /// <summary>Several words of a contract's storage, in the order asked.</summary>
    async Task<IReadOnlyList<Hash32>> GetStoragesAsync(Address account, IReadOnlyList<Hash32> slots, BlockTag block, CancellationToken cancellationToken) =>
        await Task.WhenAll(slots.Select(slot => GetStorageAsync(account, slot, block, cancellationToken)));

    /// <summary>Answer of a call that is not mined.</summary>
    /// <exception cref="CallRevertedException">The call reverted.</exception>
    Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken);

    /// <summary>Gas that a transaction would need in the state of the head.</summary>
    /// <exception cref="CallRevertedException">It would revert.</exception>
    Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken);

    /// <summary>Gas that each of several transactions would need alone, in the order asked.</summary>
    /// <exception cref="CallRevertedException">One of them would revert.</exception>
    async Task<IReadOnlyList<ulong>> EstimateGasOfAsync(IReadOnlyList<CallRequest> calls, CancellationToken cancellationToken) =>
        await Task.WhenAll(calls.Select(call => EstimateGasAsync(call, cancellationToken)));

    /// <summary>The node's suggestion for a tip, wei per gas.</summary>
    Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken);

    /// <summary>Broadcasts a signed transaction. A rejection is a response, not an exception; no response is <see cref="NodeException"/>.</summary>
    Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken);

    /// <summary>Any other JSON-RPC method, for client libraries that bring their own: tools, not services.</summary>
    /// <param name="method">Name of the method; a signed transaction is sent by <see cref="SendRawTransactionAsync"/> only.</param>
    /// <param name="parameters">Parameters, each as System.Text.Json writes it.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The member <c>result</c> as it was sent, JSON null included.</returns>
    /// <exception cref="NodeException">As of the other members; <see cref="NodeException.ErrorBody"/> has the JSON-RPC error as it was sent.</exception>
    /// <exception cref="ArgumentException">The method is <c>eth_sendRawTransaction</c>.</exception>
    Task<JsonElement> RequestAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken) =>
        throw new NodeException($"This node is not asked for {method}.") { Kind = NodeFaultKind.Unsupported };
}

/// <summary>A call or a transaction to be estimated.</summary>
/// <param name="From">Sender; null leaves it to the node.</param>
/// <param name="To">Called account; null creates a contract.</param>
/// <param name="Data">Call data.</param>
/// <param name="Value">Wei sent along.</param>
/// <param name="Gas">Gas limit; null leaves it to the node.</param>
public sealed record CallRequest(Address? From, Address? To, ReadOnlyMemory<byte> Data, UInt256 Value = default, ulong? Gas = null);

/// <summary>
/// Which logs. By <paramref name="BlockHash"/>, or by the inclusive range <paramref name="FromBlock"/> to <paramref name="ToBlock"/>.
/// </summary>
/// <param name="Addresses">Emitting contracts; empty for all.</param>
/// <param name="Topics">Per position the accepted values; null or empty for any.</param>
/// <param name="FromBlock">First block; null when the block is named by its hash.</param>
/// <param name="ToBlock">Last block, included; null when the block is named by its hash.</param>
/// <param name="BlockHash">The one block; null for a range.</param>
public sealed record LogFilter(
    IReadOnlyList<Address> Addresses, IReadOnlyList<IReadOnlyList<Hash32>?> Topics,
    long? FromBlock = null, long? ToBlock = null, Hash32? BlockHash = null);

/// <summary>A node's response to a broadcast transaction.</summary>
/// <param name="Accepted">True when the node took it now.</param>
/// <param name="Hash">Its hash as the node computed it; null when refused.</param>
/// <param name="ErrorCode">JSON-RPC error code of a refusal.</param>
/// <param name="ErrorMessage">The node's error message.</param>
public sealed record SendResponse(bool Accepted, Hash32? Hash, int? ErrorCode, string? ErrorMessage);
