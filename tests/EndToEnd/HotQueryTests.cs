using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Domain.Escrow;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>
/// The services beside ten thousand settled settlements: whatever they ask of a table that grows goes by an index. The statements are those that the services send, counted by the server itself, so that one that is added later is
/// among them.
/// </summary>
public sealed class HotQueryTests(ITestOutputHelper output)
{
    const int Settlements = 10_000, Grown = 5_000;

    // Each table with the rows of one settlement in it. @s is the settlement, @e its id on the chain.
    static readonly (string Table, string Rows)[] Copied =
    [
        ("settlement.settlement", "id = @s"),
        .. ((string[])["settlement.party", "settlement.leg", "settlement.visible_to", "settlement.fact", "settlement.event", "settlement.audit_head", "settlement.environment_event", "settlement.private_salts",
            "compliance.screening", "compliance.answer", "webhooks.message"]).Select(table => (table, "settlement_id = @s")),
        ("webhooks.delivery", "message_id in (select id from webhooks.message where settlement_id = @s)"),
        ("webhooks.delivery_attempt", "delivery_id in (select d.id from webhooks.delivery d join webhooks.message m on m.id = d.message_id where m.settlement_id = @s)"),
        ("transactions.intent", "subject = @e"),
        ("transactions.nonce", "(chain_id, sender, nonce) in (select l.chain_id, l.sender, l.nonce from transactions.nonce_intent l join transactions.intent i on i.id = l.intent_id where i.subject = @e)"),
        ("transactions.nonce_intent", "intent_id in (select id from transactions.intent where subject = @e)"),
        ("transactions.attempt", "(chain_id, sender, nonce) in (select l.chain_id, l.sender, l.nonce from transactions.nonce_intent l join transactions.intent i on i.id = l.intent_id where i.subject = @e)"),
        ("transactions.broadcast", "attempt_hash in (select a.hash from transactions.attempt a join transactions.nonce_intent l using (chain_id, sender, nonce) join transactions.intent i on i.id = l.intent_id where i.subject = @e)"),
        ("settlement.activity", "resource_id = @s::text"),
        ("chain.escrow", "escrow_id = @e"),
        ("chain.block", "hash in (select block_hash from chain.log where escrow_id = @e)"),
        ("chain.log", "escrow_id = @e"),
    ];

