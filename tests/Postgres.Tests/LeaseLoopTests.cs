using Keystone.Postgres.Leases;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>One process works, the others stand by; who loses the lease stops working.</summary>
public sealed class LeaseLoopTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static readonly TimeSpan Life = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task Another_process_takes_over_when_the_holder_stops_and_the_lease_is_given_back_at_once()
    {
        RowLease lease = await RowLease.MakeAsync(database.Source);
        using CancellationTokenSource firstStops = new(), secondStops = new();
        Worker first = new(lease), second = new(lease);
        Task one = first.RunAsync(firstStops.Token);
        await first.Working;
        Task two = second.RunAsync(secondStops.Token);
        await Eventually.TrueAsync(() => Task.FromResult(second.Prepared >= 2), because: "the second never stood by");
        Assert.False(second.Working.IsCompleted);
        await firstStops.CancelAsync();
        await one;
        Assert.True(first.Ended.IsCompleted);
        await second.Working.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((1L, 2L), (first.Epoch, second.Epoch));
        await secondStops.CancelAsync();
        await two;
    }

    [Fact]
    public async Task Work_ends_when_another_process_has_taken_the_lease()
    {
        RowLease lease = await RowLease.MakeAsync(database.Source);
        using CancellationTokenSource stops = new();
        Worker worker = new(lease);
        Task running = worker.RunAsync(stops.Token);
        await worker.Working;
        // As when this process was suspended for longer than the lease lives.
        await lease.SetAsync("epoch = epoch + 1, expires_at = clock_timestamp() + interval '1 hour'");
        await worker.Ended.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, worker.Losses);
        await stops.CancelAsync();
        await running;
        Assert.Equal(2L, await lease.EpochAsync());
    }

    [Fact]
    public async Task A_fault_that_passes_is_reported_and_the_lease_is_asked_for_again_and_any_other_ends_the_loop()
    {
        RowLease lease = await RowLease.MakeAsync(database.Source);
        using CancellationTokenSource stops = new();
        Worker worker = new(lease)
        {
            // The second one as a call throws that its own limit ended: nobody asked the loop to end.
            Fail = epoch => epoch switch { 1 => new IOException("passes"), 2 => new TaskCanceledException("timeout"), _ => new InvalidOperationException("does not") },
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => worker.RunAsync(stops.Token));
        Assert.Equal(["passes", "timeout"], worker.Reported);
        Assert.Equal(3L, worker.Epoch);
        // Given back on both ways out.
        Assert.True(await lease.IsFreeAsync());
    }

    sealed class Worker(RowLease lease)
    {
        readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously), _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _prepared, _losses;

        public Func<long, Exception>? Fail { get; init; }

        public Task Working => _working.Task;

        public Task Ended => _ended.Task;

        public int Prepared => Volatile.Read(ref _prepared);

        public int Losses => Volatile.Read(ref _losses);

        public long Epoch { get; private set; }

        public List<string> Reported { get; } = [];

        public Task RunAsync(CancellationToken cancellationToken) => new LeaseLoop(lease, Guid.NewGuid(), Life, TimeProvider.System)
        {
            Passes = fault => fault is IOException or NpgsqlException,
            Report = fault => Reported.Add(fault.Message),
            Lost = () => Interlocked.Increment(ref _losses),
            Pause = _ => TimeSpan.FromMilliseconds(20),
        }.RunAsync(
            _ =>
            {
                Interlocked.Increment(ref _prepared);
                return Task.CompletedTask;
            },
            async (epoch, held) =>
            {
                Epoch = epoch;
                if (Fail is not null) throw Fail(epoch);
                _working.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, held);
                }
                finally
                {
                    _ended.TrySetResult();
                }
            }, cancellationToken);
    }

    /// <summary>A lease in a row of a table of its own, by the statements that the rooms use.</summary>
    sealed class RowLease(NpgsqlDataSource source, string table) : ILease
    {
        public static async Task<RowLease> MakeAsync(NpgsqlDataSource source)
        {
            string table = $"public.lease_{Guid.NewGuid():n}";
            await source.CreateCommand($"create table {table} (epoch bigint not null, holder uuid, expires_at timestamptz not null); insert into {table} values (0, null, '-infinity')").ExecuteNonQueryAsync();
            return new RowLease(source, table);
        }

        public async Task<long?> TakeAsync(Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
        {
            await using NpgsqlCommand take = source.CreateCommand(
                $"update {table} set epoch = epoch + 1, holder = $1, expires_at = clock_timestamp() + $2 where expires_at < clock_timestamp() returning epoch");
            take.Parameters.AddWithValue(holder);
            take.Parameters.AddWithValue(ttl);
            return (long?)await take.ExecuteScalarAsync(cancellationToken);
        }

        public async Task<bool> RenewAsync(long epoch, TimeSpan ttl, CancellationToken cancellationToken)
        {
            await using NpgsqlCommand renew = source.CreateCommand($"update {table} set expires_at = clock_timestamp() + $2 where epoch = $1");
            renew.Parameters.AddWithValue(epoch);
            renew.Parameters.AddWithValue(ttl);
            return await renew.ExecuteNonQueryAsync(cancellationToken) == 1;
        }

        public Task SetAsync(string set) => source.CreateCommand($"update {table} set {set}").ExecuteNonQueryAsync();

        public async Task<long> EpochAsync() => (long)(await source.CreateCommand($"select epoch from {table}").ExecuteScalarAsync())!;

        public async Task<bool> IsFreeAsync() => (bool)(await source.CreateCommand($"select expires_at <= clock_timestamp() from {table}").ExecuteScalarAsync())!;
    }
}
