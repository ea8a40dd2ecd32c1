using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.WebSockets;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Testing.Scripted;

/// <summary>
/// A JSON-RPC node over real HTTP and WebSocket that serves a scripted chain, and does what no real node does on demand: it lies, lags, stops, delays,
/// drops, answers with errors or half a body, limits its callers. Several may serve one chain, each with its own view and its own pool.
/// </summary>
public sealed class ScriptedRpcNode : IAsyncDisposable
{
    readonly WebApplication _application;
    readonly Lock _gate = new();
    readonly List<(Func<string, bool> Fits, ScriptedFault Fault, int Left)> _faults = [];
    readonly ConcurrentDictionary<WebSocket, string> _sockets = [];
    ImmutableArray<Hash32>? _stopped;
    int? _budget;
    TimeSpan? _retryAfter;
    int _requests;

    ScriptedRpcNode(WebApplication application, ScriptedChain chain) => (_application, Chain) = (application, chain);

    /// <summary>What it serves.</summary>
    public ScriptedChain Chain { get; }

    /// <summary>What it was offered.</summary>
    public ScriptedPool Pool { get; } = new();

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Where it tells its heads.</summary>
    public Uri SocketUrl => new UriBuilder(Url) { Scheme = "ws" }.Uri;

    /// <summary>Blocks that it is behind the chain.</summary>
    public int Lag { get; set; }

    /// <summary>The chain id that it tells; null for the chain's own.</summary>
    public long? ReportedChainId { get; set; }

    /// <summary>Answers <c>eth_call</c> and <c>eth_estimateGas</c>: call data to answer; null reverts.</summary>
    public Func<Address?, byte[], byte[]?> Call { get; set; } = (_, _) => [];

    /// <summary>What a transaction does when it is mined.</summary>
    public Func<DecodedTransaction, ScriptedTransaction> Execute { get; set; } = _ => new ScriptedTransaction([]);

    /// <summary>Balance of every account, in wei.</summary>
    public UInt256 Balance { get; set; } = UInt256.Parse("1000000000000000000000");

    /// <summary>Code of every account.</summary>
    public ReadOnlyMemory<byte> Code { get; set; } = new byte[] { 0x60, 0x80 };

    /// <summary>Methods that it was asked, in order, each member of a batch.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>HTTP requests that came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Called before each method is answered; a test may change the chain there.</summary>
    public Action<string>? Asking { get; set; }

