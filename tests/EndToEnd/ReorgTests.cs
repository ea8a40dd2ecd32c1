using Keystone.Cli.Operator;
using Keystone.Client.Models;
using Keystone.Dev.Demo;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>What the chain takes back, the system takes back; what comes again, comes again. Finality is far away here, so that a reorg is allowed.</summary>
public sealed class ReorgTests(ReorgTests.FarFromFinal fixture, ITestOutputHelper output) : IClassFixture<ReorgTests.FarFromFinal>
{
    static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_deposit_that_a_reorg_removes_is_pending_again_and_can_be_made_again()
    {
        await using StoryBook book = await fixture.System.OpenBookAsync(output);
        string id = await book.InstructSingleAsync("reorg", book.Alice, book.Bob, "2", "1000", 3_600, CancellationToken.None);
        EscrowTerms terms = await book.AwaitTermsAsync("reorg", book.A, id, CancellationToken.None);
        // The registration stays: it is further down than the reorg reaches.
        await fixture.System.MineAsync(3);
        TransactionReceipt deposit = await book.DepositAsync("reorg", book.Bob, terms, 0, CancellationToken.None);
        await fixture.System.StopBlocksAsync();
        long head = await HeadAsync(book);
        Assert.InRange(head - deposit.BlockNumber, 0, 2);
        if (head < deposit.BlockNumber + 2) await fixture.System.MineAsync(deposit.BlockNumber + 2 - head);
        await LegIsAsync(book, id, 0, "locked");
        Assert.Contains($"escrow_leg\t{terms.Id}\t0\t", await DumpAsync(), StringComparison.Ordinal);

        await fixture.System.ReorgAsync(3);
        Assert.Equal(UInt256.Zero, await book.Chain.BalanceAsync(book.Bond.Contract, book.Chain.Escrow, CancellationToken.None));
        await LegIsAsync(book, id, 0, "pending");
        string line = (await DumpAsync()).Split('\n').First(row => row.StartsWith($"escrow_leg\t{terms.Id}\t0\t", StringComparison.Ordinal));
        Assert.Contains("\tpending\t", line, StringComparison.Ordinal);

        fixture.System.MakeBlocksAgain();
        await book.DepositAsync("reorg", book.Bob, terms, 0, CancellationToken.None);
        await book.DepositAsync("reorg", book.Alice, terms, 1, CancellationToken.None);
        await FinalizeAsync(book, id);
    }

    [Fact]
    public async Task A_swap_that_a_reorg_removes_takes_the_state_back_and_comes_again()
    {
        await using StoryBook book = await fixture.System.OpenBookAsync(output);
        string id = await book.InstructSingleAsync("reorg", book.Dave, book.Carol, "2", "1000", 3_600, CancellationToken.None);
        EscrowTerms terms = await book.AwaitTermsAsync("reorg", book.A, id, CancellationToken.None);
        await book.DepositAsync("reorg", book.Carol, terms, 0, CancellationToken.None);
        await book.DepositAsync("reorg", book.Dave, terms, 1, CancellationToken.None);
        await book.ReachAsync("reorg", book.A, id, "SETTLED", CancellationToken.None);
        await fixture.System.StopBlocksAsync();
        IReadOnlyList<(EscrowEvent Event, LogEntry Log)> events = await book.Chain.EventsAsync(terms.Id, CancellationToken.None);
        long executed = events.Single(happened => happened.Event is EscrowEvent.Executed).Log.BlockNumber;

        await fixture.System.ReorgAsync(await HeadAsync(book) - executed + 1);
        await book.ReachAsync("reorg", book.A, id, "EXECUTING_SWAP", CancellationToken.None);
        fixture.System.MakeBlocksAgain();
        await FinalizeAsync(book, id);

        IReadOnlyList<string> states = await StoryBook.StatesAsync(book.A, id, CancellationToken.None);
        Assert.Equal(["EXECUTING_SWAP", "SETTLED", "EXECUTING_SWAP", "SETTLED", "FINALIZED"], states.Skip(5));
        Event back = Assert.Single(await book.A.EventsAsync(id, CancellationToken.None), entry => entry is { Type: "state", FromState: "SETTLED", ToState: "EXECUTING_SWAP" });
        Assert.Equal("reorg", back.TriggeredBy);
        await Eventually.TrueAsync(() => Task.FromResult(book.HooksOfA.Of(id).Any(message =>
            (string?)message["event"] == "settlement.state.executing_swap" && (bool?)message["data"]?["retreat"] == true)), because: "No webhook told of the retreat.");
        events = await book.Chain.EventsAsync(terms.Id, CancellationToken.None);
        Assert.Single(events, happened => happened.Event is EscrowEvent.Executed);
    }

    /// <summary>Mines what is missing to finality, and waits for the end.</summary>
    async Task FinalizeAsync(StoryBook book, string id)
    {
        await book.ReachAsync("reorg", book.A, id, "SETTLED", CancellationToken.None);
        await fixture.System.MineAsync(FarFromFinal.FinalityDepth);
        await book.ReachAsync("reorg", book.A, id, "FINALIZED", CancellationToken.None);
    }

    static Task LegIsAsync(StoryBook book, string id, int leg, string status) => Eventually.TrueAsync(
        async () => (await book.A.GetAsync(id, CancellationToken.None)).Legs[leg].Status == status, Long, $"Leg {leg} did not become {status}.");

    static async Task<long> HeadAsync(StoryBook book) => (await book.Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;

    async Task<string> DumpAsync()
    {
        using IHost indexer = MirrorCommand.Open(fixture.System.File.Service("indexer").SettingsFile);
        using StringWriter text = new();
        await indexer.Services.GetRequiredService<MirrorDump>().WriteAsync(fixture.System.File.ChainId, text, CancellationToken.None);
        return text.ToString();
    }

    /// <summary>A system on a chain that becomes final late.</summary>
    public sealed class FarFromFinal : IAsyncLifetime
    {
        internal const int FinalityDepth = 24;

        internal LocalSystem System { get; private set; } = null!;

        public async Task InitializeAsync() => System = await LocalSystem.StartAsync(options => options with { FinalityDepth = FinalityDepth });

        public async Task DisposeAsync()
        {
            if (System is not null) await System.DisposeAsync();
        }
    }
}
