using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>One Ethereum node over JSON-RPC 2.0 on HTTP.</summary>
/// <remarks>Every call has a deadline and every answer a largest size; answers of a batch are matched by id, whatever their order.</remarks>
public sealed class JsonRpcNode : IEthereumNode
{
    const int MethodNotFound = -32601;

    // An announced length is taken at its word up to here; what is more has to come first.
    const long MostTrusted = 1L << 20;

    // Spans show it in the place of the path, where providers put their keys.
    static readonly HttpRequestOptionsKey<string> Target = new("keystone.target");

    readonly HttpClient _client;
    readonly Uri _url;
    readonly AuthenticationHeaderValue? _credentials;
    readonly JsonRpcNodeOptions _options;
    volatile bool _knowsNoBlockReceipts;
    readonly BatchSize _calls = new(1_000, 1_000);

    // Answers of very different sizes: begun small, and grown again after a dense part of the chain.
    readonly BatchSize _receipts = new(20, 100);

    /// <summary>A node at a URL. Credentials in the URL are sent as basic authentication; they, the path and the query never appear in messages.</summary>
    public JsonRpcNode(HttpClient client, Uri url, JsonRpcNodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(url);
        _client = client;
        // The client would drop credentials that stand in the URL.
        _url = url.UserInfo.Length == 0 ? url : new UriBuilder(url) { UserName = "", Password = "" }.Uri;
        _credentials = url.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        _options = options ?? new JsonRpcNodeOptions();
        Name = url.IsDefaultPort ? url.Host : $"{url.Host}:{url.Port}";
    }

