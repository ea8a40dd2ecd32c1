using System.Text.Json.Nodes;
using Keystone.Cli.Doctor;
using Keystone.Dev.Servers;
using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary><c>keystone doctor</c>: silent on a healthy system, and each check finds the one fault that is planted for it.</summary>
[Collection(OperatedCollection.Name)]
public sealed class DoctorTests(OperatedSystem system)
{
    string Settings => system.File.Service("keeper").SettingsFile;

    [Fact]
    public async Task A_healthy_system_has_no_fault_and_each_check_says_what_it_saw()
    {
        string[] doctor = ["doctor", "--config", Settings];
        (int status, string output, string error) = await system.RunAsync("platform-a", [.. doctor, "--json"]);
        Assert.True(status == 0, output + error);
        JsonArray verdicts = JsonNode.Parse(output)!.AsArray();
        Assert.Equal(["settings", "database", "migrations", "clock", "nodes", "signer", "balance", "accounts", "lists", "webhooks", "processes"], verdicts.Select(one => (string)one!["check"]!).Distinct());
        Assert.DoesNotContain(verdicts, one => (string)one!["status"]! == "fault");
        foreach (string service in (string[])["api", "indexer", "keeper"]) Assert.Contains(verdicts, one => ((string)one!["detail"]!).StartsWith($"{service}: ", StringComparison.Ordinal) && (string)one["status"]! == "ok");
        string table = await system.DoAsync("platform-a", doctor);
        Assert.Contains("The schema is that of this version.", table, StringComparison.Ordinal);
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(ConnectionString).Password!, output + table, StringComparison.Ordinal);
    }

    string ConnectionString => (string)JsonNode.Parse(File.ReadAllText(Settings))!["Storage:ConnectionString"]!;

    [Fact]
    public async Task Settings_a_wrong_one_is_named() =>
        Assert.Contains("Keeper:EngineWorkers", (await FaultAsync("settings", ["--Keeper:EngineWorkers", "0"])).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Database_one_that_does_not_answer_is_a_fault_of_it_alone_and_of_what_needs_it()
    {
        string gone = new NpgsqlConnectionStringBuilder(ConnectionString) { Port = 1 }.ConnectionString;
        IReadOnlyList<Verdict> verdicts = await RunAsync(["--Storage:ConnectionString", gone]);
        Assert.Equal("fault", verdicts.Single(one => one.Check == "database").Status);
        Assert.All(verdicts.Where(one => one.Check is "settings" or "signer" or "balance" or "lists"), one => Assert.Equal("ok", one.Status));
    }

    [Fact]
    public async Task Migrations_a_database_without_them_is_told_what_to_run()
    {
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
        await owner.CreateCommand("drop database if exists doctor_empty").ExecuteNonQueryAsync();
        await owner.CreateCommand("create database doctor_empty").ExecuteNonQueryAsync();
        string empty = new NpgsqlConnectionStringBuilder(system.File.OwnerConnection) { Database = "doctor_empty", Pooling = false }.ConnectionString;
        try
        {
            Verdict found = await FaultAsync("migrations", ["--Storage:ConnectionString", empty]);
            Assert.Contains("keystone migrate", found.Detail, StringComparison.Ordinal);
        }
        finally
        {
            await owner.CreateCommand("drop database doctor_empty with (force)").ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Clock_one_that_is_an_hour_behind_is_seen_by_the_database_and_by_the_chain()
    {
        ShiftedClock behind = new() { Shift = TimeSpan.FromHours(-1) };
        IReadOnlyList<Verdict> verdicts = await RunAsync(["--Storage:MovableClock", "false"], services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(behind)));
        string[] faults = [.. verdicts.Where(one => one is { Check: "clock", Status: "fault" }).Select(one => one.Detail)];
        Assert.Contains(faults, fault => fault.StartsWith("This machine's clock and the database's differ by 3600", StringComparison.Ordinal) || fault.Contains("differ by 3599", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("behind the newest block of chain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_one_that_is_away_and_one_of_another_history_are_named()
    {
        Verdict away = await FaultAsync("nodes", ["--Chains:0:RpcUrls:1", "http://127.0.0.1:1"]);
        Assert.StartsWith("127.0.0.1:1: ", away.Detail, StringComparison.Ordinal);

        // The same chain id, the same code at the escrow's address, other blocks.
        await using AnvilNode other = await AnvilNode.StartAsync(system.File.ChainId);
        using HttpClient http = new();
        Ethereum.Nodes.JsonRpcNode ours = new(http, new Uri(system.File.RpcUrl)), theirs = new(http, other.Url);
        byte[] code = await ours.GetCodeAsync(Ethereum.Address.Parse(system.File.Escrow), Ethereum.Nodes.BlockTag.Latest, CancellationToken.None);
        await theirs.RequestAsync("anvil_setCode", [system.File.Escrow, Ethereum.Hex.Encode(code)], CancellationToken.None);
        await theirs.RequestAsync("anvil_mine", ["0x40"], CancellationToken.None);
        Verdict lies = await FaultAsync("nodes", ["--Chains:0:RpcUrls:1", other.Url.ToString()]);
        Assert.Contains("contradict each other about block", lies.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signer_a_service_that_is_away_is_a_fault()
    {
        await FaultAsync("signer", ["--Signer:PrivateKey", "", "--Signer:Url", "http://127.0.0.1:1", "--Signer:Address", system.File.Operator]);
    }

    [Fact]
    public async Task Balance_less_than_the_bound_names_the_account()
    {
        Verdict found = await FaultAsync("balance", ["--Keeper:LowBalanceWei", "1" + new string('0', 30)]);
        Assert.Equal($"Send ether to {system.File.Operator}.", found.Fix);
    }

    [Fact]
    public async Task Lists_an_old_one_and_one_that_cannot_be_read_are_named()
    {
        string old = Path.Combine(system.Folder, "old-list.txt"), broken = Path.Combine(system.Folder, "broken-list.txt");
        await File.WriteAllTextAsync(old, "fail name Somebody\n");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-3));
        await File.WriteAllTextAsync(broken, "perhaps name Somebody\n");
        Assert.Contains("72 hours ago", (await FaultAsync("lists", ["--Screening:DenyList", old, "--Screening:MaxAgeHours", "24"])).Detail, StringComparison.Ordinal);
        Assert.Contains("Line 1", (await FaultAsync("lists", ["--Screening:DenyList", broken])).Detail, StringComparison.Ordinal);
        Assert.Contains("The list sanctions cannot be used", (await FaultAsync("lists", ["--Screening:Lists:0:Name", "sanctions", "--Screening:Lists:0:Format", "Csv", "--Screening:Lists:0:File", broken + ".gone"])).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhooks_a_secret_of_another_key_is_found_by_its_endpoint_and_an_endpoint_that_was_switched_off_is_a_warning()
    {
        string key = Path.Combine(system.Folder, "other.key");
        Webhooks.SealingKey.EnsureFile(key);
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
        Guid environment = (Guid)(await owner.CreateCommand("select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'platform-b'").ExecuteScalarAsync())!;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Webhooks.Endpoints.Endpoint endpoint = new(Guid.CreateVersion7(now), environment, "https://receiver.example/", null, ["webhook.test"], true, true, null, now, now);
        await new Webhooks.Endpoints.EndpointStore(owner, new Webhooks.SecretBox(Webhooks.SealingKey.FromFile(key, "other")))
            .InsertAsync(endpoint, "2026-11-20", Webhooks.Signature.NewSecret(), CancellationToken.None);
        try
        {
            Verdict found = await FaultAsync("webhooks", []);
            Assert.Contains(endpoint.Id.ToString(), found.Detail, StringComparison.Ordinal);
            await owner.CreateCommand($"update webhooks.endpoint set is_active = false, disabled_reason = 'Every delivery failed for 120 hours.' where id = '{endpoint.Id}'").ExecuteNonQueryAsync();
            Assert.Contains(await RunAsync([]), one => one is { Check: "webhooks", Status: "warning" } && one.Detail.StartsWith("1 endpoints were switched off", StringComparison.Ordinal));
        }
        finally
        {
            await owner.CreateCommand($"delete from webhooks.endpoint where id = '{endpoint.Id}'").ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Processes_that_are_not_heard_from_and_an_alarm_that_is_raised_are_warnings()
    {
        ShiftedClock later = new() { Shift = TimeSpan.FromHours(1) };
        IReadOnlyList<Verdict> verdicts = await RunAsync(["--Storage:MovableClock", "false"], services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(later)));
        foreach (string service in (string[])["api", "indexer", "keeper"])
            Assert.Contains(verdicts, one => one is { Check: "processes", Status: "warning" } && one.Detail.StartsWith($"{service}: none has been heard from", StringComparison.Ordinal));
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
        await owner.CreateCommand("insert into hosting.alarm (id, code, subject, detail, first_at, last_at) values (gen_random_uuid(), 'planted', 'doctor@test', 'This is planted.', now(), now())").ExecuteNonQueryAsync();
        try
        {
            Assert.Contains(await RunAsync([]), one => one is { Check: "processes", Status: "warning" } && one.Detail.StartsWith("Alarm planted of doctor@test", StringComparison.Ordinal));
        }
        finally
        {
            await owner.CreateCommand("delete from hosting.alarm where code = 'planted'").ExecuteNonQueryAsync();
        }
    }

    async Task<Verdict> FaultAsync(string check, string[] planted)
    {
        Verdict[] faults = [.. (await RunAsync(planted)).Where(one => one.Status == "fault")];
        Verdict found = Assert.Single(faults, one => one.Check == check);
        Assert.False(string.IsNullOrEmpty(found.Fix));
        return found;
    }

    async Task<IReadOnlyList<Verdict>> RunAsync(string[] planted, Action<IServiceCollection>? change = null)
    {
        using IHost host = DoctorCommand.Open(["--config", Settings, .. planted], change);
        return await new Checks(host.Services).RunAsync(CancellationToken.None);
    }
}
