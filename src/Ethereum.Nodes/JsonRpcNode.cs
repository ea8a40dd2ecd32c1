using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static Keystone.Ethereum.Nodes.RpcRequest;

namespace Keystone.Ethereum.Nodes;

/// <summary>One Ethereum node over JSON-RPC 2.0 on HTTP.</summary>
/// <remarks>Every call has a deadline and every answer a largest size; answers of a batch are matched by id, whatever their order.</remarks>
public sealed class JsonRpcNode : IEthereumNode
{
    const string BlockReceipts = "eth_getBlockReceipts", SuggestedTip = "eth_maxPriorityFeePerGas", FeeHistory = "eth_feeHistory";

    readonly JsonRpcTransport _transport;
    readonly NodeCapabilities _capabilities;
    readonly BatchSize _calls = new(1_000, 1_000);

    // Answers of very different sizes: begun small, and grown again after a dense part of the chain.
    readonly BatchSize _receipts = new(20, 100);

    /// <summary>A node at a URL. Credentials in the URL are sent as basic authentication; they, the path and the query never appear in messages.</summary>
    /// <param name="client">Makes the connections; it outlives the node.</param>
    /// <param name="url">http or https.</param>
    /// <param name="options">Bounds; null for the default ones.</param>
    /// <param name="log">Where it is said once what the node refuses; null for nowhere.</param>
    /// <param name="time">Clock; null for the system's.</param>
    public JsonRpcNode(HttpClient client, Uri url, JsonRpcNodeOptions? options = null, ILogger? log = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(url);
        _transport = new JsonRpcTransport(client, url, options ?? new JsonRpcNodeOptions());
        _capabilities = new NodeCapabilities(Name, time ?? TimeProvider.System, log ?? NullLogger.Instance);
    }

    /// <summary>Host and port, fit for logs.</summary>
    public string Name => _transport.Name;

    /// <inheritdoc/>
    public Task<long> GetChainIdAsync(CancellationToken cancellationToken) => AskAsync("eth_chainId", [], RpcValue.Long, cancellationToken);

    /// <inheritdoc/>
    public Task<string> GetClientVersionAsync(CancellationToken cancellationToken) => AskAsync("web3_clientVersion", [], RpcValue.Text, cancellationToken);

    /// <inheritdoc/>
    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        (string method, object[] parameters) = BlockRequest(block);
        return AskAsync(method, parameters, RpcValue.Header, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count == 0)
            return [];
        return await BatchAsync([.. blocks.Select(BlockRequest)], "eth_getBlock", RpcValue.Header, _calls, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Dictionary<string, object?> request = [];
        if (filter.BlockHash is { } hash)
        {
            request["blockHash"] = hash.ToString();
        }
        else
        {
            request["fromBlock"] = Quantity((ulong)(filter.FromBlock ?? throw new ArgumentException("A filter needs a block hash or a range.", nameof(filter))));
            request["toBlock"] = Quantity((ulong)(filter.ToBlock ?? throw new ArgumentException("A filter needs a block hash or a range.", nameof(filter))));
        }
        if (filter.Addresses.Count > 0)
            request["address"] = filter.Addresses.Select(address => address.ToString());
        if (filter.Topics.Count > 0)
            request["topics"] = filter.Topics.Select(position => position is { Count: > 0 } ? position.Select(topic => topic.ToString()) : null);
        using RawResponse raw = await _transport.PostRawAsync([("eth_getLogs", [request])], cancellationToken).ConfigureAwait(false);
        if (raw.Status == HttpStatusCode.OK && FastResponse.Logs(raw.Span) is { } logs) return logs;
        using ParsedResponse answer = _transport.Parse(raw);
        return Read("eth_getLogs", Results(answer, 1)[0], RpcValue.Logs);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken) => InsteadAsync(
        BlockReceipts, "Receipts are asked for one by one.",
        () => AskAsync(BlockReceipts, [Tag(block)], RpcValue.Receipts, cancellationToken),
        () => ReceiptsOneByOneAsync(block, cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<TransactionReceipt>?>> GetReceiptsOfAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count == 0) return [];
        (string, object[])[] calls = [.. blocks.Select(hash => (BlockReceipts, (object[])[Tag(BlockTag.AtHash(hash))]))];
        return await InsteadAsync<IReadOnlyList<IReadOnlyList<TransactionReceipt>?>>(BlockReceipts, "Receipts are asked for one by one.",
            () => BatchAsync(calls, BlockReceipts, RpcValue.Receipts, _receipts, cancellationToken, FastResponse.Receipts),
            async () =>
            {
                List<IReadOnlyList<TransactionReceipt>?> receipts = new(blocks.Count);
                foreach (Hash32 hash in blocks) receipts.Add(await ReceiptsOneByOneAsync(BlockTag.AtHash(hash), cancellationToken).ConfigureAwait(false));
                return receipts;
            }).ConfigureAwait(false);
    }