    /// <summary>Starts a node on a free port of the loopback.</summary>
    public static async Task<ScriptedRpcNode> StartAsync(ScriptedChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        ScriptedRpcNode node = new(application, chain);
        application.UseWebSockets();
        application.Run(node.ServeAsync);
        await application.StartAsync();
        IServerAddressesFeature addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        node.Url = new Uri(addresses.Addresses.Single());
        chain.HeadChanged += node.PublishHead;
        return node;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Chain.HeadChanged -= PublishHead;
        CutSockets();
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    // ---- what a test does to it

    /// <summary>Fails a method: the next <paramref name="times"/> times that it is asked.</summary>
    /// <param name="method">Name of the method, or <c>*</c> for any.</param>
    /// <param name="fault">How.</param>
    /// <param name="times">How often; for ever by default.</param>
    public void Fail(string method, ScriptedFault fault, int times = int.MaxValue)
    {
        lock (_gate) _faults.Add((asked => method == "*" || asked == method, fault, times));
    }

    /// <summary>Takes all faults back.</summary>
    public void Heal()
    {
        lock (_gate)
        {
            _faults.Clear();
            _budget = null;
        }
    }

    /// <summary>Sees nothing of what happens from now on.</summary>
    public void Stop() => _stopped = Chain.View;

    /// <summary>Catches up.</summary>
    public void Resume() => _stopped = null;

    /// <summary>Serves this fork, whatever the chain does.</summary>
    public void Serve(ImmutableArray<Hash32> view) => _stopped = view;

    /// <summary>Answers so many more HTTP requests, then 429 until it is allowed more.</summary>
    public void Allow(int requests, TimeSpan? retryAfter = null)
    {
        lock (_gate) (_budget, _retryAfter) = (requests, retryAfter);
    }

    /// <summary>Cuts every WebSocket without a word.</summary>
    public void CutSockets()
    {
        foreach (WebSocket socket in _sockets.Keys) socket.Abort();
    }

    /// <summary>Mines what its pool holds and the chain can take.</summary>
    public ScriptedBlock MinePool()
    {
        List<ScriptedTransaction> transactions = [];
        foreach ((DecodedTransaction decoded, byte[] raw) in Pool.Take(account => Nonce(account, View()), Chain.BaseFee))
            transactions.Add(Execute(decoded) with { Raw = raw, From = decoded.Sender, To = decoded.Transaction.To });
        return Chain.Mine([.. transactions]);
    }

    // ---- transport

    async Task ServeAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await ServeSocketAsync(context);
            return;
        }
        Interlocked.Increment(ref _requests);
        lock (_gate)
        {
            if (_budget is 0)
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                if (_retryAfter is { } wait) context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return;
            }
            if (_budget > 0) _budget--;
        }
        JsonNode? request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        List<ScriptedFault> transport = [];
        JsonNode answer;
        if (request is JsonArray batch)
        {
            JsonArray answers = [];
            foreach (JsonNode? one in batch) answers.Add(Answer(one!.AsObject(), transport));
            answer = answers;
        }
        else
        {
            answer = Answer(request!.AsObject(), transport);
        }
        await WriteAsync(context, answer, transport);
    }

    static async Task WriteAsync(HttpContext context, JsonNode answer, List<ScriptedFault> transport)
    {
        foreach (ScriptedFault fault in transport)
        {
            switch (fault)
            {
                case ScriptedFault.Wait wait:
                    await Task.WhenAny(wait.Until, Task.Delay(Timeout.Infinite, context.RequestAborted));
                    break;
                case ScriptedFault.Drop:
                    context.Abort();
                    return;
                case ScriptedFault.Http http:
                    context.Response.StatusCode = http.Status;
                    foreach ((string name, string value) in http.Headers) context.Response.Headers[name] = value;
                    await context.Response.WriteAsync(http.Body, context.RequestAborted);
                    return;
                case ScriptedFault.Truncated:
                    byte[] whole = Encoding.UTF8.GetBytes(answer.ToJsonString());
                    context.Response.ContentLength = whole.Length;
                    await context.Response.Body.WriteAsync(whole.AsMemory(0, whole.Length / 2), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    context.Abort();
                    return;
                case ScriptedFault.ForeignIds:
                    foreach (JsonNode? one in answer as JsonArray ?? [answer.DeepClone()]) one!["id"] = 1_000_000;
                    if (answer is JsonObject single) single["id"] = 1_000_000;
                    break;
                case ScriptedFault.Reversed when answer is JsonArray answers:
                    answer = new JsonArray([.. answers.Reverse().Select(one => one!.DeepClone())]);
                    break;
                case ScriptedFault.Incomplete when answer is JsonArray { Count: > 0 } answers:
                    answers.RemoveAt(answers.Count - 1);
                    break;
                case ScriptedFault.Doubled when answer is JsonArray { Count: > 1 } answers:
                    answers[1] = answers[0]!.DeepClone();
                    break;
            }
        }
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    async Task ServeSocketAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close) break;
                JsonObject request = JsonNode.Parse(buffer.AsSpan(0, received.Count))!.AsObject();
                JsonNode answer;
                if (request["method"]!.GetValue<string>() == "eth_subscribe")
                {
                    _sockets[socket] = $"0x{socket.GetHashCode():x}";
                    answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = _sockets[socket] };
                }
                else
                {
                    answer = Answer(request, []);
                }
                await socket.SendAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()), WebSocketMessageType.Text, true, context.RequestAborted);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or IOException)
        {
            // Cut.
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }

    void PublishHead()
    {
        ImmutableArray<Hash32> view = View();
        if (view.IsEmpty || Chain.Find(view[^1]) is not { } block) return;
        foreach ((WebSocket socket, string subscription) in _sockets)
        {
            JsonObject told = new()
            {
                ["jsonrpc"] = "2.0",
                ["method"] = "eth_subscription",
                ["params"] = new JsonObject { ["subscription"] = subscription, ["result"] = ScriptedJson.Block(block) },
            };
            _ = SendQuietlyAsync(socket, Encoding.UTF8.GetBytes(told.ToJsonString()));
        }
    }

    static async Task SendQuietlyAsync(WebSocket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception fault) when (fault is WebSocketException or InvalidOperationException or IOException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    // ---- methods

    JsonObject Answer(JsonObject request, List<ScriptedFault> transport)
    {
        string method = request["method"]!.GetValue<string>();
        Asked.Enqueue(method);
        Asking?.Invoke(method);
        JsonObject response = new() { ["jsonrpc"] = "2.0", ["id"] = request["id"]?.DeepClone() };
        Func<JsonNode?, JsonNode?> change = result => result;
        foreach (ScriptedFault fault in FaultsOf(method))
        {
            switch (fault)
            {
                case ScriptedFault.Error error:
                    response["error"] = ErrorOf(error.Code, error.Message, error.ErrorData);
                    return response;
                case ScriptedFault.Lie lie:
                    change = lie.Change;
                    break;
                default:
                    // Once for the whole batch, however many of its members it fits.
                    if (!transport.Contains(fault)) transport.Add(fault);
                    break;
            }
        }
        try
        {
            response["result"] = change(Result(method, request["params"]?.AsArray() ?? []));
        }
        catch (RefusedException refusal)
        {
            response["error"] = ErrorOf(refusal.Code, refusal.Message, refusal.ErrorData);
        }
        return response;
    }

    List<ScriptedFault> FaultsOf(string method)
    {
        List<ScriptedFault> found = [];
        lock (_gate)
        {
            for (int i = 0; i < _faults.Count; i++)
            {
                if (!_faults[i].Fits(method) || _faults[i].Left <= 0) continue;
                found.Add(_faults[i].Fault);
                if (_faults[i].Left != int.MaxValue) _faults[i] = _faults[i] with { Left = _faults[i].Left - 1 };
            }
        }
        return found;
    }

    static JsonObject ErrorOf(int code, string message, JsonNode? data)
    {
        JsonObject error = new() { ["code"] = code, ["message"] = message };
        if (data is not null) error["data"] = data.DeepClone();
        return error;
    }

    ImmutableArray<Hash32> View()
    {
        ImmutableArray<Hash32> view = _stopped ?? Chain.View;
        return view[..Math.Max(1, view.Length - Lag)];
    }

    JsonNode? Result(string method, JsonArray parameters)
    {
        ImmutableArray<Hash32> view = View();
        switch (method)
        {
            case "eth_chainId": return ScriptedJson.Quantity((ulong)(ReportedChainId ?? Chain.ChainId));
            case "net_version": return (ReportedChainId ?? Chain.ChainId).ToString(CultureInfo.InvariantCulture);
            case "web3_clientVersion": return "scripted/v1";
            case "eth_blockNumber": return ScriptedJson.Quantity((ulong)(view.Length - 1));
            case "eth_syncing": return false;
            case "eth_getBlockByNumber" or "eth_getBlockByHash": return Find(parameters[0], view) is { } block ? ScriptedJson.Block(block) : null;
            case "eth_getBlockReceipts":
                return Find(parameters[0], view) is { } of ? new JsonArray([.. of.Receipts.Select(ScriptedJson.Receipt)]) : null;
            case "eth_getTransactionReceipt":
                Hash32 hash = Hash32.Parse(parameters[0]!.GetValue<string>());
                TransactionReceipt? receipt = view.SelectMany(known => Chain.Find(known)!.Receipts).FirstOrDefault(known => known.TransactionHash == hash);
                return receipt is null ? null : ScriptedJson.Receipt(receipt);
            case "eth_getLogs": return new JsonArray([.. Logs(parameters[0]!.AsObject(), view).Select(ScriptedJson.Log)]);
            case "eth_getCode": return Hex.Encode(Code.Span);
            case "eth_getBalance": return ScriptedJson.Quantity(Balance);
            case "eth_getStorageAt": return Hash32.Zero.ToString();
            case "eth_gasPrice" or "eth_maxPriorityFeePerGas": return ScriptedJson.Quantity(1_000_000_000UL);
            case "eth_getTransactionCount":
                Address account = Address.Parse(parameters[0]!.GetValue<string>());
                ulong next = Nonce(account, UpTo(parameters[1], view));
                return ScriptedJson.Quantity(parameters[1] is JsonValue tag && tag.TryGetValue(out string? text) && text == "pending" ? Pool.PendingNonce(account, next) : next);
            case "eth_call" or "eth_estimateGas":
                JsonObject call = parameters[0]!.AsObject();
                Address? to = call["to"]?.GetValue<string>() is { } called ? Address.Parse(called) : null;
                byte[] answer = Call(to, Hex.Decode((call["data"] ?? call["input"])?.GetValue<string>() ?? "0x")) ?? throw new RefusedException(3, "execution reverted", "0x");
                return method == "eth_call" ? Hex.Encode(answer) : ScriptedJson.Quantity(100_000UL);
            case "eth_sendRawTransaction": return Broadcast(Hex.Decode(parameters[0]!.GetValue<string>()), view);
            default: throw new RefusedException(-32601, $"the method {method} does not exist/is not available");
        }
    }

    string Broadcast(byte[] raw, ImmutableArray<Hash32> view)
    {
        Address sender;
        try
        {
            sender = DecodedTransaction.Read(raw).Sender;
        }
        catch (FormatException)
        {
            sender = Address.Zero;
        }
        (Hash32? hash, int code, string message) = Pool.Receive(raw, Chain.ChainId, Nonce(sender, view), Balance);
        return hash?.ToString() ?? throw new RefusedException(code, message);
    }

    ulong Nonce(Address account, ImmutableArray<Hash32> view) => (ulong)view.Sum(hash => Chain.Find(hash)!.Receipts.Count(receipt => receipt.From == account));

    ImmutableArray<Hash32> UpTo(JsonNode? block, ImmutableArray<Hash32> view) => Find(block, view) is { } found ? view[..((int)found.Header.Number + 1)] : view;

    ScriptedBlock? Find(JsonNode? parameter, ImmutableArray<Hash32> view)
    {
        if (parameter is JsonObject named) return Find(named["blockHash"] ?? named["blockNumber"], view);
        string text = parameter!.GetValue<string>();
        long height;
        switch (text)
        {
            case "latest" or "pending": height = view.Length - 1; break;
            case "earliest": height = 0; break;
            case "finalized" or "safe": height = Math.Min(Chain.Finalized, view.Length - 1); break;
            default:
                // Blocks of forks that were left are still found by their hash, as on real nodes.
                if (text.Length == 66) return Chain.Find(Hash32.Parse(text));
                height = (long)BigInteger.Parse(string.Concat("0", text.AsSpan(2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                break;
        }
        return height < view.Length ? Chain.Find(view[(int)height]) : null;
    }

    // As many clients do: what is above the head is silently not there; only a block hash that is unknown is an error.
    IEnumerable<LogEntry> Logs(JsonObject filter, ImmutableArray<Hash32> view)
    {
        IEnumerable<LogEntry> logs;
        if (filter["blockHash"]?.GetValue<string>() is { } hash)
        {
            logs = (Chain.Find(Hash32.Parse(hash)) ?? throw new RefusedException(-32000, "unknown block")).Logs;
        }
        else
        {
            long from = Height(filter["fromBlock"], view), to = Math.Min(Height(filter["toBlock"], view), view.Length - 1);
            logs = from > to ? [] : view[(int)from..((int)to + 1)].SelectMany(known => Chain.Find(known)!.Logs);
        }
        HashSet<Address> addresses = [.. Texts(filter["address"]).Select(Address.Parse)];
        List<HashSet<Hash32>> topics = [.. (filter["topics"]?.AsArray() ?? []).Select(position => Texts(position).Select(Hash32.Parse).ToHashSet())];
        return logs.Where(log => (addresses.Count == 0 || addresses.Contains(log.Address))
            && topics.Select((accepted, i) => accepted.Count == 0 || (i < log.Topics.Length && accepted.Contains(log.Topics[i]))).All(fits => fits));
    }

    long Height(JsonNode? block, ImmutableArray<Hash32> view) => block?.GetValue<string>() switch
    {
        null or "latest" or "pending" => view.Length - 1,
        "earliest" => 0,
        "finalized" or "safe" => Math.Min(Chain.Finalized, view.Length - 1),
        string text => long.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
    };

    static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        null => [],
        JsonArray many => many.Select(one => one!.GetValue<string>()),
        _ => [node.GetValue<string>()],
    };

    sealed class RefusedException(int code, string message, JsonNode? data = null) : Exception(message)
    {
        public int Code => code;

        public JsonNode? ErrorData => data;
    }
}
