using System.Globalization;
using Keystone.Bench;
using Keystone.Ethereum;
using Keystone.Keeper;
using Keystone.Keeper.Engine;
using Keystone.Testing;
using Keystone.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.KeeperBench;

/// <summary>Cost of an engine run beside many finished settlements, and beside none.</summary>
static class EngineGrowth
{
    const int Open = 10_000, Due = 200;

    public const string About = """
        two databases with 10,000 open settlements each, one of them with the finished settlements besides, each of these with its parties, legs, facts, screenings,
        events, messages and intents. In each round the engine takes 200 new settlements from INSTRUCTED to screening, and then on to frozen terms and an intent to register.
        """;

    static readonly Address Bond = new([.. Enumerable.Repeat((byte)0xb0, 20)]), Money = new([.. Enumerable.Repeat((byte)0xca, 20)]);

    public static async Task MeasureAsync(Report report, int finished, int rounds)
    {
        Console.WriteLine($"engine: beside {finished:#,##0} finished settlements");
        await using Side small = await Side.OpenAsync(0), large = await Side.OpenAsync(finished);
        await small.RunAsync(-1);
        await large.RunAsync(-1);
        Comparison costs = await Series.CompareAsync(rounds, large.RunAsync, small.RunAsync);
        string raw = $"{Series.Text(costs.A)} ms a run beside {finished.ToString("#,##0", CultureInfo.InvariantCulture)}, {Series.Text(costs.B)} ms beside none";
        if (finished == 1_000_000) report.Measured("engine_cost_growth_1m_finished", costs.Ratio, raw);
        else report.Skipped("engine_cost_growth_1m_finished", $"ratio {Report.Text(costs.Ratio)}, but --finished was not 1000000: {raw}");
        report.Note($"engine: {Due} settlements and {Due * 2} runs a round; the database with finished settlements has {await large.SizeAsync()}.");
    }

    sealed class Side(TestDatabase database, SettlementBook book, Guid environment, IHost host, string home) : IAsyncDisposable
    {
        public static async Task<Side> OpenAsync(int finished)
        {
            TestDatabase database = new();
            await database.InitializeAsync();
            SettlementBook book = new(database.Source);
            Guid environment = await book.EnvironmentAsync("bench", TestChain.ChainId);
            await new PlantedMirror(database.Source, TestChain.ChainId).BeginAsync(
                new Address([.. Enumerable.Repeat((byte)0xe5, 20)]), number: 100, finalized: 90, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), revision: 100);
            await InstructAsync(book, environment); // brings the instruments
            await FillAsync(database, environment, 0, finished, "FINALIZED");
            await FillAsync(database, environment, finished, Open, "AWAITING_DEPOSITS");
            // On a slow disk longer than a statement of the product may take.
            await using (NpgsqlConnection connection = await database.Source.OpenConnectionAsync()) await EngineGrowth.RunAsync(connection, "vacuum analyze");

            string home = Directory.CreateTempSubdirectory("keystone-bench-").FullName, list = Path.Combine(home, "deny.list"), key = Path.Combine(home, "webhooks.key");
            await File.WriteAllTextAsync(list, "# nobody\n");
            SealingKey.EnsureFile(key);
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration["Storage:ConnectionString"] = await database.LoginAsync("keystone_keeper");
            builder.Configuration["Chains:0:ChainId"] = TestChain.ChainId.ToString(CultureInfo.InvariantCulture);
            builder.Configuration["Chains:0:RpcUrls:0"] = "http://127.0.0.1:1"; // the engine asks no node
            builder.Configuration["Chains:0:Escrow"] = "0x" + string.Concat(Enumerable.Repeat("e5", 20));
            builder.Configuration["Signer:PrivateKey"] = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
            builder.Configuration["Screening:DenyList"] = list;
            builder.Configuration["Webhooks:SecretKeyFile"] = key;
            builder.Configuration["Keeper:Jobs"] = "false";
            builder.Services.AddLogging();
            builder.Services.AddKeeper(builder.Configuration);
            // Built and not started: only the engine is run, by hand.
            return new Side(database, book, environment, builder.Build(), home);
        }

