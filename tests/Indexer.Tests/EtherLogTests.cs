using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>The protocol's logs of ether that moves (EIP-7708): in form a token's Transfer, and no token's.</summary>
public sealed class EtherLogTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 31_000;

    public static TheoryData<string, bool, int> Ways => new()
    {
        // At the head by block hash; behind finality by the logs of a range, and by receipts alone.
        { "receipts", false, 32 },
        { "receipts", true, 32 },
        { "receipts", true, 1 },
        { "bloom", false, 32 },
        { "bloom", true, 32 },
        { "linked", true, 32 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Ether_that_is_forced_on_the_escrow_is_no_stray_of_a_token(string proof, bool finalized, int full)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "ether") { AmsterdamFrom = 2 };
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine([Emit.Registered(terms)]);
        // The same amount and sender as a deposit: the deposit accounts for the token's transfer, and there is a second one that nothing accounts for.
        node.Mine([Emit.Ether(Emit.Alice, 100), .. Emit.Deposited(terms, 0)], [Emit.Ether(Emit.Bob, UInt256.MaxValue)], [Emit.Ether(Emit.Bob, 0)]);
        node.Mine([Emit.Ether(Emit.Alice, 7), Emit.Transfer(Emit.Alice, 7)]);
        if (finalized)
        {
            for (int i = 0; i < 3; i++) node.Mine();
            node.Finalized = 5;
        }
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { Proof = proof, BlocksOfAFullRange = full });
        await mirror.FollowAsync();

        // Mirrored with the others, and so counted where the chain counts them.
        Assert.Equal(node.CanonicalLogs.Count(), await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain and decoded"));
        Assert.Equal("7", await StraysAsync(mirror));
        Assert.Equal(Emit.Token.ToBytes(), await mirror.ScalarAsync<byte[]>("select token from chain.stray_transfer where chain_id = $chain"));
        Assert.Equal("deposited", await mirror.ScalarAsync<string>("select (legs[1]).status from chain.escrow where chain_id = $chain"));
        Assert.Equal(4, mirror.Warnings.Count(line => line.Contains("were forced into the escrow", StringComparison.Ordinal)));
        Assert.Contains(mirror.Warnings, line => line.Contains($"100 wei of {Emit.Alice}", StringComparison.Ordinal));
        Assert.DoesNotContain(mirror.Warnings, line => line.Contains($" of {EtherLog.By} came", StringComparison.OrdinalIgnoreCase) || line.Contains("none of the known events", StringComparison.Ordinal));

        string followed = await mirror.DumpAsync();
        await mirror.Store.RefoldAsync(node.ChainId, mirror.Epoch, ScriptedNode.Escrow, CancellationToken.None);
        Assert.Equal(followed, await mirror.DumpAsync());
        Assert.Equal(followed, await mirror.FreshDumpAsync());
    }

    [Fact]
    public async Task Logs_of_that_address_in_another_form_are_stored_raw()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "ether") { AmsterdamFrom = 0 };
        Emitted ether = Emit.Ether(Emit.Alice, 1);
        node.Mine([ether with { Data = [] }, ether with { Topics = [.. ether.Topics, Hash32.Zero] }, ether with { Data = new byte[64] }]);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await mirror.FollowAsync();
        Assert.Equal(3L, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain and not decoded"));
        Assert.Null(await StraysAsync(mirror));
        Assert.DoesNotContain(mirror.Warnings, line => line.Contains("forced", StringComparison.Ordinal));
    }

    // The rules that were first: a row of before the distinction was made goes with the next refold.
    [Fact]
    public async Task A_stray_that_an_earlier_build_took_ether_for_goes_when_the_mirror_is_folded_again()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "ether") { AmsterdamFrom = 0 };
        node.Mine([Emit.Ether(Emit.Alice, 9)]);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await mirror.FollowAsync();
        string right = await mirror.DumpAsync();
        await mirror.ScalarAsync<object>(string.Create(CultureInfo.InvariantCulture, $"""
            insert into chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount)
            select l.block_hash, l.log_index, l.chain_id, 1, l.tx_hash, l.address, '\x{Emit.Alice.ToString()[2..]}', 9 from chain.log l where l.chain_id = $chain
            """));
        Assert.Equal("9", await StraysAsync(mirror));
        await mirror.Store.RefoldAsync(node.ChainId, mirror.Epoch, ScriptedNode.Escrow, CancellationToken.None);
        Assert.Equal(right, await mirror.DumpAsync());
    }

    static Task<string?> StraysAsync(ScriptedMirror mirror) =>
        mirror.ScalarAsync<string>("select string_agg(amount::text, ' ' order by number, log_index) from chain.stray_transfer where chain_id = $chain");
}
