using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Proofs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Testing.Scripted;

/// <summary>
/// Stands before a real node of an older fork and shows its chain as one that crosses the Amsterdam fork: from a height on, headers have the two fields, and the first transaction of
/// each block emits logs of ether that moves (EIP-7708), one of them to the escrow. Hashes, parents, roots, filters and positions of logs are those that follow from it; calls,
/// estimates, state and transactions are the node's. Gas has the prices of the node's own fork.
/// </summary>
public sealed class AmsterdamProxy : IAsyncDisposable
{
    static readonly Address Ether = Address.Parse("0xfffffffffffffffffffffffffffffffffffffffe");
    static readonly Hash32 Transfer = AbiCall.Topic("Transfer(address,address,uint256)");

    readonly WebApplication _application;
    readonly HttpClient _client = new();
    readonly Uri _inner;
    readonly JsonRpcNode _node;
    readonly Address _escrow;
    readonly SemaphoreSlim _gate = new(1);
    readonly ConcurrentDictionary<Hash32, ScriptedBlock> _shown = new();
    readonly ConcurrentDictionary<string, string> _real = new(StringComparer.OrdinalIgnoreCase);

    AmsterdamProxy(WebApplication application, Uri inner, Address escrow, long from)
    {
        (_application, _inner, _escrow, From) = (application, inner, escrow, from);
        _node = new JsonRpcNode(_client, inner);
    }

    /// <summary>First height that is shown with 23 fields.</summary>
    public long From { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Starts on a free port of the loopback.</summary>
    /// <param name="inner">The real node.</param>
    /// <param name="escrow">Whom ether is forced on.</param>
    /// <param name="from">First height with 23 fields.</param>
    public static async Task<AmsterdamProxy> StartAsync(Uri inner, Address escrow, long from)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        AmsterdamProxy proxy = new(application, inner, escrow, from);
        application.Run(proxy.ServeAsync);
        await application.StartAsync();
        IServerAddressesFeature addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        proxy.Url = new Uri(addresses.Addresses.Single());
        return proxy;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _client.Dispose();
        _gate.Dispose();
    }