        /// <summary>Milliseconds of one engine run.</summary>
        public async Task<double> RunAsync(int round)
        {
            List<Guid> ids = [];
            for (int i = 0; i < Due; i++) ids.Add(await InstructAsync(book, environment));
            EngineRunner engine = host.Services.GetRequiredService<EngineRunner>();
            (TimeSpan first, _) = await Machine.TimeAsync(() => DrainAsync(engine, ids.Count));
            await book.RunAsync("update compliance.screening set status = 'pass' where settlement_id = any($1)", ids.ToArray());
            await book.RunAsync("update settlement.settlement set due_at = now() where id = any($1)", ids.ToArray());
            (TimeSpan second, _) = await Machine.TimeAsync(() => DrainAsync(engine, ids.Count));
            long registering = (long)(await book.ScalarAsync("select count(*) from transactions.intent i join settlement.settlement s on s.escrow_id = i.subject where s.id = any($1)", ids.ToArray()))!;
            if (registering != Due) throw new InvalidOperationException($"Of {Due} settlements {registering} were to be registered.");
            // Out of the way of the next round.
            await book.RunAsync("update settlement.settlement set due_at = now() + interval '1 day' where id = any($1)", ids.ToArray());
            return (first + second).TotalMilliseconds / (2 * Due);
        }

        static async Task DrainAsync(EngineRunner engine, int atLeast)
        {
            int runs = 0;
            while (await engine.RunAsync(CancellationToken.None) is var decided and > 0) runs += decided;
            if (runs < atLeast) throw new InvalidOperationException($"The engine decided {runs} times, not {atLeast}.");
        }

        public async Task<string> SizeAsync() => (string)(await book.ScalarAsync("select pg_size_pretty(pg_database_size(current_database()))"))!;

