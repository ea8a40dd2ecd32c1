using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres.Leases;
using Npgsql;

namespace Keystone.Transactions.Tests;

/// <summary>Of the accounts of a chain one takes new intents; the one before ends what it began; none does anything twice.</summary>
public sealed class SenderLifeTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_account_before_ends_its_nonces_and_the_one_in_service_takes_every_new_intent()
    {
        Scene old = new(fixture), next = new(fixture);
        await old.RefillAsync();
        await next.RefillAsync();
        Address first = await fixture.PlaceCounterAsync(), second = await fixture.PlaceCounterAsync();
        long epoch = await old.LeaseAsync(Long);
        TransactionManager before = old.Manager(), after = next.Manager();
        await old.WantAsync(first);
        await before.RunAsync(epoch, default);
        Assert.Equal(1, await old.NoncesAsync());

        // A key that a keeper has, and no order to use it.
        Assert.Null(await next.TakeAsync(Long));
        await next.SetAsync(SenderStatus.Active);
        await next.WantAsync(second);
        await before.RunAsync(epoch, default);
        Assert.Equal(1, await old.NoncesAsync());
        long taken = await next.TakeAsync(Long) ?? throw new InvalidOperationException("The lease is taken.");
        await after.RunAsync(taken, default);
        Assert.Equal(1, await next.NoncesAsync());
        // What the other carries is not this one's to judge.
        Assert.Equal((IntentState.Resting, IntentState.Resting), ((await old.IntentAsync(first)).State, (await next.IntentAsync(second)).State));

        await fixture.MineAsync();
        foreach (int _ in (int[])[1, 2])
        {
            await before.RunAsync(epoch, default);
            await after.RunAsync(taken, default);
        }
        Assert.Equal((IntentState.Done, IntentState.Done), ((await old.IntentAsync(first)).State, (await next.IntentAsync(second)).State));
        Assert.Equal((1, 1), (await fixture.CallsOfAsync(first), await fixture.CallsOfAsync(second)));
        Assert.Equal((1UL, 1UL), (await fixture.Node.GetTransactionCountAsync(old.Sender, BlockTag.Latest, default), await fixture.Node.GetTransactionCountAsync(next.Sender, BlockTag.Latest, default)));
    }

    [Fact]
    public async Task What_one_account_alone_may_carry_out_stays_with_it_and_nobody_else_tries_it()
    {
        Scene old = new(fixture), next = new(fixture);
        await old.RefillAsync();
        await next.RefillAsync();
        Address own = await fixture.PlaceCounterAsync();
        long epoch = await old.LeaseAsync(Long);
        await next.SetAsync(SenderStatus.Active);
        long taken = await next.TakeAsync(Long) ?? throw new InvalidOperationException("The lease is taken.");
        await old.WantAsync(own, onlyBy: old.Sender);
        await next.Manager().RunAsync(taken, default);
        Assert.Equal(0, await next.NoncesAsync());
        await old.Manager().RunAsync(epoch, default);
        Assert.Equal(1, await old.NoncesAsync());
        await fixture.MineAsync();
        await old.Manager().RunAsync(epoch, default);
        Assert.Equal((1, IntentState.Done), (await fixture.CallsOfAsync(own), (await old.IntentAsync(own)).State));
    }

    [Fact]
    public async Task What_the_account_before_could_not_sign_goes_over_and_its_nonce_is_released()
    {
        Scene old = new(fixture), next = new(fixture);
        await old.RefillAsync();
        await next.RefillAsync();
        Address counter = await fixture.PlaceCounterAsync();
        long epoch = await old.LeaseAsync(Long);
        await old.WantAsync(counter);
        await old.Manager(signer: new FailingSigner(old.Signer, 0)).RunAsync(epoch, default);
        Assert.Equal((1L, 0), (await old.NoncesAsync(), (await old.AttemptsAsync()).Count));
        await next.SetAsync(SenderStatus.Active);
        long taken = await next.TakeAsync(Long) ?? throw new InvalidOperationException("The lease is taken.");
        await old.Manager(signer: new FailingSigner(old.Signer, 0)).RunAsync(epoch, default);
        Assert.Equal(0, await old.NoncesAsync());
        // It was put back, and waits for as long as after any other failure.
        next.Time.Advance(TimeSpan.FromMinutes(10));
        await next.Manager().RunAsync(taken, default);
        Assert.Single(await next.AttemptsAsync());
        await fixture.MineAsync();
        await next.Manager().RunAsync(taken, default);
        Assert.Equal((1, IntentState.Done), (await fixture.CallsOfAsync(counter), (await next.IntentAsync(counter)).State));
    }

    [Fact]
    public async Task A_retired_account_writes_nothing_more_and_what_it_carried_is_carried_out_by_the_one_in_service()
    {
        Scene lost = new(fixture), next = new(fixture);
        await lost.RefillAsync();
        await next.RefillAsync();
        Address carried = await fixture.PlaceCounterAsync(), own = await fixture.PlaceCounterAsync();
        long epoch = await lost.LeaseAsync(Long);
        await lost.WantAsync(carried);
        await lost.WantAsync(own, onlyBy: lost.Sender);
        // Signed, and no node ever saw it: the machine went away with the key.
        await lost.Manager(new NodeThatCannotSend(fixture.Node)).RunAsync(epoch, default);
        await next.SetAsync(SenderStatus.Active);
        await lost.SetAsync(SenderStatus.Retired);
        await Assert.ThrowsAsync<LeaseLostException>(() => lost.Stores.Intents.ReleaseAsync(epoch, default));
        Assert.Null(await lost.TakeAsync(TimeSpan.FromSeconds(1)));

        long taken = await next.TakeAsync(Long) ?? throw new InvalidOperationException("The lease is taken.");
        await next.Manager().RunAsync(taken, default);
        Assert.Equal(1, await next.NoncesAsync());
        await fixture.MineAsync();
        // What only the lost account could do is judged, so that it ends when it is of no use any more, and sent by nobody.
        next.Unwanted.Add(Scene.SubjectOf(own));
        await next.Manager().RunAsync(taken, default);
        Assert.Equal((1, IntentState.Done), (await fixture.CallsOfAsync(carried), (await next.IntentAsync(carried)).State));
        Assert.Equal((0, IntentState.Obsolete), (await fixture.CallsOfAsync(own), (await next.IntentAsync(own)).State));
    }

    [Fact]
    public async Task A_dedicated_account_carries_what_names_it_and_nothing_else_and_never_goes_into_service()
    {
        Scene active = new(fixture), own = new(fixture);
        await active.RefillAsync();
        await own.RefillAsync();
        Address common = await fixture.PlaceCounterAsync(), named = await fixture.PlaceCounterAsync();
        long taken = await active.LeaseAsync(Long);
        LeaseStore lease = new SenderStores(fixture.Database, own.Mirror, own.Time, fixture.ChainId, own.Sender, isDedicated: true).Lease;
        long epoch = await lease.TakeAsync(Guid.NewGuid(), Long, default) ?? throw new InvalidOperationException("The lease is taken.");
        Assert.Equal(SenderStatus.Dedicated, await SenderStore.StatusAsync(fixture.Database, fixture.ChainId, own.Sender, default));
        // A process that has the same key for other work does not get it.
        Assert.Null(await own.TakeAsync(Long));
        await active.WantAsync(common);
        await own.WantAsync(named, onlyBy: own.Sender);
        await own.Manager().RunAsync(epoch, default);
        Assert.Equal((0L, 1L), (await active.NoncesAsync(), await own.NoncesAsync()));
        await active.Manager().RunAsync(taken, default);
        Assert.Equal((1L, 1L), (await active.NoncesAsync(), await own.NoncesAsync()));
        await fixture.MineAsync();
        await own.Manager().RunAsync(epoch, default);
        await active.Manager().RunAsync(taken, default);
        Assert.Equal((1, 1), (await fixture.CallsOfAsync(common), await fixture.CallsOfAsync(named)));
        Assert.Equal((IntentState.Done, IntentState.Done), ((await active.IntentAsync(common)).State, (await own.IntentAsync(named)).State));
    }

    [Fact]
    public async Task A_dedicated_account_that_comes_first_leaves_the_service_to_the_next()
    {
        const long Elsewhere = 424243;
        Scene first = new(fixture), second = new(fixture);
        Assert.NotNull(await Stores(first, isDedicated: true).Lease.TakeAsync(Guid.NewGuid(), Long, default));
        await using (NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync())
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync())
            Assert.Equal(second.Sender, await SenderStore.OperatorAsync(connection, Elsewhere, second.Sender, default));
        Assert.NotNull(await Stores(second, isDedicated: false).Lease.TakeAsync(Guid.NewGuid(), Long, default));
        Assert.Equal(SenderStatus.Dedicated, await StatusAsync(first));
        Assert.Equal(SenderStatus.Active, await StatusAsync(second));

        SenderStores Stores(Scene scene, bool isDedicated) => new(fixture.Database, scene.Mirror, scene.Time, Elsewhere, scene.Sender, isDedicated: isDedicated);
        Task<SenderStatus?> StatusAsync(Scene scene) => SenderStore.StatusAsync(fixture.Database, Elsewhere, scene.Sender, default);
    }

    [Fact]
    public async Task New_terms_name_the_account_in_service_and_wait_while_there_is_none()
    {
        Scene scene = new(fixture);
        const long Elsewhere = 424242;
        await using NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync();
        Assert.Equal(scene.Sender, await OperatorAsync(Elsewhere));
        await scene.LeaseAsync();
        Assert.Equal(scene.Sender, await OperatorAsync(fixture.ChainId));
        await scene.SetAsync(SenderStatus.Draining);
        Assert.Null(await OperatorAsync(fixture.ChainId));

        async Task<Address?> OperatorAsync(long chain)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            return await SenderStore.OperatorAsync(connection, chain, scene.Sender, default);
        }
    }
}
