using Keystone.Cli.Demo;

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

    /// <summary>The system, and a lone deposit whose deadline passes while the other tests run.</summary>
    public sealed class Played : IAsyncLifetime
    {
        internal LocalSystem System { get; private set; } = null!;

        internal StoryBook Book { get; private set; } = null!;

        internal StoryBook.LoneDeposit Lone { get; private set; } = null!;

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
