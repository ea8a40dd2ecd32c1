using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Architecture;

/// <summary>The ground the integration tests stand on: database per class, durable server on a kept folder, no child left behind.</summary>
public sealed class ServersTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_test_database_holds_every_schema()
    {
        await using NpgsqlCommand command = database.Source.CreateCommand(
            "select string_agg(schema_name, ',' order by schema_name) from information_schema.schemata where schema_name = any($1)");
        command.Parameters.AddWithValue(new[] { "chain", "transactions", "identity", "settlement", "webhooks", "compliance" });
        Assert.Equal("chain,compliance,identity,settlement,transactions,webhooks", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_durable_server_keeps_its_data_and_refuses_a_second_owner()
    {
        string folder = Path.Combine(KeystoneHome.Open(), "test", $"durable-{Guid.NewGuid():n}");
        try
        {
            await using (EmbeddedPostgres first = await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None))
            {
                await ScalarAsync(first, "create table kept as select 7 as number");
                InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(
                    () => EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None));
                Assert.Contains("KEYSTONE_HOME", refusal.Message, StringComparison.Ordinal);
            }
            await using EmbeddedPostgres second = await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None);
            Assert.Equal(7, await ScalarAsync(second, "select number from kept"));
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_leashed_child_ends_when_its_pipe_closes_even_if_it_ignores_the_gentle_signal()
    {
        Leash leash = Leash.Start("/bin/sh", ["-c", "trap '' TERM; echo $$; while :; do sleep 0.1; done"], endSignal: "TERM");
        string pid = await leash.WaitForLineAsync(line => line.Length > 0, TimeSpan.FromSeconds(10), CancellationToken.None);
        Assert.True(Directory.Exists($"/proc/{pid}"));
        await leash.DisposeAsync();
        await Eventually.TrueAsync(() => Task.FromResult(!Directory.Exists($"/proc/{pid}")));
    }

    [Fact]
    public async Task What_a_leashed_child_said_last_is_read_before_it_is_judged()
    {
        // Its words come through a pipe that is read beside the process; here they come surely after its end.
        await using Leash leash = Leash.Start("/bin/sh", ["-c", "(sleep 0.3; echo lock file \"postmaster.pid\" already exists) & exit 3"]);
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => leash.WaitForLineAsync(line => line == "ready", TimeSpan.FromSeconds(10), CancellationToken.None));
        Assert.Contains("already exists", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_is_kept_has_the_same_first_block_at_every_start()
    {
        string folder = Directory.CreateTempSubdirectory("keystone-chain-").FullName;
        try
        {
            HashSet<Hash32> firsts = [];
            using HttpClient client = new();
            for (int start = 0; start < 6; start++)
            {
                await using AnvilNode chain = await AnvilNode.StartAsync(1337, stateFile: Path.Combine(folder, "chain.json"));
                JsonRpcNode node = new(client, chain.Url);
                firsts.Add((await node.GetBlockAsync(BlockTag.AtNumber(0), CancellationToken.None))!.Hash);
                // Block 0 bears the second of its start; the next start must not share it.
                long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
                await Eventually.TrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > now));
            }
            Assert.Single(firsts);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using NpgsqlConnection connection = new(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