        public async ValueTask DisposeAsync()
        {
            if (host is IAsyncDisposable services) await services.DisposeAsync();
            await database.DisposeAsync();
            Directory.Delete(home, recursive: true);
        }
    }

    internal static Task<Guid> InstructAsync(SettlementBook book, Guid environment)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Address Wallet(byte first) => new([first, .. Guid.NewGuid().ToByteArray(), 0, 0, 1]);
        return book.InstructAsync(TestChain.ChainId, environment, "dvp-single",
            [new BookParty("buyer", environment, Wallet(1)), new BookParty("seller", environment, Wallet(2))],
            [new BookLeg("asset", Bond, "seller", "buyer", 1_000UL), new BookLeg("payment", Money, "buyer", "seller", 50UL, Decimals: 6)],
            DateTimeOffset.FromUnixTimeSeconds((now + TimeSpan.FromHours(2)).ToUnixTimeSeconds()), now);
    }

    /// <summary>Settlements as they are after a life, or in the middle of one, by one statement for each table.</summary>
    /// <param name="database">An empty one.</param>
    /// <param name="environment">Whose.</param>
    /// <param name="from">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="state">FINALIZED, or one of an open settlement.</param>
    /// <param name="made">SQL of the time at which the settlement of number n was made.</param>
    internal static async Task FillAsync(TestDatabase database, Guid environment, int from, int count, string state, string made = "now()")
    {
        if (count == 0) return;
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        // The rows are right by construction; checking twenty million foreign keys would take longer than all of the bench.
        await RunAsync(connection, "set session_replication_role = replica");
        await RunAsync(connection, "set synchronous_commit = off");
        const int Step = 100_000;
        for (int first = from; first < from + count; first += Step)
        {
            int last = Math.Min(first + Step, from + count) - 1;
            foreach (string sql in Statements(environment, state, made))
                await RunAsync(connection, sql.Replace("{n}", $"generate_series({first}, {last}) n", StringComparison.Ordinal));
            Console.WriteLine($"     {state}: {last + 1 - from:#,##0} of {count:#,##0}");
        }
    }

    /// <summary>The statements of <see cref="FillAsync"/>, one for each table; <c>{n}</c> stands for the numbers of the settlements.</summary>
    internal static IEnumerable<string> Statements(Guid environment, string state, string made) => Rows(state == "FINALIZED").Select(sql => sql
        .Replace("{environment}", $"'{environment}'::uuid", StringComparison.Ordinal).Replace("{made}", made, StringComparison.Ordinal).Replace("{state}", $"'{state}'", StringComparison.Ordinal)
        .Replace("{chain}", TestChain.ChainId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    // Ids grow with time, as those of the product do.
    internal static string Id(string kind, string part = "0") => $"('0190{kind}-' || lpad(to_hex(n >> 16), 4, '0') || '-7000-8000-' || lpad(to_hex((n & 65535) * 16 + {part}), 12, '0'))::uuid";

    static string[] Rows(bool finished) =>
    [
        $$"""
        insert into settlement.settlement (id, platform_id, environment_id, idempotency_key, type, template_id, template_slug, template_version, state,
          timeout_at, confirm_by, chain_id, escrow_contract, escrow_id, terms, salt, compliance_status, path, is_terminal, closed_at,
          outcome, due_at, wake_block, wake_chain_time, created_at, updated_at)
        select {{Id("0000")}}, e.platform_id, e.id, 'fill-' || n, 'single_platform', {{Id("0000")}}, 'dvp-single', 1, {state},
          now(), now(), {chain}, decode(repeat('e5', 20), 'hex'), sha256(int4send(n)), decode(repeat('00', 700), 'hex'), sha256(int4send(n)), 'cleared',
          '{INSTRUCTED,COMPLIANCE_CHECKING,AWAITING_DEPOSITS}', {{finished}}, {{(finished ? "{made}" : "null")}}, {{(finished ? "'finalized'" : "null")}},
          {{(finished ? "null" : "now() + interval '1 day'")}}, {{(finished ? "null" : "1000000")}}, {{(finished ? "null" : "4000000000")}}, {made}, {made}
        from {n}, identity.environment e where e.id = {environment}
        """,
        $$"""
        insert into settlement.party (id, settlement_id, ordinal, role, platform_id, environment_id, status, is_counterparty, name, wallet, receive_wallet, refund_wallet,
          chain_id, confirmed_at, created_at, updated_at)
        select {{Id("0001", "k")}}, {{Id("0000")}}, k, (array['buyer', 'seller'])[k + 1], e.platform_id, e.id, 'confirmed', false, 'A party', substr(sha256(int4send(n)), 1, 20),
          substr(sha256(int4send(n)), 1, 20), substr(sha256(int4send(n)), 1, 20), {chain}, now(), now(), now()
        from {n}, generate_series(0, 1) k, identity.environment e where e.id = {environment}
        """,
        $$"""
        insert into settlement.leg (id, settlement_id, leg_index, type, instrument_id, as_sent, quantity, amount, direction, party_role, recipient_role, giver_role, taker_role, created_at)
        select {{Id("0002", "k")}}, {{Id("0000")}}, k, (array['asset', 'payment'])[k + 1], (select id from settlement.instrument order by decimals desc limit 1), 'KBOND', '1000', 1000, 'deliver',
          'seller', 'buyer', 'seller', 'buyer', now() from {n}, generate_series(0, 1) k
        """,
        $$"""insert into settlement.visible_to (environment_id, settlement_id, created_at) select {environment}, {{Id("0000")}}, {made} from {n}""",
        $$"""
        insert into settlement.fact (id, settlement_id, kind, party_id, actor, body, created_at)
        select {{Id("0003")}}, {{Id("0000")}}, 'confirm', {{Id("0001")}}, 'platform-b', '{"wallet_address":"0x"}', now() from {n}
        """,
        $$"""
        insert into compliance.screening (id, settlement_id, party_id, layer, round, status, due_at, created_at, updated_at)
        select {{Id("0004", "k")}}, {{Id("0000")}}, {{Id("0001", "k")}}, 'wallet', 1, 'pass', now(), now(), now() from {n}, generate_series(0, 1) k
        """,
        $$"""
        insert into settlement.audit_head (settlement_id, environment_id, sequence, hash, updated_at)
        select {{Id("0000")}}, r, 5, sha256(int4send(n)), now() from {n}, unnest(array[{environment}, '00000000-0000-0000-0000-000000000000'::uuid]) r
        """,
        $$"""
        insert into settlement.event (settlement_id, environment_id, sequence, id, type, from_state, to_state, triggered_by, payload, previous_hash, content_hash, created_at)
        select {{Id("0000")}}, r, k, gen_random_uuid(), 'state', 'INSTRUCTED', 'COMPLIANCE_CHECKING', 'engine', '{"settlement_id":"' || repeat('x', 300) || '"}', sha256(int4send(n)),
          sha256(int4send(n)), {made} from {n}, generate_series(1, 5) k, unnest(array[{environment}, '00000000-0000-0000-0000-000000000000'::uuid]) r
        """,
        $$"""
        insert into webhooks.message (id, environment_id, type, settlement_id, sequence, payload, created_at, position, feed_position)
        select {{Id("0006", "k")}}, {environment}, 'settlement.state_changed', {{Id("0000")}}, k, '{"id":"' || repeat('x', 500) || '"}', {made}, n::bigint * 8 + k, n::bigint * 8 + k from {n}, generate_series(1, 5) k
        """,
        $$"""
        insert into transactions.intent (id, chain_id, purpose, subject, status, due_at, created_at, updated_at)
        select {{Id("0007", "k")}}, {chain}, (array['register', 'execute_swap'])[k], sha256(int4send(n)), 'done', now(), now(), now() from {n}, generate_series(1, {{(finished ? 2 : 1)}}) k
        """,
    ];

    internal static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