    [FactOfADeepRun("starts a whole system, copies a settlement ten thousand times and asks for what all loops do: over a minute")]
    public async Task No_statement_of_the_services_reads_a_whole_table_that_grows()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(options => options with { Durable = true }, services: false);
        string superuser = new NpgsqlConnectionStringBuilder(system.Environment.Postgres.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(system.File.OwnerConnection).Database, Pooling = false }.ConnectionString;
        await RunAsync(superuser, "alter system set shared_preload_libraries = 'pg_stat_statements'");
        NpgsqlConnection.ClearAllPools();
        await system.Environment.Postgres.KillAsync(CancellationToken.None);
        await system.Environment.Postgres.StartAgainAsync(CancellationToken.None);
        await RunAsync(superuser, "create extension if not exists pg_stat_statements");
        await using (ServiceProcess api = new(system.File.Service("api")), indexer = new(system.File.Service("indexer")), keeper = new(system.File.Service("keeper")))
        {
            await Task.WhenAll(api.StartAsync(), indexer.StartAsync(), keeper.StartAsync());
            await using StoryBook book = await system.OpenBookAsync(output);
            (string settled, EscrowTerms terms) = await SettleAsync(book);
            await MultiplyAsync(superuser, Guid.Parse(settled), terms);
            await RunAsync(superuser, "vacuum analyze");
            string[] grown = await TextsAsync(superuser, $"select schemaname || '.' || relname from pg_stat_user_tables where n_live_tup >= {Grown} order by 1");
            foreach (string table in (string[])["settlement.settlement", "settlement.event", "webhooks.message", "transactions.intent", "chain.escrow"]) Assert.Contains(table, grown);
            // It forgets how many rows a table has, too.
            await RunAsync(superuser, "select pg_stat_reset()");
            await RunAsync(superuser, "select pg_stat_statements_reset()");

            // Everything that a settlement needs of the services, and what platforms read.
            await SettleAsync(book);
            await ReadAsync(system, settled);
            // Twice the longest pause of a loop.
            await Task.Delay(TimeSpan.FromSeconds(12));

            string[] statements = await TextsAsync(superuser, """
                select format('%s blocks  %s ms  %s calls  %s', lpad(round((shared_blks_hit + shared_blks_read) / calls::numeric, 1)::text, 8), lpad(round(mean_exec_time::numeric, 2)::text, 7), lpad(calls::text, 5),
                  left(regexp_replace(query, '\s+', ' ', 'g'), 150))
                from pg_stat_statements where query ~ '(settlement|transactions|chain|webhooks|compliance)\.'
                order by (shared_blks_hit + shared_blks_read) / calls::numeric desc limit 25
                """);
            foreach (string statement in statements) output.WriteLine(statement);
            string[] scans = await TextsAsync(superuser, $"select format('%s.%s: %s sequential scans read %s rows', schemaname, relname, seq_scan, seq_tup_read) from pg_stat_user_tables where schemaname || '.' || relname in ({string.Join(", ", grown.Select(table => $"'{table}'"))}) and seq_tup_read >= {Grown} order by seq_tup_read desc");
            Assert.True(scans.Length == 0, $"{string.Join('\n', scans)}\nStatements that read most:\n{string.Join('\n', statements)}\nPlans:\n{string.Join('\n', await PlansAsync(superuser, grown))}");
        }
    }

    static async Task<(string Id, EscrowTerms Terms)> SettleAsync(StoryBook book)
    {
        string id = await book.InstructSingleAsync("hot", book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);
        EscrowTerms terms = await book.AwaitTermsAsync("hot", book.A, id, CancellationToken.None);
        await book.DepositAsync("hot", book.Bob, terms, 0, CancellationToken.None);
        await book.DepositAsync("hot", book.Alice, terms, 1, CancellationToken.None);
        await book.ReachAsync("hot", book.A, id, "FINALIZED", CancellationToken.None);
        return (id, terms);
    }

    static async Task ReadAsync(LocalSystem system, string id)
    {
        using HttpClient client = new() { BaseAddress = new Uri(system.File.ApiUrl) };
        DevPlatform platform = system.File.Platforms[0];
        using HttpResponseMessage issued = await client.PostAsync(new Uri("/oauth/token", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = platform.ClientId,
            ["client_secret"] = platform.ClientSecret,
            ["audience"] = "https://api.keystoneos.xyz",
        }));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)JsonNode.Parse(await issued.Content.ReadAsStringAsync())!["access_token"]!);
        string webhook = (string)JsonNode.Parse(await client.GetStringAsync(new Uri("/v1/platforms/me/webhooks", UriKind.Relative)))!["items"]![0]!["id"]!;
        foreach (string path in (string[])["/v1/settlements", $"/v1/platforms/me/webhooks/{webhook}/deliveries", $"/v1/platforms/me/webhooks/{webhook}/deliveries?status=delivered", "/v1/activity", "/v1/settlements?limit=200&offset=5000", "/v1/settlements?state=FINALIZED", "/v1/settlements?state=AWAITING_DEPOSITS", $"/v1/settlements/{id}", $"/v1/settlements/{id}/events",
            $"/v1/settlements/{id}/explain", "/v1/events", "/v1/events?limit=100", "/v1/settlement-templates"])
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    // As many copies of a settled settlement, with ids of their own; its transactions are of another account, so that the keeper's nonces go on.
    static async Task MultiplyAsync(string superuser, Guid settlement, EscrowTerms terms)
    {
        await using NpgsqlConnection connection = new(superuser + ";Command Timeout=300");
        await connection.OpenAsync();
        // The rows are right by construction; checking their foreign keys would take longer than all the rest.
        await RunAsync(connection, "set session_replication_role = replica");
        await RunAsync(connection, "set synchronous_commit = off");
        await RunAsync(connection, "insert into transactions.sender (chain_id, address, status) values ($1, decode(repeat('5e', 20), 'hex'), 'retired')", (long)terms.ChainId);
        foreach ((string table, string rows) in Copied)
        {
            List<string> names = [], values = [];
            await using (NpgsqlCommand columns = new("""
                select column_name, data_type from information_schema.columns where table_schema || '.' || table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO' order by ordinal_position
                """, connection) { Parameters = { new() { Value = table } } })
            await using (NpgsqlDataReader column = await columns.ExecuteReaderAsync())
                while (await column.ReadAsync())
                {
                    names.Add($"\"{column.GetString(0)}\"");
                    values.Add(Value(table, column.GetString(0), column.GetString(1)));
                }
            await using NpgsqlCommand copy = new($"""
                insert into {table} ({string.Join(", ", names)}) select {string.Join(", ", values)} from (select * from {table} where {rows}) r cross join generate_series(1, {Settlements}) n
                """, connection);
            copy.Parameters.AddWithValue("s", settlement);
            copy.Parameters.AddWithValue("e", terms.Id.ToBytes());
            await copy.ExecuteNonQueryAsync();
        }
    }

    static string Value(string table, string name, string type) => (table, name, type) switch
    {
        (_, "id" or "settlement_id" or "party_id" or "leg_id" or "event_id" or "message_id" or "delivery_id" or "intent_id", "uuid") => $"md5(r.\"{name}\"::text || n)::uuid",
        (_, "escrow_id" or "subject" or "attempt_hash", "bytea") or ("transactions.attempt", "hash", _) => $"sha256(r.\"{name}\" || int4send(n))",
        ("transactions.nonce" or "transactions.nonce_intent" or "transactions.attempt" or "transactions.intent", "sender", _) => "decode(repeat('5e', 20), 'hex')",
        ("transactions.nonce" or "transactions.nonce_intent" or "transactions.attempt", "nonce", _) => "r.nonce + n * 1000",
        (_, "position" or "feed_position", "bigint") => $"r.\"{name}\" + n * 100000::bigint",
        // Each in blocks of its own, below the first.
        ("chain.block", "hash" or "parent_hash", _) or ("chain.log", "block_hash", _) => $"sha256(r.\"{name}\" || int4send(n))",
        ("chain.block", "number", _) => "r.number - n * 1000::bigint",
        // Over a week: an environment makes ten thousand in an hour at most.
        (_, "created_at", "timestamp with time zone") => "r.created_at - n * interval '1 minute'",
        ("settlement.activity", "resource_id", _) => "md5(r.resource_id || n)::uuid::text",
        (_, "idempotency_key", _) => "r.idempotency_key || '-' || n",
        _ => $"r.\"{name}\"",
    };

    // Plans for any values of the parameters, of the statements that read a grown table from its beginning to its end.
    static async Task<List<string>> PlansAsync(string superuser, string[] grown)
    {
        List<string> found = [];
        foreach (string query in await TextsAsync(superuser, "select query from pg_stat_statements where query ~* '^\\s*(select|with|update|delete|insert)' and query ~ '(settlement|transactions|chain|webhooks|compliance)\\.'"))
        {
            try
            {
                string plan = string.Join('\n', await TextsAsync(superuser, "explain (generic_plan) " + query));
                if (grown.Any(table => plan.Contains($"Seq Scan on {table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..]} ", StringComparison.Ordinal))) found.Add($"{query}\n{plan}\n");
            }
            catch (PostgresException)
            {
                // Without its parameters' types the server does not plan it.
            }
        }
        return found;
    }

    static async Task RunAsync(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(connectionString + ";Command Timeout=300");
        await connection.OpenAsync();
        await RunAsync(connection, sql);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    static async Task<string[]> TextsAsync(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection) { AllResultTypesAreUnknown = true };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        List<string> texts = [];
        while (await row.ReadAsync()) texts.Add(row.GetString(0));
        return [.. texts];
    }
}
