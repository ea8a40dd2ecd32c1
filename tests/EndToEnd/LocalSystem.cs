using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>A whole system for one test class: Postgres, chain, contracts, platforms; the services in this process or apart.</summary>
public sealed class LocalSystem : IAsyncDisposable
{
    readonly string _home;
    readonly SemaphoreSlim _maker = new(1);
    readonly CancellationTokenSource _end = new();
    ServicesInProcess? _services;
    Task _blocks = Task.CompletedTask;
    volatile bool _resting;

    LocalSystem(string home, DevEnvironment environment) => (_home, Environment) = (home, environment);

    internal DevEnvironment Environment { get; }

    internal DevFile File => Environment.File;

    internal static async Task<LocalSystem> StartAsync(Func<DevOptions, DevOptions>? change = null, bool services = true)
    {
        string home = Path.Combine(KeystoneHome.Open(), "test", $"system-{System.Environment.ProcessId}-{Guid.NewGuid():n}");
        DevOptions options = new(home) { Durable = false, ApiPort = 0, RpcPort = 0, ManagementPort = 0, LeaseSeconds = 2, LogLevel = "Warning" };
        DevEnvironment environment = await DevEnvironment.StartAsync(change?.Invoke(options) ?? options, _ => { }, CancellationToken.None);
        LocalSystem system = new(home, environment);
        try
        {
            await RateLimits.LiftAsync(environment.File.OwnerConnection);
            await system.AskChainAsync("evm_setIntervalMining", 0);
            system._blocks = system.MakeBlocksAsync();
            if (services) system._services = await ServicesInProcess.StartAsync(environment.File, CancellationToken.None);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    internal Task<StoryBook> OpenBookAsync(ITestOutputHelper? output = null) =>
        StoryBook.OpenAsync(File, Environment.Node, new Narrator(output is null ? TextWriter.Null : new OutputWriter(output)), TimeProvider.System, CancellationToken.None);

    /// <summary>Asks the chain as it is asked on the wire, also for what only a development chain does.</summary>
    internal async Task<JsonNode?> AskChainAsync(string method, params object[] parameters)
    {
        using HttpClient client = new();
        using HttpResponseMessage response = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            client, File.RpcUrl, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(answer["error"] is null, answer.ToJsonString());
        return answer["result"];
    }

    /// <summary>Replaces the last blocks by empty ones.</summary>
    internal Task ReorgAsync(long depth) => MakeAsync(always: true, "anvil_reorg", depth, Array.Empty<object>());

    /// <summary>Makes blocks beside those of every second.</summary>
    internal Task MineAsync(long count) => MakeAsync(always: true, "anvil_mine", count);

    /// <summary>No block is made until <see cref="MakeBlocksAgain"/> but by <see cref="MineAsync"/>.</summary>
    internal async Task StopBlocksAsync()
    {
        _resting = true;
        // One that is being made comes before the return.
        await _maker.WaitAsync();
        _maker.Release();
    }

    internal void MakeBlocksAgain() => _resting = false;

    // A block each second, made from here and not by the node's own clock: one that falls into a reorg leaves the node without a block below its head,
    // which no chain has.
    async Task MakeBlocksAsync()
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
        while (await second.WaitForNextTickAsync(_end.Token)) await MakeAsync(always: false, "anvil_mine", 1);
    }

    async Task MakeAsync(bool always, string method, params object[] parameters)
    {
        await _maker.WaitAsync();
        try
        {
            if (always || !_resting) await AskChainAsync(method, parameters);
        }
        finally
        {
            _maker.Release();
        }
    }

    /// <summary>On the chain, one successful transaction of the operator for the registration and one for the swap, and no other of both.</summary>
    internal async Task RequireOnceAsync(StoryBook book, EscrowTerms terms)
    {
        await RequireEventsOnceAsync(book, terms);
        await RequireCallsOnceAsync();
    }

    /// <summary>The operator's events of a settlement are one registration and one swap.</summary>
    internal async Task RequireEventsOnceAsync(StoryBook book, EscrowTerms terms)
    {
        Address us = Address.Parse(File.Operator);
        IReadOnlyList<(EscrowEvent Event, LogEntry Log)> events = await book.Chain.EventsAsync(terms.Id, CancellationToken.None);
        List<string> ours = [];
        foreach (Hash32 transaction in events.Select(happened => happened.Log.TransactionHash).Distinct())
        {
            TransactionReceipt receipt = (await book.Chain.Node.GetTransactionReceiptAsync(transaction, CancellationToken.None))!;
            if (receipt.From == us && receipt.Succeeded) ours.AddRange(events.Where(e => e.Log.TransactionHash == transaction).Select(e => e.Event.GetType().Name));
        }
        Assert.Equal(["Registered", "Executed"], ours);
    }

    /// <summary>
    /// No call of the operator acted twice. To register again succeeds and leaves no event, so the blocks themselves are asked. A transaction for
    /// several swaps or refunds succeeds even when a reorg took all their deposits: it acted when something was executed, or went back.
    /// </summary>
    internal async Task RequireCallsOnceAsync()
    {
        Address us = Address.Parse(File.Operator);
        long head = (await Environment.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        Dictionary<string, List<string>> successes = new(StringComparer.Ordinal);
        for (long number = 0; number <= head; number++)
            foreach (JsonNode? transaction in (await AskChainAsync("eth_getBlockByNumber", $"0x{number:x}", true))!["transactions"]!.AsArray())
            {
                if (!Address.TryParse((string)transaction!["from"]!, out Address from) || from != us) continue;
                TransactionReceipt receipt = (await Environment.Node.GetTransactionReceiptAsync(Hash32.Parse((string)transaction["hash"]!), CancellationToken.None))!;
                string call = (string)transaction["input"]!;
                if (!receipt.Succeeded || call == "0x") continue;
                if (call.StartsWith(ExecuteSwaps, StringComparison.Ordinal) && !await HasAsync(receipt.TransactionHash, EscrowLogs.Executed)) continue;
                if (call.StartsWith(RefundMany, StringComparison.Ordinal) && !await HasAsync(receipt.TransactionHash, EscrowLogs.Refunded)) continue;
                if (!successes.TryGetValue(call, out List<string>? times)) successes[call] = times = [];
                times.Add($"nonce {(string)transaction["nonce"]!} in block {number}, {receipt.TransactionHash}");
            }
        string twice = string.Join('\n', successes.Where(call => call.Value.Count > 1).Select(call => $"{call.Key[..10]} succeeded with {string.Join(" and with ", call.Value)}"));
        Assert.True(twice.Length == 0, twice);
    }

    static readonly string ExecuteSwaps = Hex.Encode(EscrowCalls.ExecuteSwaps([], 0).AsSpan(0, 4));

    static readonly string RefundMany = AbiSelector("refundMany((bytes32,uint64,uint64,address,address,bytes32),bytes32[],uint256[],(uint8,uint8,address,address,address,address,uint256,uint256)[],uint256)");

    static string AbiSelector(string signature) => Hex.Encode(Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(signature)).ToBytes().AsSpan(0, 4));

    async Task<bool> HasAsync(Hash32 transaction, Hash32 topic) =>
        (await AskChainAsync("eth_getTransactionReceipt", transaction.ToString()))!["logs"]!.AsArray().Any(log => (string)log!["topics"]![0]! == topic.ToString());

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _blocks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _maker.Dispose();
        if (_services is not null) await _services.DisposeAsync();
        await Environment.DisposeAsync();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    sealed class OutputWriter(ITestOutputHelper output) : StringWriter
    {
        public override void WriteLine(string? value) => output.WriteLine(value);
    }
}
