using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>What people and collectors are told while the past is read, and afterwards.</summary>
public sealed class BackfillTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public void Rates_and_the_time_left_are_those_of_the_last_half_minute()
    {
        Clock clock = new();
        BackfillProgress progress = new(clock, 1_000);
        clock.Now += 10;
        BackfillReport report = progress.Step(2_000, 10_000, 500);
        Assert.Equal((100d, 50d, TimeSpan.FromSeconds(80)), (report.BlocksPerSecond, report.EventsPerSecond, report.Left));
        Assert.Equal("block 2000 of 10000, 100 blocks/s, 50 events/s, 00:01:20 left", report.ToString());
        // A dense part: ten times slower. What went before is forgotten after a while.
        for (int i = 1; i <= 8; i++)
        {
            clock.Now += 10;
            report = progress.Step(2_000 + i * 100, 10_000, 5_000);
        }
        Assert.Equal((10d, 500d, TimeSpan.FromSeconds(720)), (report.BlocksPerSecond, report.EventsPerSecond, report.Left));
        clock.Now += 10;
        Assert.DoesNotContain("left", progress.Step(10_000, 10_000, 0).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backfill_reports_its_progress_and_everything_that_operators_watch_is_measured()
    {
        ScriptedChain chain = new(701, "backfill");
        EscrowTerms terms = Emit.Terms(chain.ChainId, 1);
        for (int i = 0; i < 60; i++) chain.Mine(ScriptedTransaction.Emitting([.. Emit.Deposited(terms, i % 2).Select(one => new ScriptedLog(one.By, one.Topics, one.Data))]));
        chain.Finalized = 50;
        await using ScriptedRpcNode node = await ScriptedRpcNode.StartAsync(chain);
        ConcurrentDictionary<string, byte> seen = new(StringComparer.Ordinal);
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, to) =>
            {
                if (instrument.Meter.Name.StartsWith("Keystone.", StringComparison.Ordinal)) to.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => See(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => See(instrument, tags));
        listener.Start();
        Lines lines = new();
        using (IHost host = Build(node, lines))
        {
            await host.StartAsync();
            await MirroredAsync(chain);
            chain.Reorg(3);
            await MirroredAsync(chain);
            // A log that the node has lost.
            chain.Mine(ScriptedTransaction.Emitting([.. Emit.Deposited(terms, 0).Select(one => new ScriptedLog(one.By, one.Topics, one.Data))]));
            node.Fail("eth_getLogs", new ScriptedFault.Lie(_ => new System.Text.Json.Nodes.JsonArray()));
            await Eventually.TrueAsync(() => Task.FromResult(seen.ContainsKey("keystone.indexer.responses.refused kind=receipts")),
                because: "The lost log was not counted.");
            node.Heal();
            await MirroredAsync(chain);
            await host.StopAsync();
        }
        string[] watched =
        [
            "keystone.indexer.node.head", "keystone.indexer.finalized", "keystone.indexer.position", "keystone.indexer.lag", "keystone.indexer.range.blocks",
            "keystone.indexer.logs", "keystone.indexer.responses.refused kind=receipts", "keystone.indexer.proof.failures kind=receipts", "keystone.indexer.reorgs",
            "keystone.indexer.reorg.depth", "keystone.indexer.step.duration kind=read", "keystone.indexer.step.duration kind=verify",
            "keystone.indexer.step.duration kind=write", "keystone.indexer.lease.held", "keystone.indexer.lease.epoch", "keystone.indexer.backfill.blocks.left",
            "keystone.indexer.backfill.events.rate", "keystone.indexer.backfill.time.left", "keystone.node.requests",
        ];
        Assert.Empty(watched.Except(seen.Keys));
        Assert.Contains(lines.All, line => line.StartsWith("Chain 701: block ", StringComparison.Ordinal) && line.Contains("events/s", StringComparison.Ordinal));
        Assert.Contains(lines.All, line => line.StartsWith("Chain 701: block 60 of 60", StringComparison.Ordinal));

        void See(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            bool ours = false;
            string kind = "";
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag is { Key: "chain", Value: 701L }) ours = true;
                if (tag.Key == "kind") kind = $" kind={tag.Value}";
            }
            if (ours) seen[instrument.Name + kind] = 0;
        }
    }

    IHost Build(ScriptedRpcNode node, Lines lines)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(lines);
        builder.Services.AddIndexer(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Indexer:PollMilliseconds"] = "20",
            ["Indexer:RangeBlocks"] = "10",
            ["Chains:0:ChainId"] = node.Chain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = node.Url.ToString(),
            ["Chains:0:Escrow"] = ScriptedNode.Escrow.ToString(),
            ["Chains:0:EscrowBlock"] = "1",
        }).Build());
        return builder.Build();
    }

    Task MirroredAsync(ScriptedChain chain) => Eventually.TrueAsync(async () =>
    {
        await using NpgsqlCommand command = database.Source.CreateCommand($"select hash from chain.position where chain_id = {chain.ChainId.ToString(CultureInfo.InvariantCulture)}");
        return await command.ExecuteScalarAsync() is byte[] hash && chain.Head.Header.Hash.ToBytes().AsSpan().SequenceEqual(hash);
    }, because: "The mirror did not reach the head.");

    sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
