using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Keystone.Transactions.Tests;

public class TransactionManagerRunnerTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Fact]
    public async Task A_standby_takes_over_and_nothing_is_done_twice()
    {
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address first = await fixture.PlaceCounterAsync();
        Address second = await fixture.PlaceCounterAsync();
        TransactionSignal signal = new();
        using TransactionManagerRunner one = Runner(scene, signal);
        using TransactionManagerRunner two = Runner(scene, signal);
        await one.StartAsync(default);
        await two.StartAsync(default);

        await scene.WantAsync(first);
        signal.Raise();
        await UntilDoneAsync(scene, first);
        await one.StopAsync(default);
        await scene.WantAsync(second);
        await UntilDoneAsync(scene, second);
        await two.StopAsync(default);

        Assert.Equal(1, await fixture.CallsOfAsync(first));
        Assert.Equal(1, await fixture.CallsOfAsync(second));
        Assert.Equal(2UL, await fixture.Node.GetTransactionCountAsync(scene.Sender, BlockTag.Latest, default));
    }

    [Fact]
    public async Task Another_chain_than_the_configured_one_stops_the_start()
    {
        Scene scene = new(fixture);
        using TransactionManagerRunner runner = Runner(scene, new TransactionSignal(), chainId: 5);
        ChainIdentityException e = await Assert.ThrowsAsync<ChainIdentityException>(() => runner.StartAsync(default));
        Assert.Contains("31337", e.Message, StringComparison.Ordinal);
    }

    // Mines as it waits: the chain of these tests makes no block by itself.
    async Task UntilDoneAsync(Scene scene, Address counter) => await Eventually.TrueAsync(async () =>
    {
        await fixture.MineAsync();
        return (await scene.IntentAsync(counter)).State == IntentState.Done;
    });

    TransactionManagerRunner Runner(Scene scene, TransactionSignal signal, long? chainId = null)
    {
        ChainOptions chain = new() { ChainId = chainId ?? fixture.ChainId, RpcUrls = [fixture.Url.ToString()], Escrow = fixture.AnyContract.ToString() };
        return new TransactionManagerRunner(
            fixture.Database, scene.Mirror, EthereumNodesRegistration.Create([chain]), scene.Signer, scene,
            Options.Create(new TransactionsOptions { LeaseSeconds = 1, PollMilliseconds = 50, ReplaceAfterBlocks = 1_000 }), signal,
            new TransactionsHealth(TimeProvider.System, NullLogger<TransactionsHealth>.Instance), TimeProvider.System,
            NullLogger<TransactionManagerRunner>.Instance);
    }
}
