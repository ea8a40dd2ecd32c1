using System.Collections.Concurrent;
using System.Globalization;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer.Tests;

/// <summary>A real chain behind a node that lacks or limits something in its own words: the mirror is the same, and it is said once.</summary>
public sealed class NodeLimitsTests
{
    [Fact]
    public async Task Receipts_unsupported_in_other_words_and_batch_refused()
    {
        await using Scene scene = await Scene.BeginAsync();
        await using FaultProxy proxy = await FaultProxy.StartAsync(scene.Chain.Url,
            new FaultRule("eth_getBlockReceipts") { Error = (-32600, "Unsupported method: eth_getBlockReceipts.") },
            new FaultRule { BatchLimit = 10, Error = (-32014, "too many RPC calls in batch request") });
        Said said = new();
        await StartAsync(scene, said, ("Chains:0:RpcUrls:0", proxy.Url.ToString()), ("Chains:0:FinalityDepth", "2"));
        await scene.Chain.MineAsync(60);
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.MirroredAsync();
        for (int i = 0; i < 20; i++)
        {
            await scene.Chain.MineAsync(15);
            await scene.MirroredAsync();
        }
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(deal));
        Assert.InRange(said.Warnings.Count, 1, 2);
        Assert.InRange(proxy.Batches.Count(calls => calls > 10), 1, 8);
    }

    [Theory]
    [InlineData(-32602, "invalid argument 0: hex string without 0x prefix")] // the case finality-not-told
    [InlineData(-32600, "block tag not supported")]
    [InlineData(-32603, "Internal error")]
    public async Task Finality_not_told(int code, string message)
    {
        await using Scene scene = await Scene.BeginAsync();
        await using FaultProxy proxy = await FaultProxy.StartAsync(scene.Chain.Url,
            new FaultRule("eth_getBlockByNumber") { When = parameters => parameters[0]?.GetValue<string>() == "finalized", Error = (code, message) });
        Said said = new();
        IHost indexer = await StartAsync(scene, said, ("Chains:0:RpcUrls:0", proxy.Url.ToString()), ("Chains:0:FinalityDepth", ""));
        for (int i = 0; i < 10; i++)
        {
            await scene.Chain.MineAsync(2);
            await scene.MirroredAsync();
        }
        Assert.Contains("Chains:0:FinalityDepth", Assert.Single(said.Warnings), StringComparison.Ordinal);
        HealthReportEntry chains = (await indexer.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["chains"];
        Assert.Equal(HealthStatus.Degraded, chains.Status);
        Assert.Contains("Chains:0:FinalityDepth", chains.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finality_that_stays_at_the_first_block_is_reported_too()
    {
        await using Scene scene = await Scene.BeginAsync();
        await using FaultProxy proxy = await FaultProxy.StartAsync(scene.Chain.Url,
            new FaultRule("eth_getBlockByNumber") { When = parameters => parameters[0]?.GetValue<string>() == "finalized", Patch = _ => null });
        Said said = new();
        await StartAsync(scene, said, ("Chains:0:RpcUrls:0", proxy.Url.ToString()), ("Chains:0:FinalityDepth", ""));
        await scene.MirroredAsync();
        Assert.Empty(said.Warnings);
        await scene.Chain.MineAsync(1_001);
        await scene.MirroredAsync();
        Assert.Contains("Chains:0:FinalityDepth", Assert.Single(said.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_nodes_the_one_that_knows_finality_is_followed()
    {
        await using Scene scene = await Scene.BeginAsync();
        await using FaultProxy proxy = await FaultProxy.StartAsync(scene.Chain.Url,
            new FaultRule("eth_getBlockByNumber") { When = parameters => parameters[0]?.GetValue<string>() == "finalized", Error = (-32602, "unknown tag") });
        await StartAsync(scene, new Said(), ("Chains:0:RpcUrls:0", proxy.Url.ToString()), ("Chains:0:RpcUrls:1", scene.Chain.Url.ToString()), ("Chains:0:FinalityDepth", ""));
        await scene.Chain.MineAsync(70);
        await scene.MirroredAsync();
        await Eventually.TrueAsync(async () =>
            await scene.ScalarAsync<long>("select finalized from chain.position") == (await scene.Chain.Node.GetBlockAsync(BlockTag.Finalized, CancellationToken.None))!.Number,
            because: "Finality does not follow the node that knows it.");
    }

    static async Task<IHost> StartAsync(Scene scene, Said said, params (string Key, string Value)[] more)
    {
        IHost host = scene.Build(scene.Settings(more), services => services.AddLogging(logging => logging.AddProvider(said)));
        await host.StartAsync();
        return host;
    }

    sealed class Said : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning) Warnings.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{formatter(state, exception)} {exception}"));
        }

        public void Dispose()
        {
        }
    }
}
