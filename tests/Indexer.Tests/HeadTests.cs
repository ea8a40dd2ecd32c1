using System.Collections.Immutable;
using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>Heads over WebSocket make the next look come sooner; without them the mirror follows by looking.</summary>
public sealed class HeadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_head_that_is_reported_is_mirrored_long_before_the_next_poll()
    {
        ScriptedChain chain = new(77, "heads");
        EscrowTerms terms = Emit.Terms(chain.ChainId, 1);
        chain.MineEmpty(3);
        await using ScriptedRpcNode node = await ScriptedRpcNode.StartAsync(chain);
        using IHost host = Build(node, "60000", withSocket: true);
        await host.StartAsync();
        await MirroredAsync(chain, mine: null);
        // The subscription may stand a moment later: blocks are mined until one is told.
        await MirroredAsync(chain, () => chain.Mine());
        chain.Mine(ScriptedTransaction.Emitting([.. Emit.Deposited(terms, 0).Select(one => new ScriptedLog(one.By, one.Topics, one.Data))]));
        await MirroredAsync(chain, mine: null);
        // A cut socket is opened again.
        node.CutSockets();
        await MirroredAsync(chain, () => chain.Mine());
        await host.StopAsync();
    }

    [Fact]
    public async Task With_the_socket_gone_looking_is_enough()
    {
        ScriptedChain chain = new(78, "no heads");
        await using ScriptedRpcNode node = await ScriptedRpcNode.StartAsync(chain);
        using IHost host = Build(node, "20", withSocket: false);
        await host.StartAsync();
        chain.MineEmpty(4);
        await MirroredAsync(chain, mine: null);
        chain.Reorg(3);
        await MirroredAsync(chain, mine: null);
        await host.StopAsync();
    }

    [Fact]
    public async Task Of_three_nodes_the_one_that_contradicts_the_others_is_never_mirrored()
    {
        ScriptedChain chain = new(79, "three");
        chain.MineEmpty(40);
        chain.Finalized = 30;
        await using ScriptedRpcNode liar = await ScriptedRpcNode.StartAsync(chain);
        await using ScriptedRpcNode second = await ScriptedRpcNode.StartAsync(chain);
        await using ScriptedRpcNode third = await ScriptedRpcNode.StartAsync(chain);
        ImmutableArray<Hash32> truth = chain.View;
        chain.ForkAt(10);
        chain.MineEmpty(60);
        liar.Serve(chain.View);
        chain.Return(truth);
        using IHost host = Build(liar, "20", withSocket: false, second.Url, third.Url);
        await host.StartAsync();
        await MirroredAsync(chain, mine: null);
        chain.MineEmpty(3);
        await MirroredAsync(chain, mine: null);
        Assert.Equal(0L, await ScalarAsync("select count(*) from chain.block where chain_id = 79 and not canonical"));
        // The second stops to answer: the third goes on.
        second.Fail("*", new ScriptedFault.Drop());
        chain.MineEmpty(3);
        await MirroredAsync(chain, mine: null);
        await host.StopAsync();
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = database.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    IHost Build(ScriptedRpcNode node, string poll, bool withSocket, params Uri[] others)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Chains:0:ChainId"] = node.Chain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = node.Url.ToString(),
            ["Chains:0:Escrow"] = ScriptedNode.Escrow.ToString(),
            ["Chains:0:EscrowBlock"] = "1",
            ["Indexer:PollMilliseconds"] = poll,
        };
        for (int i = 0; i < others.Length; i++) settings[$"Chains:0:RpcUrls:{(i + 1).ToString(CultureInfo.InvariantCulture)}"] = others[i].ToString();
        // One that nobody listens at does no harm.
        settings["Chains:0:SocketUrls:0"] = withSocket ? node.SocketUrl.ToString() : "ws://127.0.0.1:1";
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddIndexer(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return builder.Build();
    }

    Task MirroredAsync(ScriptedChain chain, Action? mine)
    {
        Hash32? target = mine is null ? chain.Head.Header.Hash : null;
        Hash32 before = chain.Head.Header.Hash;
        return Eventually.TrueAsync(async () =>
        {
            mine?.Invoke();
            await using NpgsqlCommand command = database.Source.CreateCommand($"select hash from chain.position where chain_id = {chain.ChainId.ToString(CultureInfo.InvariantCulture)}");
            return await command.ExecuteScalarAsync() is byte[] hash && (target is null ? chain.Find(new Hash32(hash))!.Header.Number > chain.Find(before)!.Header.Number : new Hash32(hash) == target);
        }, because: "The mirror did not reach the head.");
    }
}
