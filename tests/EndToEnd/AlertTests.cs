using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Testing;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>The alert rules by Prometheus itself, on the pages of running services in which a fault is planted.</summary>
public sealed partial class AlertTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

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
            Guid endpoint = await PlantEndpointAsync(owner, folder);
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

    static async Task FiresAsync(HttpClient http, params string[] alerts)
    {
        foreach (string alert in alerts)
        {
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

    static async Task<Guid> PlantEndpointAsync(NpgsqlDataSource owner, string folder)
    {
        string key = Path.Combine(folder, "other.key");
        Webhooks.SealingKey.EnsureFile(key);
        Guid environment = (Guid)(await owner.CreateCommand("select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'platform-b'").ExecuteScalarAsync())!;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Webhooks.Endpoints.Endpoint endpoint = new(Guid.CreateVersion7(now), environment, "http://127.0.0.1:9/", null, ["webhook.test"], true, true, null, now, now);
        await new Webhooks.Endpoints.EndpointStore(owner, new Webhooks.SecretBox(Webhooks.SealingKey.FromFile(key, "other"))).InsertAsync(endpoint, "2026-11-20", Webhooks.Signature.NewSecret(), CancellationToken.None);
        return endpoint.Id;
    }

    static async Task PlantTestAsync(NpgsqlDataSource owner, Guid endpoint)
    {
        await using NpgsqlCommand insert = owner.CreateCommand("""
            with made as (insert into webhooks.message (id, environment_id, type, payload, created_at) select gen_random_uuid(), environment_id, 'webhook.test', '{}', now() from webhooks.endpoint where id = $1 returning id)
            insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at) select gen_random_uuid(), id, $1, now(), now() from made
            """);
        insert.Parameters.AddWithValue(endpoint);
        await insert.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"^ +for: .*\n", RegexOptions.Multiline)]
    private static partial Regex Lasting();
}
