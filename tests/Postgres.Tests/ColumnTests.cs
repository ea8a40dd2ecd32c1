using System.Globalization;
using System.Numerics;
using Keystone.Ethereum;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>Money, addresses and hashes keep every bit in every column that holds them.</summary>
public sealed class ColumnTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static readonly UInt256[] Amounts =
    [
        UInt256.Zero, UInt256.FromBigInteger(1), UInt256.FromBigInteger(BigInteger.Pow(2, 64)), UInt256.FromBigInteger(BigInteger.Pow(2, 64) - 1),
        UInt256.FromBigInteger(BigInteger.Pow(2, 128)), UInt256.FromBigInteger(BigInteger.Pow(10, 77)), UInt256.MaxValue,
    ];

    /// <summary>Columns of bytes that have no length of their own, each with its reason.</summary>
    static readonly Dictionary<string, string> OtherBytes = new(StringComparer.Ordinal)
    {
        ["chain.log.data"] = "as long as the event",
        ["chain.rebuild_log.data"] = "as long as the event",
        ["settlement.settlement.terms"] = "as long as the terms",
        ["settlement.signature.signature"] = "as long as the signature of a contract wallet",
        ["compliance.screening.list_hash"] = "the provider's own version of its list",
        ["compliance.answer.list_hash"] = "the provider's own version of its list",
        ["compliance.list_change.before_hash"] = "refers to compliance.list_file",
        ["compliance.list_change.after_hash"] = "refers to compliance.list_file",
        ["compliance.list_set.file"] = "refers to compliance.list_file",
        ["compliance.list_source.hash"] = "refers to compliance.list_file",
        ["identity.platform.logo"] = "as long as the image",
        ["identity.person.totp_key"] = "as long as the sealed key",
        ["identity.passkey.credential_id"] = "as long as the authenticator makes it (WebAuthn)",
        ["identity.passkey.public_key"] = "as long as the key (COSE)",
        ["identity.passkey.attestation_object"] = "as long as the attestation (WebAuthn)",
        ["identity.passkey.client_data"] = "as long as the client data (WebAuthn)",
        ["compliance.list_file.content"] = "as long as the list",
        ["transactions.nonce.data"] = "as long as the call",
        ["transactions.attempt.raw"] = "as long as the transaction",
        ["transactions.intent.subject"] = "the owner's name of a thing",
        ["webhooks.secret.sealed"] = "as long as the secret",
        ["chain.log.block_hash"] = "refers to chain.block",
        ["transactions.nonce.sender"] = "refers to transactions.sender",
        ["transactions.nonce_intent.sender"] = "refers to transactions.nonce",
        ["transactions.attempt.sender"] = "refers to transactions.nonce",
        ["transactions.broadcast.attempt_hash"] = "refers to transactions.attempt",
        ["chain.escrow_leg.escrow_id"] = "refers to chain.escrow",
        ["chain.escrow_leg.token"] = "field of chain.leg, which the one fenced writer makes of addresses",
        ["chain.escrow_leg.depositor"] = "field of chain.leg",
        ["chain.escrow_leg.recipient"] = "field of chain.leg",
        ["chain.escrow_leg.refund_to"] = "field of chain.leg",
    };

    [Fact]
    public async Task An_amount_goes_through_every_column_of_amounts_unchanged()
    {
        string[] columns = await ColumnsAsync("data_type = 'numeric'");
        foreach (string known in (string[])["settlement.leg.amount", "settlement.leg.token_id", "chain.escrow_leg.amount", "chain.escrow_leg.token_id",
            "chain.stray_transfer.amount", "transactions.intent.budget", "transactions.nonce.value", "transactions.attempt.max_fee", "transactions.attempt.tip"])
            Assert.Contains(known, columns);
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        foreach (string column in columns)
        {
            // A copy of the column with its type, without the rules of its table.
            string table = column[..column.LastIndexOf('.')], name = column[(column.LastIndexOf('.') + 1)..];
            await ExecuteAsync(connection, $"drop table if exists probe; create temp table probe as select \"{name}\" as amount from {table} with no data");
            foreach (UInt256 amount in Amounts)
            {
                await using NpgsqlCommand insert = new("insert into probe values (@amount)", connection) { Parameters = { TypeMaps.Amount("amount", amount) } };
                await insert.ExecuteNonQueryAsync();
            }
            Assert.Equal(Amounts.Select(amount => amount.ToString()), await TextsAsync(connection, "select amount::text from probe order by ctid"));
            await using NpgsqlCommand select = new("select amount from probe order by ctid", connection);
            await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
            for (int i = 0; await rows.ReadAsync(); i++)
                Assert.Equal(Amounts[i], rows.GetAmount(0));
        }
    }

    [Fact]
    public async Task A_column_of_amounts_has_room_for_256_bits_and_no_fraction()
    {
        foreach (string column in await ColumnsAsync("data_type = 'numeric'"))
        {
            string table = column[..column.LastIndexOf('.')], name = column[(column.LastIndexOf('.') + 1)..];
            await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
            await ExecuteAsync(connection, $"create temp table probe as select \"{name}\" as amount from {table} with no data");
            PostgresException tooLarge = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "insert into probe values (1e78)"));
            Assert.Equal(PostgresErrorCodes.NumericValueOutOfRange, tooLarge.SqlState);
            await ExecuteAsync(connection, "insert into probe values (1.4); drop table probe");
        }
    }

    [Fact]
    public async Task A_leg_of_nothing_is_refused() =>
        Assert.Contains("amount", (await CheckFailedAsync("settlement.leg", "amount", 0m)).ConstraintName, StringComparison.Ordinal);

    [Fact]
    public async Task Every_address_and_hash_has_its_length_checked()
    {
        List<string> free = [];
        foreach (string column in await ColumnsAsync("data_type = 'bytea'"))
        {
            string table = column[..column.LastIndexOf('.')], name = column[(column.LastIndexOf('.') + 1)..];
            int? length = await LengthAsync(table, name);
            if (length is not { } bytes)
            {
                if (!OtherBytes.ContainsKey(column) && !IsCopy(name))
                    free.Add(column);
                continue;
            }
            foreach (int wrong in (int[])[0, bytes - 1, bytes + 1])
                Assert.Contains(name, (await CheckFailedAsync(table, name, new byte[wrong])).ConstraintName, StringComparison.Ordinal);
            Assert.True(bytes is 20 or 32, column);
        }
        Assert.Empty(free);
    }

    // Transactions and blocks that the mirror and the transaction manager note beside a row were read from the node as hashes of 32 bytes.
    static bool IsCopy(string name) =>
        name is "registered_tx" or "executed_tx" or "cancelled_tx" or "deposit_tx" or "tx" or "tx_hash" or "block_hash" or "escrow_id" or "mined_in" or "mined_hash";

    async Task<string[]> ColumnsAsync(string condition)
    {
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        return await TextsAsync(connection, $"""
            select table_schema || '.' || table_name || '.' || column_name from information_schema.columns
            where {condition} and table_schema in ('chain', 'settlement', 'compliance', 'identity', 'transactions', 'webhooks') order by 1
            """);
    }

    async Task<int?> LengthAsync(string table, string column)
    {
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        string[] found = await TextsAsync(connection, """
            select coalesce(substring(pg_get_constraintdef(oid) from 'length\(\(?"?' || @column || '"?\)?\) = (\d+)'), '') from pg_constraint
            where conrelid = @table::regclass and contype = 'c' and pg_get_constraintdef(oid) ~ ('length\(\(?"?' || @column || '"?\)')
            """, ("table", table), ("column", column));
        return found is [{ Length: > 0 } length, ..] ? int.Parse(length, CultureInfo.InvariantCulture) : null;
    }

    async Task<PostgresException> CheckFailedAsync(string table, string column, object value)
    {
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        string[] columns = await TextsAsync(connection, "select attname from pg_attribute where attrelid = @table::regclass and attnum > 0 and attnotnull", ("table", table));
        await ExecuteAsync(connection, $"drop table if exists probe; create temp table probe (like {table} including constraints)");
        foreach (string needed in columns)
            await ExecuteAsync(connection, $"alter table probe alter column \"{needed}\" drop not null");
        // Rules between columns are not asked here.
        foreach (string between in await TextsAsync(connection, "select conname from pg_constraint where conrelid = 'probe'::regclass and cardinality(conkey) > 1"))
            await ExecuteAsync(connection, $"alter table probe drop constraint \"{between}\"");
        await using NpgsqlCommand insert = new($"insert into probe (\"{column}\") values ($1)", connection) { Parameters = { new() { Value = value } } };
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => insert.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);
        return refused;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<string[]> TextsAsync(NpgsqlConnection connection, string sql, params (string Name, string Value)[] parameters)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach ((string name, string value) in parameters) command.Parameters.AddWithValue(name, value);
        List<string> texts = [];
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) texts.Add(rows.GetString(0));
        return [.. texts];
    }
}