    /// <summary>Asks for what not every node offers; where it is refused, for its substitute. What the node refused is learned when it answers the substitute.</summary>
    async Task<T> InsteadAsync<T>(string method, string instead, Func<Task<T>> ask, Func<Task<T>> substitute)
    {
        if (_capabilities.Lacks(method)) return await substitute().ConfigureAwait(false);
        NodeException refusal;
        try
        {
            T answer = await ask().ConfigureAwait(false);
            _capabilities.Has(method);
            return answer;
        }
        catch (NodeException fault) when (IsRefusal(fault))
        {
            refusal = fault;
        }
        T other = await substitute().ConfigureAwait(false);
        // One block may have been too large, or not there yet: that is no reason not to ask for the next one.
        if (refusal.Kind is not (NodeFaultKind.TooMuch or NodeFaultKind.Behind)) _capabilities.Refused(method, instead, refusal);
        return other;
    }

    // The node answered, and patience is not what helps.
    static bool IsRefusal(NodeException fault) => fault.Kind is not (NodeFaultKind.Quota or NodeFaultKind.TooSlow or NodeFaultKind.Unreachable or NodeFaultKind.Nonsense or NodeFaultKind.Reverted)
        && (fault.Code is not null || fault.IsOfWholeRequest);

    async Task<IReadOnlyList<TransactionReceipt>?> ReceiptsOneByOneAsync(BlockTag block, CancellationToken cancellationToken)
    {
        (string method, object[] parameters) = BlockRequest(block);
        (Hash32 Block, string[] Transactions)? content = await AskAsync(method, parameters, RpcValue.Transactions, cancellationToken).ConfigureAwait(false);
        if (content is not { } found) return null;
        List<TransactionReceipt> receipts = new(found.Transactions.Length);
        (string, object[])[] calls = [.. found.Transactions.Select(hash => ("eth_getTransactionReceipt", (object[])[hash]))];
        foreach (TransactionReceipt? receipt in await BatchAsync(calls, "eth_getTransactionReceipt", RpcValue.Receipt, _calls, cancellationToken).ConfigureAwait(false))
        {
            if (receipt is null) throw new NodeException($"{Name}: a receipt of block {block} is missing.") { Kind = NodeFaultKind.Behind };
            // Between two requests the transaction may have moved to another block.
            if (receipt.BlockHash != found.Block) throw new NodeException($"{Name}: a receipt of block {block} is from another block.") { Kind = NodeFaultKind.Behind };
            receipts.Add(receipt);
        }
        return receipts;
    }

