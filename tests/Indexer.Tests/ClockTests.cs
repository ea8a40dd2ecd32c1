using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Indexer.Tests;

/// <summary>Clocks of machines say nothing: leases are the database's time, and everything else is the blocks'.</summary>
public sealed class ClockTests
{
    /// <summary>With such a clock nothing starts; but a clock may also jump later.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_clock_that_is_ten_minutes_off_takes_no_lease_and_changes_no_row(int minutes)
    {
        await using Scene scene = await Scene.BeginAsync();
        ShiftedClock clock = new();
        IHost right = await scene.StartAsync(("Indexer:LeaseSeconds", "3"));
        await scene.MirroredAsync();
        IHost wrong = scene.Build(scene.Settings(("Indexer:LeaseSeconds", "3")), services => services.AddSingleton<TimeProvider>(clock));
        await wrong.StartAsync();
        clock.Shift = TimeSpan.FromMinutes(minutes);
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(deal, 0);
        await scene.MirroredAsync();
        Assert.Equal(1L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        await scene.StopAsync(right);
        // Its turn: it writes what the other one would have written.
        await scene.DepositAsync(deal, 1);
        await scene.Chain.ReorgAsync(1);
        await scene.MirroredAsync();
        Assert.Equal(2L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        string live = await scene.DumpAsync();
        await scene.StopAsync(wrong);
        await scene.Build(scene.Settings()).Services.GetRequiredService<MirrorRebuild>().FromChainAsync(TestChain.ChainId, CancellationToken.None);
        Assert.Equal(live, await scene.DumpAsync());
    }
}
