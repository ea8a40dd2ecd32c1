using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Ethereum;

namespace Keystone.EndToEnd;

/// <summary>The commands of an operator, as programs.</summary>
public sealed class CommandTests(SettingsTests.Ground ground) : IClassFixture<SettingsTests.Ground>, IDisposable
{
    // Published with anvil.
    const string Key = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";

    readonly string _folder = Directory.CreateTempSubdirectory("keystone-commands-").FullName;

    string Database => ground.System.File.OwnerConnection;

    string KeyFile
    {
        get
        {
            string path = Path.Combine(_folder, "key");
            File.WriteAllText(path, Key + "\n");
            return path;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Deploying_again_finds_the_escrow_and_records_a_local_chain_at_home()
    {
        string said = await DoAsync("deploy", "--rpc-url", ground.System.File.RpcUrl, "--private-key-file", KeyFile);
        Assert.Contains(ground.System.File.Escrow, said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "deployments")));
        Assert.True(File.Exists(Path.Combine(_folder, "home", "deployments", "11155111.json")));
    }

    [Fact]
    public async Task A_token_is_deployed_and_registered_under_its_symbol()
    {
        string said = await DoAsync(
            "deploy", "token", "--rpc-url", ground.System.File.RpcUrl, "--private-key-file", KeyFile, "--name", "Euro", "--symbol", "EURX", "--decimals", "2");
        string address = said.Split(' ')[3];
        Assert.True(Address.TryParse(address, out _), said);
        said = await DoAsync("platform", "instrument", "--platform", "platform-a", "--address", address, "--rpc-url", ground.System.File.RpcUrl, "--database", Database);
        Assert.Equal($"EURX is {address}, ERC-20, 2 decimals\n", said);
    }