    /// <summary>
    /// Several calls in batches, the answers in the order of the calls. What a batch leaves out is asked again by itself; a node that refuses a batch, in
    /// whatever words, gets smaller ones from then on, down to single calls.
    /// </summary>
    async Task<IReadOnlyList<T>> BatchAsync<T>(
        IReadOnlyList<(string Method, object[] Parameters)> calls, string what, Func<JsonElement, T> read, BatchSize size, CancellationToken cancellationToken,
        Func<ReadOnlySpan<byte>, int, T[]?>? readAll = null)
    {
        T[] results = new T[calls.Count];
        Queue<int> open = new(Enumerable.Range(0, calls.Count));
        (int, int)? before = null;
        (int Calls, NodeException Fault)? refusal = null;
        while (open.Count > 0)
        {
            int[] part = [.. open.Take(size.Now)];
            try
            {
                using RawResponse raw = await _transport.PostRawAsync([.. part.Select(place => calls[place])], cancellationToken).ConfigureAwait(false);
                if (readAll is not null && raw.Status == HttpStatusCode.OK && readAll(raw.Span, part.Length) is { } all)
                {
                    for (int i = 0; i < part.Length; i++) results[open.Dequeue()] = all[i];
                    Took();
                    continue;
                }
                using ParsedResponse answer = _transport.Parse(raw);
                JsonElement[] answers = ById(answer, part.Length);
                int missing = answers.Count(one => one.ValueKind == JsonValueKind.Undefined);
                if (missing == part.Length) throw Missing(missing, part.Length);
                (int Place, NodeException Fault)? refused = null;
                for (int i = 0; i < part.Length; i++)
                {
                    open.Dequeue();
                    if (answers[i].ValueKind == JsonValueKind.Undefined || !TryRead(what, answers[i], read, out results[part[i]], ref refused, part[i])) open.Enqueue(part[i]);
                }
                if (refused is { } one)
                {
                    if (part.Length == 1 || !MayBeOfBatch(one.Fault)) throw one.Fault;
                    // Some refuse a batch by an error for each of its calls. Asked alone, the call shows what the error was about.
                    results[one.Place] = await AskAsync(calls[one.Place].Method, calls[one.Place].Parameters, read, cancellationToken).ConfigureAwait(false);
                    open = new Queue<int>(open.Where(place => place != one.Place));
                    throw new NodeException(one.Fault.Message, one.Fault.Code) { Kind = NodeFaultKind.TooMuch, IsOfWholeRequest = true };
                }
                Took();
            }
            catch (NodeException fault) when (part.Length > 1 && (fault.IsOfWholeRequest || fault.Kind == NodeFaultKind.TooMuch) && fault.Kind != NodeFaultKind.Quota)
            {
                before ??= size.Save();
                bool isLimit = fault.IsOfWholeRequest || fault.Message.Contains("batch", StringComparison.OrdinalIgnoreCase);
                size.FoundTooLarge(part.Length, isLimit);
                if (isLimit) refusal ??= (part.Length, fault);
            }
            catch (NodeException fault) when (part.Length > 1 && fault.Kind is NodeFaultKind.Quota or NodeFaultKind.TooSlow)
            {
                // Some count each call of a batch: one that is beyond what they allow at once is refused however long one waits.
                if (fault.Kind == NodeFaultKind.Quota) size.FoundBusy(part.Length);
                else size.FoundTooLarge(part.Length, isLimit: false);
                throw;
            }
            catch (NodeException) when (before is { } saved)
            {
                // A single call is refused too: it was not about the batch.
                size.Restore(saved);
                throw;
            }

            // A smaller one was answered: it was about the batch.
            void Took()
            {
                if (refusal is var (many, why)) _capabilities.RefusedBatch(many, why);
                (before, refusal) = (null, null);
                size.Took(part.Length);
            }
        }
        return results;
    }

    bool TryRead<T>(string what, JsonElement response, Func<JsonElement, T> read, out T result, ref (int Place, NodeException Fault)? refused, int place)
    {
        result = default!;
        try
        {
            result = Read(what, response, read);
            return true;
        }
        catch (NodeException fault)
        {
            refused ??= (place, fault);
            return false;
        }
    }

    static bool MayBeOfBatch(NodeException fault) => fault.Code is not null && fault.Kind is NodeFaultKind.Other or NodeFaultKind.Unsupported or NodeFaultKind.Refused;

