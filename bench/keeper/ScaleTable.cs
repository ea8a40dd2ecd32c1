using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Keystone.Bench;
using Keystone.Compliance;
using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Keeper;
using Keystone.Keeper.Engine;
using Keystone.Keeper.Reconciliation;
using Keystone.Settlements;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Create;
using Keystone.Settlements.Events;
using Keystone.Settlements.List;
using Keystone.Settlements.Overview;
using Keystone.Settlements.Read;
using Keystone.Settlements.Repo;
using Keystone.Testing;
using Keystone.Transactions;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.History;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Keystone.KeeperBench;

/// <summary>
/// What the statements that are run all the time cost beside few settlements and beside many. It runs the product's own code; the server itself explains and counts each statement. Writes the table
/// of <c>docs/operations/scale.md</c> and the plans of <c>docs/operations/scale-plans.md</c>.
/// </summary>
static partial class ScaleTable
{
    const int Open = 200, Runs = 11;

    // With its rows in all tables and their indexes, and what a sort needs beside them for a while; the same for one row in each of the tables of --rows.
    const long BytesOfSettlement = 28_000, BytesOfRows = 2_600;

    const string Begin = "<!-- figures: scripts/bench scale -->", End = "<!-- end of figures -->";

    sealed record Operation(string Name, Func<Side, Task> RunAsync);

    sealed record Cost(double Milliseconds, long Blocks, IReadOnlyList<string> Plans);

    sealed record Column(string Head, IReadOnlyList<Cost> Costs);

    static readonly Operation[] Operations =
    [
        new("API: first page of 50 and its total", side => side.List(new([], null, null, null, null, null, null, null, null, false, null), 50, 0)),
        new("API: 200 behind the first 5,000", side => side.List(new([], null, null, null, null, null, null, null, null, false, null), 200, 5_000)),
        new("API: first page of a state that almost all are in", side => side.List(new(["FINALIZED"], null, null, null, null, null, null, null, null, false, null), 50, 0)),
        new("API: first page of a state that few are in", side => side.List(new(["AWAITING_DEPOSITS"], null, null, null, null, null, null, null, null, false, null), 50, 0)),
        new("API: first page of what is open", side => side.List(new([], null, null, null, null, null, null, null, null, false, null) { OpenOnly = true }, 50, 0)),
        new("API: page of a wallet", side => side.List(new([], null, null, null, null, null, null, null, new Address(side.Wallet), false, null), 50, 0)),
        new("API: one settlement", side => side.Get<SettlementReadStore>().FindAsync(side.Environment, side.Sample, default)),
        new("API: its events", side => side.Get<EventStore>().EventsAsync(side.Sample, side.Environment, 50, 0, default)),
        new("API: quota before a settlement is made", side => side.Get<QuotaStore>().CountAsync(side.Environment, TimeProvider.System.GetUtcNow().AddHours(-1), 10_000, 10_000, default)),
        new("API: deliveries of a receiver and their total", side => new DeliveryHistory(side.Source).ListAsync(side.Endpoint, new DeliveryFilter(null, null, null, null, null, null), 50, 0, default)),
        new("page: open settlements by state", side => new OverviewStore(side.Source, new IntentStore(TimeProvider.System)).OpenAsync(side.Environment, default)),
        new("page: what ended in the last day", side => new OverviewStore(side.Source, new IntentStore(TimeProvider.System)).EndedAsync(side.Environment, TimeProvider.System.GetUtcNow().AddDays(-1), default)),
        new("engine: is a settlement due?", side => side.Get<EngineRunner>().RunAsync(default)),
        new("engine: what the chain's head, finality and time wake", side => side.Get<MarkDue>().ExecuteAsync(TestChain.ChainId, TimeProvider.System.GetUtcNow(), default)),
        new("screening: is one due?", side => side.Get<ScreeningStore>().ClaimAsync(10, TimeSpan.FromSeconds(1), TimeProvider.System.GetUtcNow(), default)),
        new("transactions: pending set of an account", side => new SenderStores(side.Source, side.Get<IChainMirror>(), TimeProvider.System, TestChain.ChainId, side.Sender).Pending.ReadAsync(default)),
        new("webhooks: is a message to be published?", side => new PublicationStore(side.Source).PublishAsync(100, TimeProvider.System.GetUtcNow(), default)),
        new("webhooks: is a delivery due?", side => new DeliveryStore(side.Source).ClaimAsync(TimeProvider.System.GetUtcNow(), 16, 4, [], default)),
        new("reconciler: what is to be compared with the chain", side => side.Get<ReconcilerStore>().ReadAsync(TestChain.ChainId, Hash32.Zero, 5_000, default)),
        new("repos: openings that are due", side => side.Get<RepoStore>().DueAsync(TimeProvider.System.GetUtcNow(), default)),
        new("repos: closings that failed", side => side.Get<RepoStore>().TakeFailedAsync(TimeProvider.System.GetUtcNow(), default)),
    ];

