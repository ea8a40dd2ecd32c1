using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Client;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>The alert rules by Prometheus itself, on the pages of running services in which a fault is planted.</summary>
public sealed partial class AlertTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    // Of the run that is no deep one.
    static readonly string[] InTheFirst =
        ["KeystoneEndpointDisabled", "KeystoneIndexerAway", "KeystoneKeeperAlarm", "KeystoneKeeperAway", "KeystoneKeeperNotReady", "KeystoneProcessDown", "KeystoneWebhookAlarm"];

    readonly HashSet<string> _fired = new(StringComparer.Ordinal);

    [PrometheusFact]
    public async Task O4_Alerts_fire_by_faults_of_a_running_system_end_with_them_and_lead_to_a_page()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        ServiceProcess[] services = [.. system.File.Services.Select(service => new ServiceProcess(service))];
        string folder = Directory.CreateTempSubdirectory("keystone-alerts-").FullName;
        using Ports ports = new();
        int port = ports.Take(0);
        try
        {
            foreach (ServiceProcess service in services) await service.StartAsync();
            await using Leash prometheus = await StartAsync(system.File, folder, port);
            using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.TrueAsync(async () => await TargetsUpAsync(http) == services.Length, Limit, "Prometheus does not reach the services.");
            // What a process has not shown yet is absent at first.
            await Eventually.TrueAsync(async () => (await FiringAsync(http)).Count == 0, Limit, "An alert fires although all is well.");

            // A secret that does not open: one delivery of the environment's next event cannot be signed.
            await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
            string key = Path.Combine(folder, "other.key");
            Webhooks.SealingKey.EnsureFile(key);
            Guid endpoint = await PlantEndpointAsync(owner, key, "http://127.0.0.1:9/");
            await PlantTestAsync(owner, endpoint);
            await FiresAsync(http, "KeystoneWebhookAlarm");

            // An endpoint that was switched off.
            await owner.CreateCommand($"update webhooks.endpoint set is_active = false, disabled_reason = 'Every delivery failed for 120 hours.' where id = '{endpoint}'").ExecuteNonQueryAsync();
            await FiresAsync(http, "KeystoneEndpointDisabled");
            await owner.CreateCommand($"update webhooks.endpoint set is_active = true, disabled_reason = null where id = '{endpoint}'").ExecuteNonQueryAsync();
            await EndsAsync(http, "KeystoneEndpointDisabled");

            // The list of names is gone for the keeper.
            string list = (string)JsonNode.Parse(await File.ReadAllTextAsync(system.File.Service("keeper").SettingsFile))!["Screening:DenyList"]!;
            string good = await File.ReadAllTextAsync(list);
            await File.WriteAllTextAsync(list, "perhaps name Somebody\n");
            await FiresAsync(http, "KeystoneKeeperNotReady", "KeystoneKeeperAlarm");
            await File.WriteAllTextAsync(list, good);
            await EndsAsync(http, "KeystoneKeeperNotReady");

            // The only indexer, then the only keeper.
            await services[1].KillAsync();
            await FiresAsync(http, "KeystoneProcessDown", "KeystoneIndexerAway");
            await services[1].StartAsync();
            await EndsAsync(http, "KeystoneProcessDown", "KeystoneIndexerAway");
            await services[2].KillAsync();
            await FiresAsync(http, "KeystoneKeeperAway");
            await services[2].StartAsync();
            await EndsAsync(http, "KeystoneKeeperAway", "KeystoneProcessDown");
            Assert.Equal(InTheFirst.Order(StringComparer.Ordinal), _fired.Order(StringComparer.Ordinal));
        }
        finally
        {
            foreach (ServiceProcess service in services) await service.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The other rules: a table that is locked, a receiver that hangs, accounts, nodes that lag, lie, change their chain and fall silent, and at last a chain that takes back what was final.</summary>
    [PrometheusFact(onlyDeep: "plants some twenty faults, one of which lasts a minute")]
    public async Task O4_Each_other_alert_fires_by_its_own_fault_of_a_running_system()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        string folder = Directory.CreateTempSubdirectory("keystone-alerts-").FullName;
        using Ports ports = new();
        Uri chain = new(system.File.RpcUrl);
        await using FaultyNode one = new(ports.Take(0), chain), two = new(ports.Take(0), chain);
        List<ServiceProcess> services = [];
        try
        {
            foreach (DevService service in system.File.Services)
            {
                JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(service.SettingsFile))!;
                if (service.Name != "api") (settings["Chains:0:RpcUrls:0"], settings["Chains:0:RpcUrls:1"]) = (one.Url, two.Url);
                await Cli.SecretFile.WriteAsync(service.SettingsFile, settings.ToJsonString(), CancellationToken.None);
                services.Add(new ServiceProcess(service));
                await services[^1].StartAsync();
            }
            int port = ports.Take(0);
            await using Leash prometheus = await StartAsync(system.File, folder, port);
            using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.TrueAsync(async () => await TargetsUpAsync(http) == services.Count, Limit, "Prometheus does not reach the services.");
            await Eventually.TrueAsync(async () => (await FiringAsync(http)).Count == 0, Limit, "An alert fires although all is well.");
            await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);

            // A table that is locked: requests wait for two seconds, are answered with 503, and hold all connections meanwhile.
            await using (NpgsqlConnection holder = await owner.OpenConnectionAsync())
            await using (NpgsqlTransaction held = await holder.BeginTransactionAsync())
            {
                await using NpgsqlCommand hold = new("lock table settlement.settlement in access exclusive mode", holder, held);
                await hold.ExecuteNonQueryAsync();
                using CancellationTokenSource over = new();
                Task load = LoadAsync(system.File, over.Token);
                await FiresAsync(http, "KeystoneApiErrors", "KeystoneApiSlow", "KeystoneDatabaseConnections");
                await over.CancelAsync();
                await load;
            }
            await EndsAsync(http, "KeystoneDatabaseConnections");

            // A receiver that takes requests and never answers, with more due than may be under way to one; and one whose port is closed.
            using TcpListener hanging = new(IPAddress.Loopback, 0);
            hanging.Start();
            string sealing = (string)JsonNode.Parse(await File.ReadAllTextAsync(system.File.Service("keeper").SettingsFile))!["Webhooks:SecretKeyFile"]!;
            Guid slow = await PlantEndpointAsync(owner, sealing, $"http://127.0.0.1:{((IPEndPoint)hanging.LocalEndpoint).Port}/"), closed = await PlantEndpointAsync(owner, sealing, "http://127.0.0.1:9/");
            for (int i = 0; i < 40; i++) await PlantTestAsync(owner, slow, "now() - interval '10 minutes'");
            await FiresAsync(http, "KeystoneWebhooksLate");
            for (int i = 0; i < 20; i++) await PlantTestAsync(owner, closed);
            await FiresAsync(http, "KeystoneWebhooksFailing");
            await owner.CreateCommand("update webhooks.delivery set status = 'delivered' where status <> 'delivered'").ExecuteNonQueryAsync();
            await EndsAsync(http, "KeystoneWebhooksLate");

            // An account that no keeper has the key of; a keeper that starts looks for such. And ours without ether, with something to send.
            await owner.CreateCommand($"insert into transactions.sender (chain_id, address, status) values ({system.File.ChainId}, decode(repeat('aa', 20), 'hex'), 'draining')").ExecuteNonQueryAsync();
            ServiceProcess keeper = services[system.File.Services.ToList().FindIndex(service => service.Name == "keeper")];
            await keeper.KillAsync();
            await keeper.StartAsync();
            await FiresAsync(http, "KeystoneSenderWithoutKey");
            await owner.CreateCommand("update transactions.sender set status = 'retired' where address = decode(repeat('aa', 20), 'hex')").ExecuteNonQueryAsync();
            await system.AskChainAsync("anvil_setBalance", system.File.Operator, "0x1");
            using (HttpClient api = new())
            using (KeystoneClient client = new(api, new KeystoneClientOptions { Url = new Uri(system.File.ApiUrl), ClientId = system.File.Platform("platform-a").ClientId, ClientSecret = system.File.Platform("platform-a").ClientSecret }))
            using (PrivateKeySigner seller = DevAccounts.Party(2), buyer = DevAccounts.Party(1))
                await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File));
            await FiresAsync(http, "KeystoneTransactionAlarm");
            await system.AskChainAsync("anvil_setBalance", system.File.Operator, "0x8ac7230489e80000");

            // The mirror may not write, and the chain goes on.
            await using (NpgsqlConnection holder = await owner.OpenConnectionAsync())
            await using (NpgsqlTransaction held = await holder.BeginTransactionAsync())
            {
                await using NpgsqlCommand hold = new("lock table chain.block in share mode", holder, held);
                await hold.ExecuteNonQueryAsync();
                await system.MineAsync(30);
                await FiresAsync(http, "KeystoneMirrorBehind");
            }
            await EndsAsync(http, "KeystoneMirrorBehind");

            // One of two nodes stands still, and is on another chain; both lie about a header.
            JsonNode? frozen = null;
            two.Change = (method, parameters, result) => method == "eth_getBlockByNumber" && (string?)parameters[0] == "latest" ? frozen ??= result!.DeepClone()
                : method == "eth_blockNumber" ? frozen?["number"] ?? result : result;
            await Eventually.TrueAsync(() => Task.FromResult(frozen is not null), Limit, "The second node is not asked for its head.");
            await system.MineAsync(20);
            await FiresAsync(http, "KeystoneNodeBehind");
            two.Change = null;
            await EndsAsync(http, "KeystoneNodeBehind");

            two.Change = (method, _, result) => method == "eth_chainId" ? "0x1" : result;
            await FiresAsync(http, "KeystoneNodeAlarm", "KeystoneNodeQuarantined");
            two.Change = null;
            await EndsAsync(http, "KeystoneNodeQuarantined");

            one.Change = two.Change = (_, _, result) => WithHeader(result, header => header["stateRoot"] = "0x" + new string('1', 64));
            await FiresAsync(http, "KeystoneProofFailed");
            // A header of a fork after the newest one that is known: its fields, and one more.
            one.Change = two.Change = (_, _, result) => WithHeader(result, header =>
                (header["slotNumber"], header["blockAccessListHash"], header["fieldOfALaterFork"]) = ("0x1", "0x" + new string('2', 64), "0x1"));
            await FiresAsync(http, "KeystoneUnknownHeader");
            one.Change = two.Change = null;
            await EndsAsync(http, "KeystoneUnknownHeader");

            // Neither answers.
            one.IsSilent = two.IsSilent = true;
            await FiresAsync(http, "KeystoneIndexerNotReady", "KeystoneIndexerAlarm", "KeystoneSendingStopped");
            one.IsSilent = two.IsSilent = false;
            await EndsAsync(http, "KeystoneIndexerNotReady", "KeystoneSendingStopped");

            // No node names a final block any more.
            await system.MineAsync(1_100);
            one.Change = two.Change = (method, parameters, result) => method == "eth_getBlockByNumber" && (string?)parameters[0] == "finalized" ? null : result;
            await FiresAsync(http, "KeystoneNoFinality");
            one.Change = two.Change = null;
            await EndsAsync(http, "KeystoneNoFinality");

            // What was final is taken back.
            await system.ReorgAsync(await HeightAsync(system, "latest") - await HeightAsync(system, "finalized") + 3);
            await FiresAsync(http, "KeystoneMirrorHalted");
            string[] all = [.. Names().Matches(await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "deploy", "telemetry", "alerts.yml"))).Select(alert => alert.Groups[1].Value)];
            Assert.Equal(all.Except(InTheFirst).Order(StringComparer.Ordinal), _fired.Order(StringComparer.Ordinal));
        }
        finally
        {
            foreach (ServiceProcess service in services) await service.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    // The rules as they are, without the time that a condition has to last, and looked at every second.
    static async Task<Leash> StartAsync(DevFile file, string folder, int port)
    {
        string rules = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "deploy", "telemetry", "alerts.yml"));
        await File.WriteAllTextAsync(Path.Combine(folder, "alerts.yml"), Lasting().Replace(rules, ""));
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [alerts.yml]\nscrape_configs:\n"
            + string.Concat(file.Services.Select(service => $"  - {{ job_name: keystone-{service.Name}, static_configs: [{{ targets: ['{new Uri(service.ManagementUrl).Authority}'] }}] }}\n")));
        return Leash.Start(PrometheusFactAttribute.Program!,
            [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--query.lookback-delta=5s"]);
    }

    static async Task<int> TargetsUpAsync(HttpClient http)
    {
        try
        {
            return JsonNode.Parse(await http.GetStringAsync("/api/v1/query?query=up==1"))!["data"]!["result"]!.AsArray().Count;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    static async Task<IReadOnlyDictionary<string, string>> FiringAsync(HttpClient http) =>
        JsonNode.Parse(await http.GetStringAsync("/api/v1/alerts"))!["data"]!["alerts"]!.AsArray().Where(alert => (string)alert!["state"]! == "firing")
            .GroupBy(alert => (string)alert!["labels"]!["alertname"]!).ToDictionary(alerts => alerts.Key, alerts => (string)alerts.First()!["annotations"]!["runbook"]!, StringComparer.Ordinal);

    async Task FiresAsync(HttpClient http, params string[] alerts)
    {
        foreach (string alert in alerts)
        {
            _fired.Add(alert);
            string? page = null;
            await Eventually.TrueAsync(async () => (await FiringAsync(http)).TryGetValue(alert, out page), Limit, $"{alert} does not fire.");
            Assert.True(File.Exists(Path.Combine(NativeTool.RepositoryRoot, page!)), $"{alert} leads to {page}, which does not exist.");
        }
    }

    static async Task EndsAsync(HttpClient http, params string[] alerts)
    {
        foreach (string alert in alerts)
            await Eventually.TrueAsync(async () => !(await FiringAsync(http)).ContainsKey(alert), Limit, $"{alert} does not end.");
    }

    static async Task<Guid> PlantEndpointAsync(NpgsqlDataSource owner, string keyFile, string url)
    {
        Guid environment = (Guid)(await owner.CreateCommand("select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'platform-b'").ExecuteScalarAsync())!;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Webhooks.Endpoints.Endpoint endpoint = new(Guid.CreateVersion7(now), environment, url, null, ["webhook.test"], true, true, null, now, now);
        await new Webhooks.Endpoints.EndpointStore(owner, new Webhooks.SecretBox(Webhooks.SealingKey.FromFile(keyFile, "planted"))).InsertAsync(endpoint, "2026-11-20", Webhooks.Signature.NewSecret(), CancellationToken.None);
        return endpoint.Id;
    }

    static async Task PlantTestAsync(NpgsqlDataSource owner, Guid endpoint, string due = "now()")
    {
        await using NpgsqlCommand insert = owner.CreateCommand($"""
            with made as (insert into webhooks.message (id, environment_id, type, payload, created_at) select gen_random_uuid(), environment_id, 'webhook.test', '{"{}"}', now() from webhooks.endpoint where id = $1 returning id)
            insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at) select gen_random_uuid(), id, $1, {due}, now() from made
            """);
        insert.Parameters.AddWithValue(endpoint);
        await insert.ExecuteNonQueryAsync();
    }

    // As many at once as the process has connections, of two environments: one of them alone may not take them all.
    static async Task LoadAsync(DevFile file, CancellationToken over)
    {
        using HttpClient client = new();
        await Task.WhenAll(((string[])["platform-a", "platform-b"]).SelectMany(slug => Enumerable.Repeat(slug, 40)).Select(async slug =>
        {
            using HttpClient caller = new();
            DevPlatform platform = file.Platform(slug);
            using HttpResponseMessage signedIn = await client.PostAsJsonAsync(file.ApiUrl + "/oauth/token",
                new { client_id = platform.ClientId, client_secret = platform.ClientSecret, audience = "https://api.keystoneos.xyz", grant_type = "client_credentials" }, CancellationToken.None);
            caller.DefaultRequestHeaders.Authorization = new("Bearer", (string)JsonNode.Parse(await signedIn.Content.ReadAsStringAsync(CancellationToken.None))!["access_token"]!);
            while (!over.IsCancellationRequested) (await caller.GetAsync(new Uri(file.ApiUrl + "/v1/settlements"), CancellationToken.None)).Dispose();
        }));
    }

    static JsonNode? WithHeader(JsonNode? result, Action<JsonNode> change)
    {
        if (result is not JsonObject header || !header.ContainsKey("stateRoot")) return result;
        JsonNode changed = header.DeepClone();
        change(changed);
        return changed;
    }

    static async Task<long> HeightAsync(LocalSystem system, string tag) =>
        long.Parse(((string)(await system.AskChainAsync("eth_getBlockByNumber", tag, false))!["number"]!)[2..], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"alert: (\w+)")]
    private static partial Regex Names();

    [GeneratedRegex(@"^ +for: .*\n", RegexOptions.Multiline)]
    private static partial Regex Lasting();
}
