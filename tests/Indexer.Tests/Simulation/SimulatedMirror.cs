using System.Data.Common;
using System.Globalization;
using Keystone.Ethereum;
using Keystone.Mirror;
using Npgsql;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>How the database fares for a while.</summary>
sealed class DatabaseWeather
{
    public bool IsDown { get; set; }

    /// <summary>Share of the transactions whose acknowledgement is lost, whether they happened or not.</summary>
    public double Lost { get; set; }
}

/// <summary>No connection, or one that was cut.</summary>
sealed class DatabaseGoneException() : DbException("The connection is gone.");

/// <summary>The mirror as one process reaches it: over a wire, and sometimes not.</summary>
sealed class SimulatedMirror(SimulatedProcess process, Wire wire, Random random, DatabaseWeather weather, IMirror mirror) : IMirror
{
    public Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await mirror.EnsureAsync(identity, startBlock, CancellationToken.None);
        return true;
    }, cancellationToken);

    public Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken) =>
        AskAsync(() => mirror.TakeLeaseAsync(chainId, holder, ttl, CancellationToken.None), cancellationToken);

    public Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken) =>
        AskAsync(() => mirror.RenewLeaseAsync(chainId, epoch, ttl, CancellationToken.None), cancellationToken);

    public Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken) =>
        AskAsync(() => mirror.ReadPositionAsync(chainId, CancellationToken.None), cancellationToken);

    public Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken) =>
        AskAsync(() => mirror.ReadKnownAsync(position, most, CancellationToken.None), cancellationToken);

    public Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken) =>
        AskAsync(() => mirror.WriteAsync(chainId, epoch, step, CancellationToken.None), cancellationToken);

    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await mirror.HaltAsync(chainId, epoch, reason, CancellationToken.None);
        return true;
    }, cancellationToken);

    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await mirror.ResetAsync(chainId, epoch, startBlock, reason, CancellationToken.None);
        return true;
    }, cancellationToken);

    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await mirror.ClearHaltAsync(chainId, epoch, CancellationToken.None);
        return true;
    }, cancellationToken);

    // What happens in the database happens at one moment of virtual time: the simulated world stands still while Postgres works.
    Task<T> AskAsync<T>(Func<Task<T>> happens, CancellationToken cancellationToken)
    {
        bool wasAlive = true;
        return wire.AskAsync(process, TimeSpan.FromMilliseconds(random.Next(1, 8)), TimeSpan.FromMilliseconds(random.Next(1, 8)), () =>
        {
            if (weather.IsDown) throw new DatabaseGoneException();
            // Of one that died or gave up while its transaction was open, it may be committed or not.
            wasAlive = !process.IsDead && !cancellationToken.IsCancellationRequested;
            bool lost = random.NextDouble() < weather.Lost;
            if ((lost || !wasAlive) && random.Next(2) == 0) throw new DatabaseGoneException();
            T result = happens().GetAwaiter().GetResult();
            return lost ? throw new DatabaseGoneException() : result;
        }, cancellationToken);
    }
}

/// <summary>Postgres and the model side by side: what one says, the other has to say.</summary>
sealed class ShadowedMirror(MirrorStore store, NpgsqlDataSource database, MirrorModel model) : IMirror
{
    public async Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken)
    {
        await store.EnsureAsync(identity, startBlock, cancellationToken);
        await model.EnsureAsync(identity, startBlock, cancellationToken);
    }

    public Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken) => BothAsync(async mirror =>
    {
        // The database's clock does not follow virtual time: whether the lease has run out is told to it.
        if (mirror is MirrorStore)
        {
            await using NpgsqlCommand clock = database.CreateCommand(string.Create(CultureInfo.InvariantCulture,
                $"update chain.position set expires_at = '{(model.IsLeaseExpired ? "-" : "")}infinity' where chain_id = {chainId}"));
            await clock.ExecuteNonQueryAsync(cancellationToken);
        }
        return await mirror.TakeLeaseAsync(chainId, holder, ttl, cancellationToken);
    });

    public Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken) =>
        BothAsync(mirror => mirror.RenewLeaseAsync(chainId, epoch, ttl, cancellationToken));

    public Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken) =>
        BothAsync(mirror => mirror.ReadPositionAsync(chainId, cancellationToken));

    public async Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken)
    {
        KnownChain real = await store.ReadKnownAsync(position, most, cancellationToken), modelled = await model.ReadKnownAsync(position, most, cancellationToken);
        Assert.Equal<BlockRef>(modelled.Blocks, real.Blocks);
        return real;
    }

    public Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken) =>
        BothAsync(mirror => mirror.WriteAsync(chainId, epoch, step, cancellationToken));

    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken) =>
        BothAsync(mirror => Done(mirror.HaltAsync(chainId, epoch, reason, cancellationToken)));

    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) =>
        BothAsync(mirror => Done(mirror.RefoldAsync(chainId, epoch, escrow, cancellationToken)));

    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken) =>
        BothAsync(mirror => Done(mirror.ResetAsync(chainId, epoch, startBlock, reason, cancellationToken)));

    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken) =>
        BothAsync(mirror => Done(mirror.ClearHaltAsync(chainId, epoch, cancellationToken)));

    /// <summary>The feed as it is stored.</summary>
    public async Task<IReadOnlyList<MirrorModel.FeedEntry>> FeedAsync(long chainId)
    {
        await using NpgsqlCommand command = database.CreateCommand("select revision, ordinal, kind, escrow_id from chain.feed where chain_id = @chain order by revision, ordinal");
        command.Parameters.AddWithValue("chain", chainId);
        List<MirrorModel.FeedEntry> entries = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            entries.Add(new MirrorModel.FeedEntry(reader.GetInt64(0), reader.GetInt32(1), reader.GetString(2), reader.IsDBNull(3) ? null : new Hash32((byte[])reader.GetValue(3))));
        return entries;
    }

    static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    async Task<T> BothAsync<T>(Func<IMirror, Task<T>> ask)
    {
        (T? real, Exception? fault) = await TryAsync(store, ask);
        (T? modelled, Exception? expected) = await TryAsync(model, ask);
        Assert.Equal(expected?.GetType(), fault?.GetType());
        Assert.Equal(modelled, real);
        return fault is null ? real! : throw fault;
    }

    static async Task<(T? Result, Exception? Fault)> TryAsync<T>(IMirror mirror, Func<IMirror, Task<T>> ask)
    {
        try
        {
            return (await ask(mirror), null);
        }
        catch (Exception fault)
        {
            return (default, fault);
        }
    }
}
