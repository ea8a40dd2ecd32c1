using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions.Tests;

public class DeskAndMirrorTests(DeskFixture fixture) : IClassFixture<DeskFixture>
{
    [Fact]
    public async Task Finality_is_the_mirrors_and_a_halted_mirror_signs_nothing()
    {
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address first = await fixture.PlaceCounterAsync();
        Address second = await fixture.PlaceCounterAsync();
        BlockHeader genesis = (await fixture.Node.GetBlockAsync(BlockTag.AtNumber(0), default))!;
        await fixture.ScalarAsync<long>(
            "insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number) values (@c, @g, @e, @g, 0, 0) returning chain_id",
            ("c", fixture.ChainId), ("g", genesis.Hash.ToBytes()), ("e", first.ToBytes()));
        long epoch = await scene.LeaseAsync();
        DeskPass desk = scene.Desk();

        await scene.WantAsync(first);
        await desk.RunAsync(epoch, default);
        await fixture.MineAsync(70);
        await desk.RunAsync(epoch, default);
        Assert.Equal(1, await scene.SlotsAsync("mined_ok and final_at is null"));
        await MirrorAsync("number = 70, finalized = 60");
        await desk.RunAsync(epoch, default);
        Assert.Equal(1, await scene.SlotsAsync("final_at is not null"));

        await MirrorAsync("halted = 'a reorg went past the finalized block'");
        await scene.WantAsync(second);
        await desk.RunAsync(epoch, default);
        Assert.Equal(IntentState.Wanted, (await scene.IntentAsync(second)).State);
        Assert.Equal(1, await scene.SlotsAsync());
        await MirrorAsync("halted = null");
        await desk.RunAsync(epoch, default);
        Assert.Equal(IntentState.Resting, (await scene.IntentAsync(second)).State);
    }

    Task MirrorAsync(string set) =>
        fixture.ScalarAsync<long>($"update chain.position set {set} where chain_id = @c returning chain_id", ("c", fixture.ChainId));
}
