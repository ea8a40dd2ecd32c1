using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;
using Npgsql;

namespace Keystone.KeeperBench;

/// <summary>Rows that settlements leave behind beside those of <see cref="EngineGrowth"/>: the mirror's, the transactions', the deliveries'.</summary>
static class ScaleRows
{
    /// <summary>Tables whose rows grow with the number of settlements: none of them may be read from its beginning to its end.</summary>
    public static readonly string[] Growing =
    [
        "settlement", "party", "leg", "visible_to", "fact", "event", "audit_head", "environment_event", "private_salts", "activity", "screening", "answer", "message", "delivery", "delivery_attempt",
        "intent", "nonce", "nonce_intent", "attempt", "broadcast", "block", "log", "escrow",
    ];

    const string Sender = "decode(repeat('5e', 20), 'hex')", Contract = "decode(repeat('e5', 20), 'hex')";

    static readonly string[] Ended =
    [
        $$"""
        insert into transactions.nonce (chain_id, sender, nonce, "to", data, gas, kind, created_epoch, mined_block, mined_in, mined_hash, mined_ok, final_at, created_at, gas_used, gas_price)
        select {chain}, {{Sender}}, n::bigint * 2 + k, {{Contract}}, '\x00', 100000, 'work', 1, n, sha256(int4send(n)), sha256(int4send(n) || int4send(k)), true, {made}, {made}, 75000, 1000000000
        from {n}, generate_series(0, 1) k
        """,
        $$"""
        insert into transactions.nonce_intent (chain_id, sender, nonce, intent_id)
        select {chain}, {{Sender}}, n::bigint * 2 + k, {{EngineGrowth.Id("0007", "k + 1")}} from {n}, generate_series(0, 1) k
        """,
        $$"""
        insert into transactions.attempt (hash, chain_id, sender, nonce, ordinal, raw, max_fee, tip, gas, storage_slot_gas, epoch, head, signed_at)
        select sha256(int4send(n) || int4send(k)), {chain}, {{Sender}}, n::bigint * 2 + k, 1, decode(repeat('ab', 400), 'hex'), 1, 1, 100000, 22100, 1, n, {made} from {n}, generate_series(0, 1) k
        """,
        """
        insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof)
        select sha256(int4send(n)), {chain}, 1000 + n, sha256(int4send(n - 1)), n, true, 'receipts' from {n}
        """,
        $$"""
        insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id)
        select sha256(int4send(n)), k, {chain}, sha256(int4send(n)), 0, {{Contract}}, array[sha256(int4send(k)), sha256(int4send(n))], decode(repeat('00', 96), 'hex'), true, sha256(int4send(n))
        from {n}, generate_series(0, 3) k
        """,
        $$"""
        insert into chain.escrow (chain_id, escrow_id, contract, state, registered, deadline, opened_block, registered_block, registered_tx, executed_block, executed_tx, legs)
        select {chain}, sha256(int4send(n)), {{Contract}}, 2, true, 4000000000, 1000 + n, 1000 + n, sha256(int4send(n)), 1000 + n, sha256(int4send(n)),
          array(select row({{Contract}}, 0, 1000, {{Contract}}, {{Contract}}, {{Contract}}, 'released', 1000 + n, sha256(int4send(n)), k, 1000 + n, sha256(int4send(n)), k)::chain.leg from generate_series(1, 2) k)
        from {n}
        """,
        $$"""
        insert into webhooks.delivery (id, message_id, endpoint_id, status, attempt, due_at, created_at)
        select {{EngineGrowth.Id("0008", "k")}}, {{EngineGrowth.Id("0006", "k")}}, {endpoint}, 'delivered', 1, {made}, {made} from {n}, generate_series(1, 5) k
        """,
        $$"""
        insert into webhooks.delivery_attempt (delivery_id, ordinal, at, status_code, latency_ms) select {{EngineGrowth.Id("0008", "k")}}, 1, {made}, 200, 12 from {n}, generate_series(1, 5) k
        """,
    ];

