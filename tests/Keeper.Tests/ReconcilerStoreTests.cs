using System.Security.Cryptography;
using System.Text;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Keeper.Reconciliation;
using Keystone.Mirror;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>What the reconciler reads of a mirror that has seen many settlements: those that matter, and no others.</summary>
public sealed class ReconcilerStoreTests(TestDatabase fixture) : IClassFixture<TestDatabase>
{
    const int Past = 20_000;

    [Fact]
    public async Task A_round_reads_what_is_open_what_holds_and_what_has_just_ended_and_not_all_that_ever_was()
    {
        await RunAsync($$"""
            insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number, hash)
              values (1, sha256('g'), decode(repeat('aa', 20), 'hex'), sha256('c'), 1, 1000, sha256('b1000'));
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof)
              select sha256(('b' || n)::bytea), 1, n, sha256(('b' || n - 1)::bytea), n, true, 'receipts' from generate_series(1, 1000) n;
            insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block, registered_block, registered_tx, executed_block, executed_tx, legs)
              select 1, sha256(('past' || n)::bytea), decode(repeat('aa', 20), 'hex'), 2, true, 1, 1, sha256('t'), 2, sha256('t'), {{Legs("released")}} from generate_series(1, {{Past}}) n;
            insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block, registered_block, registered_tx, executed_block, executed_tx, cancelled_block, cancelled_tx, legs, holds)
              select 1, sha256(name::bytea), decode(repeat('aa', 20), 'hex'), state, true, 1, 1, sha256('t'), executed, sha256('t'), cancelled, sha256('t'), legs, holds
              from (values ('open', 1, null, null, {{Legs("armed")}}, false), ('holds', 3, null, 5, {{Legs("deposited")}}, true), ('refunded', 3, null, 5, {{Legs("refunded")}}, false),
                ('ended', 2, 998, null, {{Legs("released")}}, false), ('cancelled', 3, null, 1000, {{Legs("refunded")}}, false)) of (name, state, executed, cancelled, legs, holds);
            insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id)
              select sha256(('b' || number)::bytea), 0, 1, sha256('t'), 0, decode(repeat('aa', 20), 'hex'), array[sha256('t')], '', true, sha256(name::bytea)
              from (values ('ended', 998), ('cancelled', 1000), ('refunded', 5), ('past1', 2)) of (name, number);
            analyze
            """);
        long before = await ScalarAsync("select seq_tup_read from pg_stat_user_tables where schemaname = 'chain' and relname = 'escrow'");
        Fold fold;
        // What its connection did is counted when it ends.
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { Pooling = false }.ConnectionString))
            fold = (await new ReconcilerStore(source, new MirrorReader(source)).ReadAsync(1, Hash32.Zero, 100, default))!;

        Assert.Equal(new[] { "cancelled", "ended", "holds", "open" }.Select(Id).Order(), fold.Escrows.Keys.Order());
        Assert.Equal(new EscrowWord(EscrowState.Open, 0, 2, true), fold.Escrows[Id("open")]);
        Assert.Equal(new EscrowWord(EscrowState.Cancelled, 2, 0, true), fold.Escrows[Id("holds")]);
        Assert.Equal(UInt256.MaxValue, Assert.Single(fold.Owed).Amount);
        await Eventually.TrueAsync(async () => await ScalarAsync("select idx_scan from pg_stat_user_indexes where indexrelname = 'escrow_unsettled'") >= 2);
        Assert.Equal(before, await ScalarAsync("select seq_tup_read from pg_stat_user_tables where schemaname = 'chain' and relname = 'escrow'"));

        Fold rest = (await new ReconcilerStore(fixture.Source, new MirrorReader(fixture.Source)).ReadAsync(1, fold.Escrows.Keys.ElementAt(1), 1, default))!;
        Assert.Equal(fold.Escrows.Keys.ElementAt(2), Assert.Single(rest.Escrows).Key);
    }

    // The second of two legs, of the largest amount there is.
    static string Legs(string status) => $"""
        array[row(null, null, null, null, null, null, 'pending', null, null, null, null, null, null),
          row(decode(repeat('bb', 20), 'hex'), 0, {UInt256.MaxValue}, null, null, null, '{status}', 1, sha256('t'), 0, 1, sha256('t'), 0)]::chain.leg[]
        """;

    static Hash32 Id(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    async Task RunAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    async Task<long> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
