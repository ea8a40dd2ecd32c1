using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Mirror;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>Settlements of as many legs, and of as large numbers, as there can be: their rows go beyond what Postgres keeps in a page.</summary>
public sealed class WideSettlementTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 9_400;

    [Fact]
    public async Task A_settlement_of_64_legs_of_the_largest_amounts_is_mirrored_leg_by_leg()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "wide");
        EscrowTerms terms = Wide(node.ChainId, 1), hashed = Wide(node.ChainId, 2);
        node.Mine([Emit.Registered(terms)], [Opened(hashed)]);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await mirror.FollowAsync();
        Assert.Equal($"64 pending {UInt256.MaxValue} {UInt256.MaxValue}", await LegsAsync(mirror, terms, 0));
        // Of the other only the hashes of its legs are known.
        Assert.Equal("64 pending - -", await LegsAsync(mirror, hashed, 0));
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain and holds"));

        for (int i = 1; i < EscrowTerms.MaxLegs; i++) node.Mine([.. Emit.Deposited(terms, i), .. Emit.Deposited(hashed, i)]);
        await mirror.FollowAsync();
        foreach (EscrowTerms one in (EscrowTerms[])[terms, hashed])
            Assert.Equal($"63 deposited {UInt256.MaxValue} {UInt256.MaxValue}", await LegsAsync(mirror, one, 1));
        Assert.Equal("1 pending - -", (await LegsAsync(mirror, hashed, 0)).Split('\n')[^1]);
        Assert.Equal(2L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain and holds"));

        node.Mine([Emit.Executed(terms)]);
        await mirror.FollowAsync();
        Assert.Equal($"64 released {UInt256.MaxValue} {UInt256.MaxValue}", await LegsAsync(mirror, terms, 0));
        Assert.Equal(1L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain and holds"));
        string dump = await mirror.DumpAsync();
        await mirror.Store.RefoldAsync(node.ChainId, mirror.Epoch, ScriptedNode.Escrow, default);
        Assert.Equal(dump, await mirror.DumpAsync());
        Assert.Equal(dump, await mirror.FreshDumpAsync());
    }

    static EscrowTerms Wide(long chainId, byte salt)
    {
        EscrowTerms narrow = Emit.Terms(chainId, salt);
        EscrowLeg leg = narrow.Legs[0] with { Kind = TokenKind.Erc1155, TokenId = UInt256.MaxValue, Amount = UInt256.MaxValue };
        return new EscrowTerms(narrow.ChainId, narrow.Contract, narrow.Header, [.. Enumerable.Repeat(leg, EscrowTerms.MaxLegs)]);
    }

    static Emitted Opened(EscrowTerms terms)
    {
        EscrowHeader header = terms.Header;
        AbiValue words = AbiValue.Tuple(
            AbiValue.Bytes32(header.Ref), AbiValue.Uint(header.NotBefore.Seconds), AbiValue.Uint(header.Deadline.Seconds), AbiValue.Address(header.Operator), AbiValue.Address(header.Gate),
            AbiValue.Bytes32(header.Commitment));
        return new Emitted(ScriptedNode.Escrow, [EscrowLogs.Opened, terms.Id, TransferLog.TopicOf(Emit.Alice)],
            AbiValue.Tuple(words, AbiValue.Array([.. terms.Legs.Select(leg => AbiValue.Bytes32(leg.Hash))])).Encode());
    }

    static async Task<string> LegsAsync(ScriptedMirror mirror, EscrowTerms terms, int from) => await mirror.ScalarAsync<string>($"""
        select string_agg(line, E'\n' order by line desc) from (
          select count(*) || ' ' || status || ' ' || coalesce(token_id::text, '-') || ' ' || coalesce(amount::text, '-') as line from chain.escrow_leg
          where chain_id = $chain and escrow_id = '\x{terms.Id.ToString()[2..]}' and leg_index >= {from} group by status, token_id, amount) lines
        """) ?? "";
}