    /// <inheritdoc/>
    public Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 transaction, CancellationToken cancellationToken) =>
        AskAsync("eth_getTransactionReceipt", [transaction.ToString()], RpcValue.Receipt, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getCode", [account.ToString(), Tag(block)], RpcValue.Bytes, cancellationToken);

    /// <inheritdoc/>
    public Task<UInt256> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getBalance", [account.ToString(), Tag(block)], RpcValue.Integer, cancellationToken);

    /// <inheritdoc/>
    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getTransactionCount", [account.ToString(), Tag(block)], RpcValue.ULong, cancellationToken);

    /// <inheritdoc/>
    public Task<Hash32> GetStorageAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_getStorageAt", [account.ToString(), slot.ToString(), Tag(block)], RpcValue.Hash, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Hash32>> GetStoragesAsync(Address account, IReadOnlyList<Hash32> slots, BlockTag block, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slots);
        (string, object[])[] calls = [.. slots.Select(slot => ("eth_getStorageAt", (object[])[account.ToString(), slot.ToString(), Tag(block)]))];
        return BatchAsync(calls, "eth_getStorageAt", RpcValue.Hash, _calls, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync("eth_call", [Call(call), Tag(block)], RpcValue.Bytes, cancellationToken);

    // Clients differ in the state that they take when none is named; some run all pending transactions first, for each estimate.
    /// <inheritdoc/>
    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
        AskAsync("eth_estimateGas", [Call(call), Tag(BlockTag.Latest)], RpcValue.ULong, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ulong>> EstimateGasOfAsync(IReadOnlyList<CallRequest> calls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        (string, object[])[] asked = [.. calls.Select(call => ("eth_estimateGas", (object[])[Call(call), Tag(BlockTag.Latest)]))];
        return BatchAsync(asked, "eth_estimateGas", RpcValue.ULong, _calls, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken) => InsteadAsync(
        SuggestedTip, "The tip is taken from eth_feeHistory, or from eth_gasPrice less the base fee.",
        () => AskAsync(SuggestedTip, [], RpcValue.Integer, cancellationToken),
        () => InsteadAsync(FeeHistory, "The tip is taken from eth_gasPrice less the base fee.",
            () => AskAsync(FeeHistory, [Quantity(FeeHistoryTip.Blocks), "latest", new[] { FeeHistoryTip.Percentile }], FeeHistoryTip.Read, cancellationToken),
            () => TipOfGasPriceAsync(cancellationToken)));

    // A node that offers no price either leaves the tip to the smallest one of the settings.
    async Task<UInt256> TipOfGasPriceAsync(CancellationToken cancellationToken)
    {
        try
        {
            UInt256 price = await AskAsync("eth_gasPrice", [], RpcValue.Integer, cancellationToken).ConfigureAwait(false);
            UInt256 baseFee = (await GetBlockAsync(BlockTag.Latest, cancellationToken).ConfigureAwait(false))?.BaseFeePerGas ?? UInt256.Zero;
            return price > baseFee ? price - baseFee : UInt256.Zero;
        }
        catch (NodeException fault) when (IsRefusal(fault))
        {
            return UInt256.Zero;
        }
    }

    /// <inheritdoc/>
    public async Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
    {
        using ParsedResponse answer = await _transport.PostAsync([("eth_sendRawTransaction", [Hex.Encode(raw.Span)])], cancellationToken).ConfigureAwait(false);
        JsonElement response = Results(answer, 1)[0];
        if (response.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
            return new SendResponse(false, null, RpcValue.ErrorCode(error), RpcValue.ErrorMessage(error));
        return new SendResponse(true, Read("eth_sendRawTransaction", response, RpcValue.Hash), null, null);
    }

    /// <inheritdoc/>
    public Task<JsonElement> RequestAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken)
    {
        RequireOther(method);
        ArgumentNullException.ThrowIfNull(parameters);
        return AskAsync(method, [.. parameters!], result => result.Clone(), cancellationToken);
    }

    /// <summary>A set of nodes offers a transaction to each of its nodes, which one request cannot do.</summary>
    internal static void RequireOther(string method)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method == "eth_sendRawTransaction") throw new ArgumentException("A signed transaction is sent by SendRawTransactionAsync.", nameof(method));
    }

    async Task<T> AskAsync<T>(string method, object[] parameters, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using ParsedResponse answer = await _transport.PostAsync([(method, parameters)], cancellationToken).ConfigureAwait(false);
        return Read(method, Results(answer, 1)[0], read);
    }

    T Read<T>(string method, JsonElement response, Func<JsonElement, T> read)
    {
        if (response.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
        {
            NodeException fault = RpcValue.Failure(Name, method, error);
            _capabilities.Note(method, fault);
            throw fault;
        }
        if (!response.TryGetProperty("result", out JsonElement result))
            throw new NodeException($"{Name}: {method} answered neither a result nor an error.") { Kind = NodeFaultKind.Nonsense };
        try
        {
            return read(result);
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw new NodeException($"{Name}: {method} answered something that is not what was asked for: {fault.Message}", null, fault) { Kind = NodeFaultKind.Nonsense };
        }
    }

    /// <summary>The responses in the order of the requests, all of them.</summary>
    JsonElement[] Results(ParsedResponse answer, int count)
    {
        JsonElement[] ordered = ById(answer, count);
        int missing = ordered.Count(one => one.ValueKind == JsonValueKind.Undefined);
        return missing == 0 ? ordered : throw Missing(missing, count);
    }

    NodeException Missing(int missing, int count) =>
        new($"{Name}: {missing} of {count} answers of a batch are missing.") { Kind = NodeFaultKind.Nonsense, IsOfWholeRequest = missing == count };

    /// <summary>The responses in the order of the requests, undefined where one is missing.</summary>
    JsonElement[] ById(ParsedResponse answer, int count)
    {
        JsonElement root = answer.Root;
        JsonElement[] ordered = new JsonElement[count];
        IEnumerable<JsonElement> responses = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray() : [root];
        foreach (JsonElement response in responses)
        {
            if (response.ValueKind != JsonValueKind.Object)
                throw new NodeException($"{Name}: the answer is not JSON-RPC.") { Kind = NodeFaultKind.Nonsense };
            if (!response.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt32(out int index)
                || index < 1 || index > count || ordered[index - 1].ValueKind != JsonValueKind.Undefined)
            {
                // An error of the whole request carries no id.
                if (response.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
                {
                    NodeException fault = RpcValue.Failure(Name, "request", error, isOfWholeRequest: true);
                    _capabilities.Note("request", fault);
                    throw fault;
                }
                throw new NodeException($"{Name}: an answer has an id that was not asked, or one twice.") { Kind = NodeFaultKind.Nonsense };
            }
            ordered[index - 1] = response;
        }
        return ordered;
    }
}