    /// <summary>Host and port, fit for logs.</summary>
    public string Name { get; }

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
        using RawAnswer raw = await PostRawAsync([("eth_getLogs", [request])], cancellationToken).ConfigureAwait(false);
        if (raw.Status == HttpStatusCode.OK && FastAnswer.Logs(raw.Span) is { } logs) return logs;
        using Answer answer = Parse(raw);
        return Read("eth_getLogs", Results(answer, 1)[0], RpcValue.Logs);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken)
    {
        if (!_knowsNoBlockReceipts)
        {
            try
            {
                return await AskAsync("eth_getBlockReceipts", [Tag(block)], RpcValue.Receipts, cancellationToken).ConfigureAwait(false);
            }
            catch (NodeException fault) when (fault.Code == MethodNotFound)
            {
                // Remembered: it is a matter of the client's version.
                _knowsNoBlockReceipts = true;
            }
        }
        return await ReceiptsOneByOneAsync(block, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<TransactionReceipt>?>> GetReceiptsOfAsync(IReadOnlyList<Hash32> blocks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count == 0) return [];
        if (!_knowsNoBlockReceipts)
        {
            (string, object[])[] calls = [.. blocks.Select(hash => ("eth_getBlockReceipts", (object[])[Tag(BlockTag.AtHash(hash))]))];
            try
            {
                return await BatchAsync(calls, "eth_getBlockReceipts", RpcValue.Receipts, _receipts, cancellationToken, FastAnswer.Receipts).ConfigureAwait(false);
            }
            catch (NodeException fault) when (fault.Code == MethodNotFound)
            {
                _knowsNoBlockReceipts = true;
            }
        }
        List<IReadOnlyList<TransactionReceipt>?> receipts = new(blocks.Count);
        foreach (Hash32 hash in blocks) receipts.Add(await ReceiptsOneByOneAsync(BlockTag.AtHash(hash), cancellationToken).ConfigureAwait(false));
        return receipts;
    }

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
    /// Several calls in batches, the answers in the order of the calls. What a batch leaves out is asked again by itself; a node that finds a batch too large
    /// gets smaller ones from then on.
    /// </summary>
    async Task<IReadOnlyList<T>> BatchAsync<T>(
        IReadOnlyList<(string Method, object[] Parameters)> calls, string what, Func<JsonElement, T> read, BatchSize size, CancellationToken cancellationToken,
        Func<ReadOnlySpan<byte>, int, T[]?>? readAll = null)
    {
        T[] results = new T[calls.Count];
        Queue<int> open = new(Enumerable.Range(0, calls.Count));
        while (open.Count > 0)
        {
            int[] part = [.. open.Take(size.Now)];
            try
            {
                using RawAnswer raw = await PostRawAsync([.. part.Select(place => calls[place])], cancellationToken).ConfigureAwait(false);
                if (readAll is not null && raw.Status == HttpStatusCode.OK && readAll(raw.Span, part.Length) is { } all)
                {
                    for (int i = 0; i < part.Length; i++) results[open.Dequeue()] = all[i];
                    size.Took(part.Length);
                    continue;
                }
                using Answer answer = Parse(raw);
                JsonElement[] answers = ById(answer, part.Length);
                int missing = answers.Count(one => one.ValueKind == JsonValueKind.Undefined);
                if (missing == part.Length) throw Missing(missing, part.Length);
                for (int i = 0; i < part.Length; i++)
                {
                    open.Dequeue();
                    if (answers[i].ValueKind == JsonValueKind.Undefined) open.Enqueue(part[i]);
                    else results[part[i]] = Read(what, answers[i], read);
                }
                size.Took(part.Length);
            }
            catch (NodeException fault) when (part.Length > 1 && fault.Kind == NodeFaultKind.TooMuch)
            {
                size.FoundTooLarge(part.Length);
            }
        }
        return results;
    }

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
    public Task<UInt256> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken) =>
        AskAsync("eth_maxPriorityFeePerGas", [], RpcValue.Integer, cancellationToken);

    /// <inheritdoc/>
    public async Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
    {
        using Answer answer = await PostAsync([("eth_sendRawTransaction", [Hex.Encode(raw.Span)])], cancellationToken).ConfigureAwait(false);
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
        using Answer answer = await PostAsync([(method, parameters)], cancellationToken).ConfigureAwait(false);
        return Read(method, Results(answer, 1)[0], read);
    }

    T Read<T>(string method, JsonElement response, Func<JsonElement, T> read)
    {
        if (response.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object)
            throw RpcValue.Failure(Name, method, error);
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
    JsonElement[] Results(Answer answer, int count)
    {
        JsonElement[] ordered = ById(answer, count);
        int missing = ordered.Count(one => one.ValueKind == JsonValueKind.Undefined);
        return missing == 0 ? ordered : throw Missing(missing, count);
    }

    NodeException Missing(int missing, int count) =>
        new($"{Name}: {missing} of {count} answers of a batch are missing.") { Kind = NodeFaultKind.Nonsense };

    /// <summary>The responses in the order of the requests, undefined where one is missing.</summary>
    JsonElement[] ById(Answer answer, int count)
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
                    throw RpcValue.Failure(Name, "request", error);
                throw new NodeException($"{Name}: an answer has an id that was not asked, or one twice.") { Kind = NodeFaultKind.Nonsense };
            }
            ordered[index - 1] = response;
        }
        return ordered;
    }

    async Task<Answer> PostAsync(IReadOnlyList<(string Method, object[] Parameters)> calls, CancellationToken cancellationToken)
    {
        using RawAnswer raw = await PostRawAsync(calls, cancellationToken).ConfigureAwait(false);
        return Parse(raw);
    }

    /// <summary>The document in an answer, which takes over its memory.</summary>
    Answer Parse(RawAnswer raw)
    {
        // Some clients send an error of JSON-RPC with a status of 4xx or 5xx; the body says more than the status.
        Answer answer;
        try
        {
            answer = new Answer(raw);
        }
        catch (JsonException fault)
        {
            throw new NodeException($"{Name}: HTTP {(int)raw.Status} with a body that is not JSON.", null, fault) { Kind = KindOf(raw.Status) };
        }
        if ((int)raw.Status is >= 200 and < 300 || IsJsonRpc(answer.Root))
            return answer;
        answer.Dispose();
        throw new NodeException($"{Name}: HTTP {(int)raw.Status} with a body that is not JSON-RPC.") { Kind = KindOf(raw.Status) };
    }

    async Task<RawAnswer> PostRawAsync(IReadOnlyList<(string Method, object[] Parameters)> calls, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, _url) { Content = new ByteArrayContent(Body(calls)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Authorization = _credentials;
            request.Options.Set(Target, Name);
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                throw new NodeBusyException($"{Name}: HTTP {(int)response.StatusCode}.", RetryAfter(response.Headers));
            using Stream stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            (byte[] buffer, int length) = await ReadAsync(stream, response.Content.Headers.ContentLength, deadline.Token).ConfigureAwait(false);
            return new RawAnswer(buffer, length, response.StatusCode);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeException($"{Name}: no answer within {_options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", null, fault) { Kind = NodeFaultKind.TooSlow };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new NodeException($"{Name}: not reachable ({(fault as HttpRequestException)?.HttpRequestError.ToString() ?? "connection cut"}).", null, fault) { Kind = NodeFaultKind.Unreachable };
        }
    }

    static NodeFaultKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => NodeFaultKind.Nonsense,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.PaymentRequired => NodeFaultKind.Refused,
        HttpStatusCode.RequestEntityTooLarge => NodeFaultKind.TooMuch,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => NodeFaultKind.TooSlow,
        >= HttpStatusCode.InternalServerError => NodeFaultKind.Unreachable,
        _ => NodeFaultKind.Other,
    };

    static bool IsJsonRpc(JsonElement root) =>
        root.ValueKind == JsonValueKind.Array || (root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("jsonrpc", out _) || root.TryGetProperty("error", out _)));

    /// <summary>A moment is turned into a wait by the node's own clock; ours may differ.</summary>
    static TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        TimeSpan? wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - headers.Date;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // Answers of megabytes come one after the other: their memory is used again.
    async Task<(byte[] Buffer, int Length)> ReadAsync(Stream stream, long? announced, CancellationToken cancellationToken)
    {
        byte[] buffer = AnswerMemory.Shared.Rent((int)Math.Clamp((announced ?? 0) + 1, 16 << 10, MostTrusted));
        int length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    byte[] larger = AnswerMemory.Shared.Rent(checked(buffer.Length * 2));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    AnswerMemory.Shared.Return(buffer);
                    buffer = larger;
                }
                int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0) return (buffer, length);
                length += read;
                if (length > _options.MaxAnswerBytes)
                    throw new NodeException($"{Name}: the answer is larger than {_options.MaxAnswerBytes} bytes.") { Kind = NodeFaultKind.TooMuch };
            }
        }
        catch
        {
            AnswerMemory.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>The bytes of an answer, in memory of the pool.</summary>
    sealed class RawAnswer(byte[] buffer, int length, HttpStatusCode status) : IDisposable
    {
        byte[]? _buffer = buffer;

        public HttpStatusCode Status => status;

        public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, length);

        public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, length);

        /// <summary>Whoever takes the memory gives it back.</summary>
        public byte[] Take()
        {
            byte[] taken = _buffer!;
            _buffer = null;
            return taken;
        }

        public void Dispose()
        {
            if (_buffer is not null) AnswerMemory.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    /// <summary>How many calls go into one batch: halved by what was too large, grown again one by one by what was not.</summary>
    sealed class BatchSize(int first, int most)
    {
        volatile int _now = first;
        volatile int _unbroken;

        public int Now => _now;

        public void Took(int calls)
        {
            // After a refusal only slowly: each one costs a round.
            if (calls < _now || _now >= most || ++_unbroken < 4) return;
            _now = Math.Min(most, _now + Math.Max(1, _now / 10));
            _unbroken = 0;
        }

        public void FoundTooLarge(int calls)
        {
            _now = Math.Max(1, calls / 2);
            _unbroken = 0;
        }
    }

    /// <summary>An answer in memory of the pool; what is read from it must be copied before it is disposed.</summary>
    sealed class Answer : IDisposable
    {
        readonly byte[] _buffer;
        readonly JsonDocument _document;

        public Answer(RawAnswer raw)
        {
            _document = JsonDocument.Parse(raw.Memory);
            _buffer = raw.Take();
        }

        public JsonElement Root => _document.RootElement;

        public void Dispose()
        {
            _document.Dispose();
            AnswerMemory.Shared.Return(_buffer);
        }
    }

    static byte[] Body(IReadOnlyList<(string Method, object[] Parameters)> calls)
    {
        object[] requests = [.. calls.Select((call, i) => new Dictionary<string, object>
        {
            ["jsonrpc"] = "2.0", ["id"] = i + 1, ["method"] = call.Method, ["params"] = call.Parameters,
        })];
        return JsonSerializer.SerializeToUtf8Bytes(calls.Count == 1 ? requests[0] : requests);
    }

    static (string Method, object[] Parameters) BlockRequest(BlockTag block) =>
        block.Hash is { } hash ? ("eth_getBlockByHash", [hash.ToString(), false]) : ("eth_getBlockByNumber", [Tag(block), false]);

    static object Tag(BlockTag block) => block switch
    {
        { Number: { } number } => Quantity((ulong)number),
        { Hash: { } hash } => new Dictionary<string, string> { ["blockHash"] = hash.ToString() },
        _ => block.Tag!,
    };

    static Dictionary<string, object> Call(CallRequest call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Dictionary<string, object> request = new() { ["data"] = Hex.Encode(call.Data.Span) };
        if (call.From is { } from) request["from"] = from.ToString();
        if (call.To is { } to) request["to"] = to.ToString();
        if (!call.Value.IsZero) request["value"] = $"0x{call.Value.ToBigInteger().ToString("x", CultureInfo.InvariantCulture).TrimStart('0')}";
        if (call.Gas is { } gas) request["gas"] = Quantity(gas);
        return request;
    }

    static string Quantity(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
