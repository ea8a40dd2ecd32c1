using Keystone.Dev.Demo;
using Keystone.Escrow.Contracts.Tests;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Domain.Escrow;

namespace Keystone.EndToEnd;

/// <summary>The stories of the demo, with the three services in one process.</summary>
public sealed class StoryTests(StoryTests.Played played) : IClassFixture<StoryTests.Played>
{
    [Fact]
    public Task The_single_platform_guide_ends_finalized() => played.Book.SinglePlatformAsync(CancellationToken.None);

    [Fact]
    public Task The_cross_platform_guide_ends_finalized_and_both_platforms_hear_of_every_state() => played.Book.CrossPlatformAsync(CancellationToken.None);

    [Fact]
    public Task A_rejection_ends_rolled_back_with_nothing_on_the_chain() => played.Book.RejectedAsync(CancellationToken.None);

    [Fact]
    public Task A_deposit_without_its_counterpart_comes_back_after_the_deadline() => played.Book.TimeOutAsync(played.Lone, CancellationToken.None);

    [Fact]
    public async Task Every_log_of_the_stories_is_read_alike_by_the_mirror_and_by_the_published_definitions()
    {
        await played.Book.SinglePlatformAsync(CancellationToken.None);
        ChainView chain = played.Book.Chain;
        long head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        IReadOnlyList<LogEntry> logs = await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [], 0, head), CancellationToken.None);
        Assert.True(logs.Count >= 4, $"Only {logs.Count} logs.");
        Assert.All(logs, log => Assert.Equal(EventText.Of(EscrowLogs.Decode((ulong)played.System.File.ChainId, log)!), EventText.ByDefinitions(log)));
    }

    /// <summary>The system, and a lone deposit whose deadline passes while the other tests run.</summary>
    public sealed class Played : IAsyncLifetime
    {
        internal LocalSystem System { get; private set; } = null!;

        internal StoryBook Book { get; private set; } = null!;

        internal LoneDeposit Lone { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            System = await LocalSystem.StartAsync();
            Book = await System.OpenBookAsync();
            Lone = await Book.DepositAloneAsync(DemoRun.TimeoutSeconds, CancellationToken.None);
        }

        public async Task DisposeAsync()
        {
            if (Book is not null) await Book.DisposeAsync();
            if (System is not null) await System.DisposeAsync();
        }
    }
}