    [Fact]
    public async Task An_operator_pauses_an_environment_lists_it_and_lifts_it()
    {
        Assert.Equal("paused\n", await DoAsync("pause", "set", "--environment", "platform-a/sandbox", "--reason", "a drill", "--database", Database));
        Assert.Equal("was paused before\n", await DoAsync("pause", "set", "--environment", "platform-a/sandbox", "--reason", "again", "--database", Database));
        string listed = await DoAsync("pause", "list", "--database", Database);
        Assert.EndsWith(": a drill\n", listed, StringComparison.Ordinal);
        string id = listed.Split(' ')[0];
        Assert.Equal("lifted\n", await DoAsync("pause", "lift", id, "--database", Database));
        Assert.Contains("no pause", await RefusedAsync("pause", "lift", id, "--database", Database), StringComparison.Ordinal);
        Assert.Equal("", await DoAsync("pause", "list", "--database", Database));
        Assert.Contains("--chain-id", await RefusedAsync("pause", "set", "--token", "0x00000000000000000000000000000000000000aa", "--reason", "x", "--database", Database), StringComparison.Ordinal);
        Assert.Contains("no environment", await RefusedAsync("pause", "set", "--environment", "nobody/sandbox", "--reason", "x", "--database", Database), StringComparison.Ordinal);
        Assert.Contains("one of", await RefusedAsync("pause", "set", "--reason", "x", "--database", Database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_settlement_is_named_by_every_order_and_query()
    {
        string id = Guid.NewGuid().ToString();
        foreach (string[] words in (string[][])[["transitions", id], ["cost", id], ["retry", id], ["rollback", id, "--reason", "x"]])
            Assert.Contains(id, await RefusedAsync(["settlements", .. words, "--database", Database]), StringComparison.Ordinal);
        Assert.Contains("not found", await RefusedAsync("settlements", "erase", id, "--role", "buyer", "--database", Database), StringComparison.Ordinal);
        Assert.StartsWith("chain", await DoAsync("settlements", "pipeline", "--database", Database), StringComparison.Ordinal);
        Assert.Equal("", await DoAsync("settlements", "stuck", "--database", Database));
    }

    [Fact]
    public async Task A_credential_is_printed_once_and_can_be_revoked_once()
    {
        string said = await DoAsync("platform", "create", "--name", "Platform Z", "--slug", "platform-z", "--database", Database);
        string[] words = said.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["client_id", "client_secret"], words.Where((_, i) => i % 2 == 0));
        Assert.Equal(43, words[3].Length); // 32 bytes in base64url
        await DoAsync("platform", "credential", "revoke", words[1], "--database", Database);
        Assert.Contains("no active credential", await RefusedAsync("platform", "credential", "revoke", words[1], "--database", Database), StringComparison.Ordinal);
        Assert.StartsWith("client_id", await DoAsync("platform", "credential", "add", "--platform", "platform-z", "--database", Database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_an_external_issuer_is_registered_without_a_secret()
    {
        await DoAsync("platform", "create", "--name", "Platform X", "--slug", "platform-x", "--database", Database);
        string[] add = ["platform", "credential", "add", "--platform", "platform-x", "--database", Database, "--issuer", "https://tenant.example/", "--client-id", "machine-x"];
        Assert.Equal("client_id      machine-x\n", await DoAsync(add));
        Assert.Contains("a credential machine-x already", await RefusedAsync(add), StringComparison.Ordinal);
        await DoAsync("platform", "credential", "revoke", "machine-x", "--database", Database);
        foreach (string[] half in (string[][])[add[..^2], [.. add[..^4], .. add[^2..]]])
            Assert.Contains("--issuer and --client-id go together", await RefusedAsync(half), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_sealed_under_the_current_key_and_one_that_does_not_open_is_named()
    {
        (string old, string next) = (Path.Combine(_folder, "old.key"), Path.Combine(_folder, "next.key"));
        foreach (string file in (string[])[old, next]) Webhooks.SealingKey.EnsureFile(file);
        await using Npgsql.NpgsqlDataSource database = Npgsql.NpgsqlDataSource.Create(Database);
        Guid environment = (Guid)(await database.CreateCommand("select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'platform-b'").ExecuteScalarAsync())!;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Webhooks.Endpoints.Endpoint endpoint = new(Guid.CreateVersion7(now), environment, "https://receiver.example/", null, ["webhook.*"], false, true, null, now, now);
        await new Webhooks.Endpoints.EndpointStore(database, new Webhooks.SecretBox(Webhooks.SealingKey.FromFile(old, "old")))
            .InsertAsync(endpoint, "2026-11-20", Webhooks.Signature.NewSecret(), CancellationToken.None);
        try
        {
            string refused = await RefusedAsync("webhooks", "reseal", "--key-file", next, "--database", Database);
            Assert.Contains($"endpoint {endpoint.Id}: The secret is sealed under key", refused, StringComparison.Ordinal);
            Assert.StartsWith("sealed 1 secrets under key ", await DoAsync("webhooks", "reseal", "--key-file", next, "--older-key-file", old, "--database", Database), StringComparison.Ordinal);
            Assert.EndsWith("; 1 were sealed under it before\n", await DoAsync("webhooks", "reseal", "--key-file", next, "--database", Database), StringComparison.Ordinal);
            Assert.Contains("--older-key-file names", await RefusedAsync("webhooks", "reseal", "--key-file", next, "--older-key-file", next + ".gone", "--database", Database), StringComparison.Ordinal);
        }
        finally
        {
            await database.CreateCommand($"delete from webhooks.endpoint where id = '{endpoint.Id}'").ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task An_operator_has_credentials_of_its_own()
    {
        string made = await DoAsync("operator", "credential", "create", "--name", "Night shift", "--database", Database);
        string client = made.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Contains($"{client}  active    admin", await DoAsync("operator", "credential", "list", "--database", Database), StringComparison.Ordinal);
        Assert.Contains("settlements:read", await RefusedAsync("operator", "credential", "create", "--scope", "settlements:read", "--database", Database), StringComparison.Ordinal);
        Assert.Equal($"revoked {client}\n", await DoAsync("operator", "credential", "revoke", client, "--database", Database));
        Assert.Contains("no active credential", await RefusedAsync("operator", "credential", "revoke", client, "--database", Database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_tenant_manages_itself_an_operator_manages_by_commands()
    {
        await DoAsync("platform", "create", "--name", "Managed by commands", "--slug", "by-commands", "--database", Database);
        string[] tenant = ["--platform", "by-commands", "--database", Database];
        Assert.Contains("four eyes", await DoAsync(["environment", "set", "--four-eyes", "true", "--rate-limit", "900", "--cors-origin", "https://app.example.com", .. tenant]), StringComparison.Ordinal);
        Assert.Contains("900 requests a minute", await DoAsync(["environment", "list", .. tenant]), StringComparison.Ordinal);
        Assert.Contains("default_timeout_seconds", await RefusedAsync(["environment", "set", "--default-timeout-seconds", "5", .. tenant]), StringComparison.Ordinal);
        Assert.Contains("inactive", await DoAsync(["environment", "deactivate", .. tenant]), StringComparison.Ordinal);
        Assert.DoesNotContain("inactive", await DoAsync(["environment", "activate", .. tenant]), StringComparison.Ordinal);

        string client = (await DoAsync(["credential", "create", "--scope", "settlements:read", .. tenant])).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Contains(client, await DoAsync(["credential", "rotate", client, .. tenant]), StringComparison.Ordinal);
        Assert.Contains($"{client}  active    2 secrets", await DoAsync(["credential", "list", .. tenant]), StringComparison.Ordinal);
        Assert.Equal($"revoked {client}\n", await DoAsync(["credential", "revoke", client, .. tenant]));
        Assert.Contains("not found", await RefusedAsync(["credential", "revoke", client, .. tenant]), StringComparison.Ordinal);

        string rule = (await DoAsync(["platform", "ip-rule", "add", "203.0.113.0/24", .. tenant])).Split(' ')[0];
        Assert.Contains("begins at 203.0.113.0", await RefusedAsync(["platform", "ip-rule", "add", "203.0.113.7/24", .. tenant]), StringComparison.Ordinal);
        Assert.Equal($"{rule}  203.0.113.0/24\n", await DoAsync(["platform", "ip-rule", "list", .. tenant]));
        Assert.Equal("removed\n", await DoAsync(["platform", "ip-rule", "remove", rule, .. tenant]));

        string member = (await DoAsync(["platform", "member", "invite", "--email", "ann@example.com", "--role", "read_only", .. tenant])).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Equal("ann@example.com: instruct\n", await DoAsync(["platform", "member", "roles", member, "--role", "instruct", .. tenant]));
        Assert.Contains("There is no such role", await RefusedAsync(["platform", "member", "roles", member, "--role", "king", .. tenant]), StringComparison.Ordinal);
        Assert.Equal("removed\n", await DoAsync(["platform", "member", "remove", member, .. tenant]));
        Assert.Equal("", await DoAsync(["platform", "member", "list", .. tenant]));

        Assert.Equal("by-commands is suspended\n", await DoAsync("platform", "suspend", "by-commands", "--database", Database));
        Assert.Contains("by-commands", await DoAsync("platform", "list", "--database", Database), StringComparison.Ordinal);
        Assert.Equal("by-commands is active\n", await DoAsync("platform", "activate", "by-commands", "--database", Database));
    }

    [Fact]
    public async Task A_secret_as_Kubernetes_mounts_it_is_copied_into_files_of_the_user_alone()
    {
        string secret = Path.Combine(_folder, "secret"), data = Path.Combine(secret, "..2026"), own = Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName;
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "connection"), "Host=db\n");
        await File.WriteAllTextAsync(Path.Combine(data, "webhook-secrets.key"), "00ff\n");
        Directory.CreateSymbolicLink(Path.Combine(secret, "..data"), "..2026");
        foreach (string name in (string[])["connection", "webhook-secrets.key"]) File.CreateSymbolicLink(Path.Combine(secret, name), Path.Combine("..data", name));
        await DoAsync("provision", "secrets", secret, own);
        Assert.Equal(["connection", "webhook-secrets.key"], Directory.GetFileSystemEntries(own).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("00ff\n", await File.ReadAllTextAsync(Path.Combine(own, "webhook-secrets.key")));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(own, "webhook-secrets.key")));
        // The pod starts again.
        await DoAsync("provision", "secrets", secret, own);
        Assert.Contains("has no file", await RefusedAsync("provision", "secrets", Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName, own), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_that_works_on_the_database_takes_the_option_that_names_it()
    {
        // On a chain, through the API, or on nothing; provision makes the connection itself, and doctor takes the settings of a service.
        string[] others =
        [
            "completion", "deploy", "deploy token", "deposit", "dev", "dev deposit", "dev env", "doctor", "iso check", "listen", "provision database", "provision files", "provision secrets", "settings",
            "settlements explain", "settlements list", "settlements show", "settlements watch", "trigger", "verify-backup",
        ];
        RootCommand root = Cli.EntryPoint.AddCommands(new RootCommand { DevCommand.Create(), Dev.Settings.SettingsCommand.Create() });
        string[] without = [.. Commands(root, "").Where(known => known.Command.Action is not null && known.Command.Options.All(option => option.Name != "--database")).Select(known => known.Name)];
        Assert.Equal(others.Order(StringComparer.Ordinal), without.Order(StringComparer.Ordinal));

        static IEnumerable<(string Name, Command Command)> Commands(Command parent, string path) => parent.Subcommands
            .SelectMany(command => Commands(command, $"{path}{command.Name} ").Prepend((path + command.Name, command)));
    }

    [Fact]
    public async Task The_mirror_of_another_database_is_named_beside_the_indexers_settings()
    {
        string settings = Path.Combine(_folder, "indexer.json"), connection = Path.Combine(_folder, "connection");
        await File.WriteAllTextAsync(connection, "Host=127.0.0.1;Port=1;Database=elsewhere;Username=nobody");
        JsonObject json = JsonNode.Parse(await File.ReadAllTextAsync(ground.System.File.Service("indexer").SettingsFile))!.AsObject();
        json.Remove("Storage:ConnectionString");
        json["Storage:ConnectionStringFile"] = connection;
        await File.WriteAllTextAsync(settings, json.ToJsonString());
        Assert.NotEqual("", await RefusedAsync("mirror", "dump", "--config", settings));
        await DoAsync("mirror", "dump", "--config", settings, "--database", Database);
    }

    [Fact]
    public async Task Migrating_again_changes_nothing() =>
        Assert.Equal("The schema is up to date.\n", await DoAsync("migrate", "--database", Database));

    [Theory]
    [InlineData("--rpc-url", "deploy", "--rpc-url", "ftp://x", "--private-key-file", "key")]
    [InlineData("not reachable", "deploy", "--rpc-url", "http://127.0.0.1:1", "--private-key-file", "key")]
    [InlineData("--keystore", "deploy", "--rpc-url", "http://127.0.0.1:1")]
    [InlineData("Storage:ConnectionString", "migrate")]
    [InlineData("--exit", "dev", "--exit")]
    public async Task What_cannot_be_done_is_refused_in_a_sentence(string says, params string[] arguments) =>
        Assert.Contains(says, await RefusedAsync([.. arguments.Select(argument => argument == "key" ? KeyFile : argument)]), StringComparison.Ordinal);

    async Task<string> DoAsync(params string[] arguments)
    {
        (int status, string output, string error) = await RunAsync(arguments);
        Assert.True(status == 0, error);
        return output;
    }

    async Task<string> RefusedAsync(params string[] arguments)
    {
        (int status, _, string error) = await RunAsync(arguments);
        Assert.Equal(1, status);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }

    async Task<(int Status, string Output, string Error)> RunAsync(string[] arguments)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
        };
        start.Environment["KEYSTONE_HOME"] = Path.Combine(_folder, "home");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        string error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, error);
    }
}