    // More of the same in the tables alone, numbered below zero, so that they are older than all others.
    static readonly string[] OfTables =
    [
        "insert into settlement.visible_to (environment_id, settlement_id, created_at) select {environment}, md5(n::text)::uuid, now() - interval '1 year' - n * interval '1 second' from {n}",
        """
        insert into compliance.screening (id, settlement_id, party_id, layer, round, status, due_at, created_at, updated_at)
        select md5('s' || n)::uuid, md5(n::text)::uuid, md5('p' || n)::uuid, 'wallet', 1, 'pass', now(), now(), now() from {n}
        """,
        """
        insert into transactions.intent (id, chain_id, purpose, subject, status, due_at, created_at, updated_at)
        select md5('i' || n)::uuid, {chain}, 'register', sha256(('i' || n)::bytea), 'done', now(), now(), now() from {n}
        """,
        """
        insert into webhooks.delivery (id, message_id, endpoint_id, status, attempt, due_at, created_at)
        select md5('d' || n)::uuid, md5('m' || n)::uuid, {endpoint}, 'delivered', 1, now(), now() - interval '1 year' - n * interval '1 second' from {n}
        """,
        $$"""
        insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block, executed_block, legs)
        select {chain}, sha256(('e' || n)::bytea), {{Contract}}, 2, true, 1, 1, '{}' from {n}
        """,
    ];

    /// <summary>The tables of <see cref="OfTables"/> by name.</summary>
    public const string Tables = "`settlement.visible_to`, `compliance.screening`, `transactions.intent`, `webhooks.delivery` and `chain.escrow`";

    /// <summary>What finished settlements leave in the other rooms; <c>{n}</c> stands for their numbers.</summary>
    public static IEnumerable<string> OfEnded(Guid environment, Guid endpoint, string made) => Filled(Ended, environment, endpoint, made);

    /// <summary>Rows in the tables of <see cref="Tables"/> alone.</summary>
    public static IEnumerable<string> InTables(Guid environment, Guid endpoint) => Filled(OfTables, environment, endpoint, "now()");

    static IEnumerable<string> Filled(string[] statements, Guid environment, Guid endpoint, string made) => statements.Select(sql => sql
        .Replace("{made}", made, StringComparison.Ordinal).Replace("{environment}", $"'{environment}'::uuid", StringComparison.Ordinal)
        .Replace("{endpoint}", $"'{endpoint}'::uuid", StringComparison.Ordinal).Replace("{chain}", TestChain.ChainId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    static readonly string[] Renamed =
    [
        "update settlement.settlement t set escrow_id = k.id, terms = k.terms from unnest($2::bytea[], $3::bytea[], $4::bytea[]) k (old, id, terms) where t.chain_id = $1 and t.escrow_id = k.old",
        "update transactions.intent t set subject = k.id from unnest($2::bytea[], $3::bytea[], $4::bytea[]) k (old, id, terms) where t.chain_id = $1 and t.subject = k.old",
        "update chain.escrow t set escrow_id = k.id from unnest($2::bytea[], $3::bytea[], $4::bytea[]) k (old, id, terms) where t.chain_id = $1 and t.escrow_id = k.old",
        "update chain.log t set escrow_id = k.id from unnest($2::bytea[], $3::bytea[], $4::bytea[]) k (old, id, terms) where t.chain_id = $1 and t.escrow_id = k.old",
    ];

    /// <summary>Gives settlements terms that can be read, and the id of these terms in every room: those that the measured statements come upon.</summary>
    public static async Task PlantTermsAsync(TestDatabase database, int from, int count)
    {
        List<byte[]> olds = [], ids = [], terms = [];
        Address contract = new([.. Enumerable.Repeat((byte)0xe5, 20)]);
        byte[] number = new byte[4];
        for (int n = from; n < from + count; n++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, n);
            byte[] old = SHA256.HashData(number);
            EscrowLeg leg = new(TokenKind.Erc20, CustodyMode.Custody, contract, contract, contract, contract, UInt256.Zero, 1_000UL);
            EscrowTerms one = new(TestChain.ChainId, contract, new EscrowHeader(new Hash32(old), 0, 4_000_000_000, contract, Address.Zero, Hash32.Zero), [leg, leg]);
            olds.Add(old);
            ids.Add(one.Id.ToBytes());
            terms.Add(one.Encode());
        }
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        await EngineGrowth.RunAsync(connection, "set session_replication_role = replica");
        foreach (string sql in Renamed)
        {
            await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0, Parameters = { new() { Value = TestChain.ChainId }, new() { Value = olds.ToArray() }, new() { Value = ids.ToArray() }, new() { Value = terms.ToArray() } } };
            await command.ExecuteNonQueryAsync();
        }
    }
}
