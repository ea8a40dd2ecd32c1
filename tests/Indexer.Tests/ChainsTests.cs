using System.Globalization;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>Several chains in one process, and a second process that waits for its turn at each of them.</summary>
public sealed class ChainsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task One_process_follows_several_chains_and_one_that_fails_holds_no_other_up()
    {
        ScriptedChain[] chains = [Begin(601), Begin(602), Begin(603)];
        await using ScriptedRpcNode first = await ScriptedRpcNode.StartAsync(chains[0]), second = await ScriptedRpcNode.StartAsync(chains[1]),
            third = await ScriptedRpcNode.StartAsync(chains[2]);
        ScriptedRpcNode[] nodes = [first, second, third];
        using IHost host = Build(nodes);
        await host.StartAsync();
        foreach (ScriptedChain chain in chains) await MirroredAsync(chain);
        // Each chain has its own settlements, its own feed and its own lease.
        foreach (ScriptedChain chain in chains)
        {
            Assert.Equal(1L, await ScalarAsync($"select count(*) from chain.escrow where chain_id = {Text(chain)}"));
            Assert.Equal(1L, await ScalarAsync($"select epoch from chain.position where chain_id = {Text(chain)}"));
            Assert.Equal(await ScalarAsync($"select revision from chain.position where chain_id = {Text(chain)}"),
                await ScalarAsync($"select count(distinct revision) from chain.feed where chain_id = {Text(chain)}"));
        }
        // The first answers nonsense, the second is reorged: the third goes on, and the second's rollback is its own.
        first.Fail("*", new ScriptedFault.Http(502, "<html>"));
        long before = (long)(await ScalarAsync("select count(*) from chain.block where not canonical"))!;
        chains[1].Reorg(2);
        chains[2].MineEmpty(5);
        await MirroredAsync(chains[1]);
        await MirroredAsync(chains[2]);
        Assert.Equal(before + 2, await ScalarAsync("select count(*) from chain.block where not canonical"));
        Assert.Equal(2L, await ScalarAsync("select count(*) from chain.block where not canonical and chain_id = 602"));
        first.Heal();
        chains[0].MineEmpty(1);
        await MirroredAsync(chains[0]);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_standby_waits_on_the_lease_of_each_chain_and_takes_over_each()
    {
        ScriptedChain[] chains = [Begin(611), Begin(612)];
        await using ScriptedRpcNode first = await ScriptedRpcNode.StartAsync(chains[0]), second = await ScriptedRpcNode.StartAsync(chains[1]);
        using IHost holder = Build([first, second]);
        await holder.StartAsync();
        foreach (ScriptedChain chain in chains) await MirroredAsync(chain);
        using IHost standby = Build([first, second]);
        await standby.StartAsync();
        foreach (ScriptedChain chain in chains) chain.MineEmpty(3);
        foreach (ScriptedChain chain in chains) await MirroredAsync(chain);
        Assert.Equal(2L, await ScalarAsync("select sum(epoch)::bigint from chain.position where chain_id in (611, 612)"));
        await holder.StopAsync();
        foreach (ScriptedChain chain in chains) chain.MineEmpty(3);
        foreach (ScriptedChain chain in chains) await MirroredAsync(chain);
        Assert.Equal(4L, await ScalarAsync("select sum(epoch)::bigint from chain.position where chain_id in (611, 612)"));
        await standby.StopAsync();
    }

    static ScriptedChain Begin(long chainId)
    {
        ScriptedChain chain = new(chainId, "chains");
        chain.Mine(ScriptedTransaction.Emitting([.. ((Emitted[])[Emit.Registered(Emit.Terms(chainId, 1)), .. Emit.Deposited(Emit.Terms(chainId, 1), 0)])
            .Select(one => new ScriptedLog(one.By, one.Topics, one.Data))]));
        chain.MineEmpty(3);
        return chain;
    }

    static string Text(ScriptedChain chain) => chain.ChainId.ToString(CultureInfo.InvariantCulture);

    async Task<object?> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = database.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    IHost Build(IReadOnlyList<ScriptedRpcNode> nodes)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Indexer:PollMilliseconds"] = "20",
            ["Indexer:LeaseSeconds"] = "1",
        };
        for (int i = 0; i < nodes.Count; i++)
        {
            string chain = string.Create(CultureInfo.InvariantCulture, $"Chains:{i}:");
            settings[chain + "ChainId"] = Text(nodes[i].Chain);
            settings[chain + "RpcUrls:0"] = nodes[i].Url.ToString();
            settings[chain + "Escrow"] = ScriptedNode.Escrow.ToString();
            settings[chain + "EscrowBlock"] = "1";
        }
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddIndexer(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return builder.Build();
    }

    Task MirroredAsync(ScriptedChain chain) => Eventually.TrueAsync(async () =>
        await ScalarAsync($"select hash from chain.position where chain_id = {Text(chain)}") is byte[] hash && chain.Head.Header.Hash.ToBytes().AsSpan().SequenceEqual(hash),
        because: $"The mirror of chain {Text(chain)} did not reach the head.");
}