    async Task ServeAsync(HttpContext context)
    {
        JsonNode? request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        JsonNode answer;
        if (request is JsonArray batch)
        {
            JsonArray answers = [];
            foreach (JsonNode? one in batch) answers.Add(await AnswerAsync(one!.AsObject(), context.RequestAborted));
            answer = answers;
        }
        else
        {
            answer = await AnswerAsync(request!.AsObject(), context.RequestAborted);
        }
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    async Task<JsonNode> AnswerAsync(JsonObject request, CancellationToken cancellationToken)
    {
        JsonArray parameters = request["params"]?.AsArray() ?? [];
        JsonNode? result;
        switch (request["method"]!.GetValue<string>())
        {
            case "eth_getBlockByNumber" or "eth_getBlockByHash":
                result = await FindAsync(parameters[0], cancellationToken) is { } block ? ScriptedJson.Block(block) : null;
                break;
            case "eth_getBlockReceipts":
                result = await FindAsync(parameters[0], cancellationToken) is { } of ? new JsonArray([.. of.Receipts.Select(ScriptedJson.Receipt)]) : null;
                break;
            case "eth_getTransactionReceipt":
                Hash32 transaction = Hash32.Parse(parameters[0]!.GetValue<string>());
                TransactionReceipt? receipt = await _node.GetTransactionReceiptAsync(transaction, cancellationToken);
                ScriptedBlock? holder = receipt is null ? null : await ShowAsync(receipt.BlockHash, cancellationToken);
                result = holder is null ? null : ScriptedJson.Receipt(holder.Receipts.Single(one => one.TransactionHash == transaction));
                break;
            case "eth_getLogs":
                result = new JsonArray([.. (await LogsAsync(parameters[0]!.AsObject(), cancellationToken)).Select(ScriptedJson.Log)]);
                break;
            default:
                return await PassAsync(request, cancellationToken);
        }
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]?.DeepClone(), ["result"] = result };
    }

    /// <summary>The node's own answer to a question in which hashes of shown blocks are those of the real ones.</summary>
    async Task<JsonNode> PassAsync(JsonObject request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(_inner, Real(request), cancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
    }

    JsonNode? Real(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Real(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Real)]),
        JsonValue value when value.TryGetValue(out string? text) && _real.TryGetValue(text, out string? real) => JsonValue.Create(real),
        _ => node?.DeepClone(),
    };

    async Task<ScriptedBlock?> FindAsync(JsonNode? parameter, CancellationToken cancellationToken)
    {
        if (parameter is JsonObject named) return await FindAsync(named["blockHash"] ?? named["blockNumber"], cancellationToken);
        string text = parameter!.GetValue<string>();
        BlockTag tag = text switch
        {
            "latest" or "pending" => BlockTag.Latest,
            "finalized" or "safe" => BlockTag.Finalized,
            { Length: 66 } => BlockTag.AtHash(Hash32.Parse(_real.GetValueOrDefault(text, text))),
            _ => BlockTag.AtNumber(Number(text)),
        };
        return await _node.GetBlockAsync(tag, cancellationToken) is { } header ? await ShowAsync(header.Hash, cancellationToken) : null;
    }

    async Task<IEnumerable<LogEntry>> LogsAsync(JsonObject filter, CancellationToken cancellationToken)
    {
        List<LogEntry> logs = [];
        if (filter["blockHash"] is { } hash)
        {
            logs.AddRange((await FindAsync(hash, cancellationToken))!.Logs);
        }
        else
        {
            long head = (await _node.GetBlockAsync(BlockTag.Latest, cancellationToken))!.Number;
            for (long number = Number(filter["fromBlock"]!.GetValue<string>()); number <= Math.Min(head, Number(filter["toBlock"]!.GetValue<string>())); number++)
                logs.AddRange((await FindAsync(ScriptedJson.Quantity((ulong)number), cancellationToken))!.Logs);
        }
        HashSet<string> addresses = [.. Texts(filter["address"])];
        List<HashSet<string>> topics = [.. (filter["topics"]?.AsArray() ?? []).Select(position => Texts(position).ToHashSet())];
        return logs.Where(log => (addresses.Count == 0 || addresses.Contains(Hex.Encode(log.Address.ToBytes())))
            && topics.Select((accepted, i) => accepted.Count == 0 || (i < log.Topics.Length && accepted.Contains(log.Topics[i].ToString()))).All(fits => fits));
    }

    static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        null => [],
        JsonArray many => many.Select(one => one!.GetValue<string>().ToLowerInvariant()),
        _ => [node.GetValue<string>().ToLowerInvariant()],
    };

    static long Number(string quantity) => (long)BigInteger.Parse(string.Concat("0", quantity.AsSpan(2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>A block of the node as it is shown, its ancestors first.</summary>
    async Task<ScriptedBlock> ShowAsync(Hash32 hash, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Stack<BlockHeader> open = [];
            ScriptedBlock? shown;
            for (Hash32 at = hash; !_shown.TryGetValue(at, out shown);)
            {
                BlockHeader header = await _node.GetBlockAsync(BlockTag.AtHash(at), cancellationToken) ?? throw new InvalidOperationException($"The node no longer has block {at}.");
                open.Push(header);
                if (header.Number == 0) break;
                at = header.ParentHash;
            }
            while (open.TryPop(out BlockHeader? header))
            {
                IReadOnlyList<TransactionReceipt> receipts = (await _node.GetBlockReceiptsAsync(BlockTag.AtHash(header.Hash), cancellationToken))!;
                shown = Show(header, shown?.Header.Hash ?? header.ParentHash, receipts);
                _shown[header.Hash] = shown;
                _real[shown.Header.Hash.ToString()] = header.Hash.ToString();
            }
            return shown!;
        }
        finally
        {
            _gate.Release();
        }
    }

    ScriptedBlock Show(BlockHeader header, Hash32 parent, IReadOnlyList<TransactionReceipt> receipts)
    {
        bool isAmsterdam = header.Number >= From;
        List<TransactionReceipt> changed = [];
        int index = 0;
        foreach (TransactionReceipt receipt in receipts)
        {
            // Before all other logs of the transaction, as the value of a transaction is.
            IEnumerable<LogEntry> moved = isAmsterdam && changed.Count == 0 && receipt.Succeeded ? [Moved(receipt, _escrow, 5), Moved(receipt, Address.Zero, 7)] : [];
            ImmutableArray<LogEntry> logs = [.. moved.Concat(receipt.Logs).Select(log => log with { LogIndex = index++ })];
            changed.Add(receipt with { Logs = logs, LogsBloom = LogsBloom.Of(logs) });
        }
        BlockHeader shown = header with
        {
            ParentHash = parent,
            ReceiptsRoot = ReceiptCodec.RootOf(changed),
            LogsBloom = LogsBloom.Of(changed.SelectMany(receipt => receipt.Logs)),
            Fields = header.Fields! with
            {
                BlockAccessListHash = isAmsterdam ? Keccak256.Hash(header.Hash.ToBytes()) : null,
                SlotNumber = isAmsterdam ? (ulong)(header.Number - From) : null,
            },
        };
        Hash32 own = HeaderCodec.HashOf(shown)!.Value;
        return new ScriptedBlock(shown with { Hash = own }, [.. changed.Select(receipt => receipt with
        {
            BlockHash = own,
            Logs = [.. receipt.Logs.Select(log => log with { BlockHash = own })],
        })]);
    }

    static LogEntry Moved(TransactionReceipt receipt, Address to, ulong wei) => new(
        Ether, [Transfer, Word(receipt.From), Word(to)], AbiValue.Uint(wei).Encode(), receipt.BlockNumber, receipt.BlockHash, receipt.TransactionHash, receipt.TransactionIndex, 0);

    static Hash32 Word(Address account) => new([.. new byte[12], .. account.ToBytes()]);
}
