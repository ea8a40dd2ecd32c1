using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>docs/operations/first-start.md as a newcomer follows it: each line as it stands there, on a Postgres without the database and a chain without the escrow.</summary>
public sealed class FirstStartTests : IAsyncLifetime
{
    const string Owner = "owner", Password = "first", Database = "keystone first";

    readonly string _folder = Directory.CreateTempSubdirectory("keystone-first-").FullName;
    readonly string _server = Path.Combine(KeystoneHome.Open(), "test", $"first-{Environment.ProcessId}-{Guid.NewGuid():n}");
    readonly Ports _ports = new();
    EmbeddedPostgres? _postgres;
    AnvilNode? _chain;

    public async Task InitializeAsync()
    {
        Task<AnvilNode> chain = AnvilNode.StartAsync(11155111);
        _postgres = await EmbeddedPostgres.StartAsync(_server, durable: false, CancellationToken.None);
        _chain = await chain;
        // Where a checkout has them.
        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "scripts", "lib"), Path.Combine(NativeTool.RepositoryRoot, "scripts", "lib"));
        // The samples name the folder as the page does.
        string samples = Directory.CreateDirectory(Path.Combine(_folder, "deploy", "samples")).FullName;
        foreach (string sample in Directory.GetFiles(Path.Combine(NativeTool.RepositoryRoot, "deploy", "samples"), "*.json"))
            await File.WriteAllTextAsync(Path.Combine(samples, Path.GetFileName(sample)), (await File.ReadAllTextAsync(sample)).Replace("/etc/keystone", Etc, StringComparison.Ordinal));
        string command = Path.Combine(_folder, "scripts", "keystone");
        await File.WriteAllTextAsync(command, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public async Task DisposeAsync()
    {
        if (_chain is not null) await _chain.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _ports.Dispose();
        foreach (string folder in (string[])[_folder, _server])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_page_leads_from_nothing_to_three_services_that_are_ready()
    {
        await SuperuserAsync($"create role {Owner} login createdb createrole password '{Password}'");
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "docs", "operations", "first-start.md"));
        (string Kind, string Lines)[] blocks = [.. Regex.Matches(page, "^```sh ?(\\w*)\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(block => (block.Groups[1].Value, block.Groups[2].Value.Replace("/etc/keystone", Etc, StringComparison.Ordinal)))];
        Assert.Equal(["RPC_URL", "DATABASE"], Regex.Matches(Assert.Single(blocks, block => block.Kind == "setup").Lines, "export (\\w+)=").Select(name => name.Groups[1].Value));

        string said = "";
        foreach ((_, string lines) in blocks.Where(block => block.Kind.Length == 0))
        {
            said += await BashAsync(lines);
            foreach (Match address in Regex.Matches(said, "0x[0-9a-fA-F]{40}")) await EtherAsync(address.Value);
        }
        Assert.Contains("created the database", said, StringComparison.Ordinal);
        Assert.Contains($"recorded in {Etc}/deployments/11155111.json", said, StringComparison.Ordinal);
        Match credential = Regex.Match(said, "client_id +(\\S+)\\nclient_secret +(\\S+)");
        Assert.True(credential.Success, said);

        string services = Assert.Single(blocks, block => block.Kind == "services").Lines;
        MatchCollection starts = Regex.Matches(services, @"dotnet run --project src/(\w+) -- --config (\S+)");
        Assert.Equal(3, starts.Count);
        List<ServiceProcess> running = [];
        string api = $"http://127.0.0.1:{_ports.Take(0)}";
        try
        {
            foreach (Match start in starts)
            {
                string name = start.Groups[1].Value, management = $"http://127.0.0.1:{_ports.Take(0)}";
                ServiceProcess service = new(new DevService(name, start.Groups[2].Value, Path.Combine(AppContext.BaseDirectory, $"Keystone.{name}.dll"), management));
                running.Add(service);
                // Only the ports are other ones: several tests run on one machine.
                await service.StartAsync("--Management:Url", management, "--Api:Url", api);
            }
            using HttpClient client = new();
            using HttpResponseMessage token = await client.PostAsync(new Uri(api + "/oauth/token"), new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials", ["client_id"] = credential.Groups[1].Value, ["client_secret"] = credential.Groups[2].Value,
                ["audience"] = "https://keystone.example",
            }));
            JsonNode issued = JsonNode.Parse(await token.Content.ReadAsStringAsync())!;
            using HttpRequestMessage list = new(HttpMethod.Get, api + "/v1/settlements") { Headers = { Authorization = new("Bearer", (string)issued["access_token"]!) } };
            using HttpResponseMessage settlements = await client.SendAsync(list);
            Assert.Equal(System.Net.HttpStatusCode.OK, settlements.StatusCode);
        }
        finally
        {
            foreach (ServiceProcess service in running) await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_role_that_may_not_create_the_database_is_given_the_statement_for_one_that_may()
    {
        await SuperuserAsync($"create role {Owner} login password '{Password}'");
        (int status, string said) = await RunAsync("scripts/keystone migrate --database \"$DATABASE\"");
        Assert.Equal(1, status);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Match statement = Regex.Match(said, "run `(create database [^`]+)`");
        Assert.True(statement.Success, said);
        await SuperuserAsync(statement.Groups[1].Value);

        // The next thing that it may not do.
        (status, said) = await RunAsync("scripts/keystone migrate --database \"$DATABASE\"");
        Assert.Equal(1, status);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        statement = Regex.Match(said, "`(create role [^`]+)`");
        Assert.True(statement.Success, said);
        await SuperuserAsync(statement.Groups[1].Value);
        (status, said) = await RunAsync("scripts/keystone migrate --database \"$DATABASE\"");
        Assert.True(status == 0, said);
        Assert.DoesNotContain("created the database", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=owner;Database=keystone")]
    [InlineData("Host=127.0.0.1;Username=nobody;Password=x;Database=keystone")]
    public async Task A_server_that_cannot_be_reached_is_not_taken_for_a_missing_database(string connection)
    {
        if (!connection.Contains("Port", StringComparison.Ordinal)) connection += $";Port={_postgres!.Port}";
        (int status, string said) = await RunAsync($"scripts/keystone migrate --database '{connection}'");
        Assert.Equal(1, status);
        Assert.DoesNotContain("does not exist, and the role", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    string Etc => Path.Combine(_folder, "etc");

    async Task SuperuserAsync(string sql)
    {
        await using NpgsqlConnection connection = new(_postgres!.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task EtherAsync(string address)
    {
        using HttpClient client = new();
        using StringContent body = new($$"""{"jsonrpc":"2.0","id":1,"method":"anvil_setBalance","params":["{{address}}","0x8ac7230489e80000"]}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(_chain!.Url, body);
        answer.EnsureSuccessStatusCode();
    }

    async Task<string> BashAsync(string lines)
    {
        (int status, string said) = await RunAsync(lines);
        Assert.True(status == 0, $"{lines}\n{said}");
        return said;
    }

    async Task<(int Status, string Said)> RunAsync(string lines)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", lines]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["RPC_URL"] = _chain!.Url.ToString().TrimEnd('/');
        start.Environment["DATABASE"] = $"Host=127.0.0.1;Port={_postgres!.Port};Database={Database};Username={Owner};Password={Password}";
        start.Environment["KEYSTONE_HOME"] = Path.Combine(_folder, "home");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        string error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + error);
    }
}