    /// <param name="args"><c>--settlements N,N</c>, <c>--rows N</c>.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        (int[] sizes, int rows) = ([10_000, 1_000_000], 0);
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--settlements" && value.Split(',') is { } numbers && numbers.All(number => int.TryParse(number, CultureInfo.InvariantCulture, out int size) && size >= 1_000))
                sizes = [.. numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            else if (args[i] != "--rows" || !int.TryParse(value, CultureInfo.InvariantCulture, out rows) || rows < 0)
            {
                Console.Error.WriteLine($"bench scale: {args[i]} {value}: there are --settlements N[,N...] from 1000, and --rows N from 0.");
                return 2;
            }
        }
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            Console.Error.WriteLine("bench scale: stopping, and removing the database");
            stop.Cancel();
        }

        string servers = Path.Combine(KeystoneHome.Open(), "bench"), folder = Path.Combine(servers, $"scale-{System.Environment.ProcessId}");
        Sweep(servers);
        EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(folder, durable: false, stop.Token);
        try
        {
            System.Environment.SetEnvironmentVariable("KEYSTONE_TEST_POSTGRES", postgres.ConnectionString);
            return await MeasureAsync(sizes, rows, folder, stop.Token);
        }
        catch (Exception fault) when (stop.IsCancellationRequested && fault is OperationCanceledException or NpgsqlException)
        {
            Console.Error.WriteLine("bench scale: stopped; the pages hold the numbers of settlements that were measured before");
            return 130;
        }
        finally
        {
            await postgres.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    // What an earlier run left that was ended by force: folders whose lock nobody holds.
    static void Sweep(string servers)
    {
        if (!Directory.Exists(servers)) return;
        foreach (string old in Directory.EnumerateDirectories(servers, "scale-*"))
        {
            try
            {
                using (new FileStream(Path.Combine(old, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)) Directory.Delete(old, recursive: true);
                Console.WriteLine($"scale: removed {old}, which an earlier run left");
            }
            catch (IOException)
            {
                // Another run uses it.
            }
        }
    }

    static async Task<int> MeasureAsync(int[] sizes, int rows, string folder, CancellationToken cancellation)
    {
        List<Column> columns = [];
        List<string> notes = [], left = [];
        foreach (int size in sizes)
        {
            if (!Fits(Text(size, "settlements"), size * BytesOfSettlement)) continue;
            Console.WriteLine($"scale: {size:#,##0} settlements");
            await using Side side = await Side.OpenAsync(size, folder, cancellation);
            columns.Add(new Column(Text(size, "settlements"), await side.MeasureAsync(cancellation)));
            notes.Add($"{Text(size, "settlements")} are {await side.SizeAsync()}");
            Write(columns, notes, left);
            if (size != sizes[^1] || rows <= size || !Fits(Text(rows, "rows"), (rows - size) * BytesOfRows)) continue;
            Console.WriteLine($"scale: {rows:#,##0} rows");
            await side.FillTablesAsync(size, rows - size, folder, cancellation);
            columns.Add(new Column(Text(rows, "rows"), await side.MeasureAsync(cancellation)));
            notes.Add($"with {Text(rows, "rows")} in {ScaleRows.Tables} it is {await side.SizeAsync()}");
        }
        return columns.Count > 0 ? Write(columns, notes, left) : 1;

        bool Fits(string what, long bytes)
        {
            long free = Loading.Free(folder), needed = bytes + Loading.Spare;
            if (free >= needed) return true;
            left.Add(string.Create(CultureInfo.InvariantCulture, $"{what}, which need {needed >> 30} GB where {free >> 30} GB were free"));
            Console.Error.WriteLine($"bench scale: {left[^1]}: not measured");
            return false;
        }
    }

    static string Text(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number:#,##0} {what}");

    static int Write(List<Column> columns, List<string> notes, List<string> left)
    {
        StringBuilder table = new(), plans = new("""
            # Plans of what is asked all the time

            Written by `scripts/bench scale`; do not edit. Each statement as the product sent it, and its plan as the server ran and counted it (`explain (analyze, buffers)` of `auto_explain`), beside
            the numbers of settlements of the table in [more than one of each](scale.md).

            """);
        table.Append(CultureInfo.InvariantCulture, $"| what | {string.Join(" | ", columns.Select(column => column.Head))} | read by |\n|---|{string.Concat(columns.Select(_ => "---|"))}---|\n");
        List<string> faults = [];
        for (int i = 0; i < Operations.Length; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {Operations[i].Name} | {string.Join(" | ", columns.Select(column => $"{Report.Text(column.Costs[i].Milliseconds)} ms, {column.Costs[i].Blocks:#,##0} blocks"))} | {Indexes(columns[^1].Costs[i])} |\n");
            plans.Append(CultureInfo.InvariantCulture, $"\n## {Operations[i].Name}\n");
            foreach (Column column in columns)
            {
                plans.Append(CultureInfo.InvariantCulture, $"\n{column.Head}: {Report.Text(column.Costs[i].Milliseconds)} ms, {column.Costs[i].Blocks:#,##0} blocks\n\n```\n{string.Join("\n\n", column.Costs[i].Plans.Select(Short))}\n```\n");
                foreach (Match scan in column.Costs[i].Plans.SelectMany(plan => Scans().Matches(plan)))
                    if (scan.Groups["node"].Value == "Seq Scan" && ScaleRows.Growing.Contains(scan.Groups["table"].Value, StringComparer.Ordinal))
                        faults.Add($"{Operations[i].Name}, {column.Head}: sequential scan of {scan.Groups["table"].Value}");
            }
        }
        string text = $"""
            {Begin}
            {table}
            Medians of {Runs} runs on {Machine.Describe()}, Postgres 18 with 128 MiB of buffers, {Open} settlements open; a block is 8 KiB. The tables have no write-ahead log here, which no statement that reads notices. {string.Join("; ", notes)}.{(left.Count == 0 ? "" : $" Did not fit: {string.Join("; ", left)}.")}
            {End}
            """;
        string page = Path.Combine(NativeTool.RepositoryRoot, "docs/operations/scale.md"), old = File.ReadAllText(page);
        int from = old.IndexOf(Begin, StringComparison.Ordinal), to = old.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new InvalidOperationException($"{page} has no place for the figures.");
        File.WriteAllText(page, old[..from] + text.ReplaceLineEndings("\n") + old[(to + End.Length)..]);
        File.WriteAllText(Path.Combine(NativeTool.RepositoryRoot, "docs/operations/scale-plans.md"), plans.ToString());
        Console.WriteLine(table);
        foreach (string fault in faults) Console.Error.WriteLine($"bench scale: {fault}");
        return faults.Count == 0 ? 0 : 1;
    }

    // The beginning of the statement in one line, and its plan.
    static string Short(string text)
    {
        string[] lines = text.Split('\n');
        int plan = Array.FindIndex(lines, line => line.Contains("  (cost=", StringComparison.Ordinal));
        if (plan <= 0) return text;
        string statement = Spaces().Replace(string.Join(' ', lines[..plan]).Replace("Query Text:", "", StringComparison.Ordinal), " ").Trim();
        return $"{(statement.Length > 160 ? statement[..160] + "..." : statement)}\n{string.Join('\n', lines[plan..])}";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // Indexes of the growing tables in the order of the plans.
    static string Indexes(Cost cost) => string.Join(", ", cost.Plans.SelectMany(plan => Scans().Matches(plan)).Where(scan => scan.Groups["index"].Success).Select(scan => $"`{scan.Groups["index"].Value}`").Distinct().Take(6));

    [GeneratedRegex(@"(?<node>Seq Scan|Index Only Scan|Index Scan|Bitmap Index Scan)(?: Backward)?(?: using (?<index>\w+))? on (?<table>\w+)")]
    private static partial Regex Scans();

    sealed class Side(TestDatabase database, NpgsqlDataSource source, Notices notices, IHost host, Guid environment, Guid sample, Guid endpoint, string home) : IAsyncDisposable
    {
        public NpgsqlDataSource Source => source;

        public Guid Environment => environment;

        public Guid Sample => sample;

        public Guid Endpoint => endpoint;

        public Address Sender => new([.. Enumerable.Repeat((byte)0x5e, 20)]);

        public byte[] Wallet { get; private set; } = new byte[20];

        public T Get<T>()
            where T : notnull => host.Services.GetRequiredService<T>();

        public Task List(SettlementFilter filter, int limit, int offset) => Get<ListStore>().ListAsync(environment, filter, limit, offset, default);

        public static async Task<Side> OpenAsync(int finished, string folder, CancellationToken cancellation)
        {
            TestDatabase database = new();
            await database.InitializeAsync();
            SettlementBook book = new(database.Source);
            Guid environment = await book.EnvironmentAsync("bench", TestChain.ChainId);
            await new PlantedMirror(database.Source, TestChain.ChainId).BeginAsync(
                new Address([.. Enumerable.Repeat((byte)0xe5, 20)]), number: 1000 + finished, finalized: 1000 + finished - 2, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), revision: 100);
            await book.RunAsync("update chain.position set hash = sha256(int4send($1))", finished);
            Guid sample = await EngineGrowth.InstructAsync(book, environment), endpoint = Guid.CreateVersion7();
            await book.RunAsync("update settlement.settlement set due_at = now() + interval '1 day'");
            await book.RunAsync("update compliance.screening set status = 'pass'");
            await book.RunAsync("update webhooks.message m set position = -n.place from (select id, row_number() over () as place from webhooks.message) n where n.id = m.id");
            await book.RunAsync("insert into transactions.sender (chain_id, address, status) values ($1, decode(repeat('5e', 20), 'hex'), 'active')", TestChain.ChainId);
            await book.RunAsync("""
                insert into webhooks.endpoint (id, environment_id, url, events, is_active, api_version, standard_scheme, created_at, updated_at)
                values ($1, $2, 'http://127.0.0.1:9/', '{settlement.state_changed}', true, '2026-11-20', true, now(), now())
                """, endpoint, environment);
            // One a second, the last of them now.
            string made = string.Create(CultureInfo.InvariantCulture, $"now() - ({finished + Open} - n) * interval '1 second'");
            await new Loading(database.Source, folder, cancellation).RunAsync(
            [
                .. EngineGrowth.Statements(environment, "FINALIZED", made).Select(sql => new Loading.Rows(sql, 1, finished)),
                .. EngineGrowth.Statements(environment, "AWAITING_DEPOSITS", made).Select(sql => new Loading.Rows(sql, finished + 1, Open)),
                .. ScaleRows.OfEnded(environment, endpoint, made).Select(sql => new Loading.Rows(sql, 1, finished)),
            ]);
            // What the lists come upon: what is open, and what lies behind the first five thousand.
            int last = Math.Min(finished, 6_000);
            await ScaleRows.PlantTermsAsync(database, finished + 1 - last, last + Open);
            Notices notices = new();
            NpgsqlDataSource source = Explaining(database.ConnectionString, notices);
            string home = Directory.CreateTempSubdirectory("keystone-bench-").FullName;
            Side side = new(database, source, notices, Build(source, database.ConnectionString, home), environment, sample, endpoint, home);
            side.Wallet = (byte[])(await book.ScalarAsync("select wallet from settlement.party where settlement_id = $1 and wallet is not null order by ordinal limit 1", sample))!;
            await side.VacuumAsync();
            return side;
        }

        public Task FillTablesAsync(int from, int count, string folder, CancellationToken cancellation) => new Loading(database.Source, folder, cancellation).RunAsync(
            [.. ScaleRows.InTables(environment, endpoint).Select(sql => new Loading.Rows(sql, from, count))]);

        public async Task<IReadOnlyList<Cost>> MeasureAsync(CancellationToken cancellation)
        {
            List<Cost> costs = [];
            foreach (Operation operation in Operations)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int i = 0; i < 2; i++) await operation.RunAsync(this);
                notices.Take();
                List<Cost> runs = [];
                for (int i = 0; i < Runs; i++)
                {
                    await operation.RunAsync(this);
                    IReadOnlyList<Notices.Statement> statements = notices.Take();
                    if (statements.Count == 0) throw new InvalidOperationException($"{operation.Name}: the server explained nothing.");
                    runs.Add(new Cost(statements.Sum(one => one.Milliseconds), statements.Sum(one => one.Blocks), [.. statements.Select(one => one.Plan)]));
                }
                costs.Add(runs[^1] with { Milliseconds = Series.Median(runs.Select(run => run.Milliseconds)) });
                Console.WriteLine($"   {operation.Name}: {Report.Text(costs[^1].Milliseconds)} ms, {costs[^1].Blocks:#,##0} blocks");
            }
            return costs;
        }

        public async Task<string> SizeAsync() => (string)(await new SettlementBook(database.Source).ScalarAsync("select pg_size_pretty(pg_database_size(current_database()))"))!;

        // On a slow disk longer than a statement of the product may take.
        async Task VacuumAsync()
        {
            await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
            await EngineGrowth.RunAsync(connection, "vacuum analyze");
        }

        // As the product's own, with what the server says of each statement. Only a superuser may have the module loaded.
        static NpgsqlDataSource Explaining(string connectionString, Notices notices)
        {
            NpgsqlConnectionStringBuilder connection = new(connectionString)
            {
                MaxAutoPrepare = 200,
                AutoPrepareMinUsages = 2,
                Timezone = "UTC",
                NoResetOnClose = true,
                Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_buffers=on -c auto_explain.log_timing=off "
                    + "-c auto_explain.log_parameter_max_length=0 -c auto_explain.log_level=notice -c random_page_cost=1.1",
            };
            return new NpgsqlDataSourceBuilder(connection.ConnectionString).UseLoggerFactory(LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(notices))).Build();
        }

        static IHost Build(NpgsqlDataSource source, string connectionString, string home)
        {
            string list = Path.Combine(home, "deny.list"), key = Path.Combine(home, "webhooks.key");
            File.WriteAllText(list, "# nobody\n");
            SealingKey.EnsureFile(key);
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddSingleton(source);
            builder.Configuration["Storage:ConnectionString"] = connectionString;
            builder.Configuration["Chains:0:ChainId"] = TestChain.ChainId.ToString(CultureInfo.InvariantCulture);
            builder.Configuration["Chains:0:RpcUrls:0"] = "http://127.0.0.1:1"; // no node is asked
            builder.Configuration["Chains:0:Escrow"] = "0x" + string.Concat(Enumerable.Repeat("e5", 20));
            builder.Configuration["Signer:PrivateKey"] = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
            builder.Configuration["Screening:DenyList"] = list;
            builder.Configuration["Webhooks:SecretKeyFile"] = key;
            builder.Configuration["Keeper:Jobs"] = "false";
            builder.Services.AddLogging();
            builder.Services.AddKeeper(builder.Configuration);
            builder.Services.AddSettlements();
            // Built and not started: its stores are run by hand.
            return builder.Build();
        }

        public async ValueTask DisposeAsync()
        {
            if (host is IAsyncDisposable services) await services.DisposeAsync();
            await source.DisposeAsync();
            await database.DisposeAsync();
            // The next one needs its room.
            await using (NpgsqlDataSource server = NpgsqlDataSource.Create((await PostgresServer.Shared).ConnectionString))
            await using (NpgsqlCommand drop = server.CreateCommand($"drop database {database.Name} with (force)")) await drop.ExecuteNonQueryAsync();
            Directory.Delete(home, recursive: true);
        }
    }
}
