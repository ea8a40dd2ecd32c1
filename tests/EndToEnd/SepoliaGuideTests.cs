using System.Diagnostics;
using System.Text.RegularExpressions;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>docs/operations/sepolia.md from an empty account to a settlement that is final, each line as it stands there, on a chain of our own with Sepolia's id. The source is recompiled to the deployed bytes on the way.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SepoliaGuideTests : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("keystone-sepolia-").FullName;
    readonly string _server = Path.Combine(KeystoneHome.Open(), "test", $"sepolia-{Environment.ProcessId}-{Guid.NewGuid():n}");
    readonly Ports _ports = new();
    readonly HttpClient _client = new();
    EmbeddedPostgres? _postgres;
    AnvilNode? _chain;
    string _api = "";

    string Etc => Path.Combine(_folder, "etc");

    public async Task InitializeAsync()
    {
        Task<AnvilNode> chain = AnvilNode.StartAsync(11155111);
        _postgres = await EmbeddedPostgres.StartAsync(_server, durable: false, CancellationToken.None);
        _chain = await chain;
        _api = $"http://127.0.0.1:{_ports.Take(0)}";
        string root = NativeTool.RepositoryRoot, program = Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll");
        Directory.CreateDirectory(Path.Combine(_folder, "scripts"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "scripts", "lib"), Path.Combine(root, "scripts", "lib"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "contracts"), Path.Combine(root, "contracts"));
        string samples = Directory.CreateDirectory(Path.Combine(_folder, "deploy", "samples")).FullName;
        foreach (string sample in Directory.GetFiles(Path.Combine(root, "deploy", "samples"), "*.json"))
            await File.WriteAllTextAsync(Path.Combine(samples, Path.GetFileName(sample)), (await File.ReadAllTextAsync(sample)).Replace("/etc/keystone", Etc, StringComparison.Ordinal));
        await ProgramAsync("keystone", $"exec dotnet '{program}' \"$@\"");
        // The page proves the source by a step of its own.
        await ProgramAsync("deploy-sepolia", $"exec env KEYSTONE_PROGRAM='{program}' KEYSTONE_SKIP_BUILD_PROOF=1 '{root}/scripts/deploy-sepolia' \"$@\"");
    }

    public async Task DisposeAsync()
    {
        if (_chain is not null) await _chain.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _ports.Dispose();
        _client.Dispose();
        foreach (string folder in (string[])[_folder, _server])
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_page_leads_from_an_empty_account_to_a_settlement_that_is_final()
    {
        await using (NpgsqlConnection connection = new(_postgres!.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using NpgsqlCommand role = new("create role owner login createdb createrole password 'sepolia'", connection);
            await role.ExecuteNonQueryAsync();
        }
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "docs", "operations", "sepolia.md"));
        (string Kind, string Lines)[] blocks = [.. Regex.Matches(page, "^```sh ?(\\w*)\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(block => (block.Groups[1].Value, block.Groups[2].Value.Replace("/etc/keystone", Etc, StringComparison.Ordinal)))];
        Assert.Equal(["", "", "", "", "", "services", "settle", "setup"], blocks.Select(block => block.Kind).Order(StringComparer.Ordinal));

        string said = "";
        foreach ((_, string lines) in blocks.Where(block => block.Kind.Length == 0))
        {
            string now = await BashAsync(lines);
            foreach (Match address in Regex.Matches(now, "0x[0-9a-fA-F]{40}\\b")) await AskAsync("anvil_setBalance", $"\"{address.Value}\",\"0x8ac7230489e80000\"");
            said += now;
        }
        Assert.Contains("verified\n", said, StringComparison.Ordinal);
        Assert.Contains("ok   SettlementEscrow: the committed input is what the sources make", said, StringComparison.Ordinal);
        Assert.Matches("ok   SettlementEscrow: the committed input builds the code at 0x[0-9a-fA-F]{40}\n", said);
        Assert.Contains("TBOND is 0x", said, StringComparison.Ordinal);

        List<ServiceProcess> running = [];
        using CancellationTokenSource enough = new();
        Task blocksOfTheChain = MineAsync(enough.Token);
        try
        {
            foreach (Match start in Regex.Matches(blocks.Single(block => block.Kind == "services").Lines, @"dotnet run --project src/(\w+) -- --config (\S+)"))
            {
                string name = start.Groups[1].Value, management = $"http://127.0.0.1:{_ports.Take(0)}";
                ServiceProcess service = new(new DevService(name, start.Groups[2].Value, Path.Combine(AppContext.BaseDirectory, $"Keystone.{name}.dll"), management));
                running.Add(service);
                // Other ports, because several tests run on one machine; and a chain that is final after five blocks instead of two epochs.
                await service.StartAsync("--Management:Url", management, "--Api:Url", _api, "--Chains:0:FinalityDepth", "5", "--Keeper:MaxClockSkewSeconds", "0");
            }
            Assert.Equal(3, running.Count);
            Assert.Matches("settlement [0-9a-f-]{36} is FINALIZED\n", await BashAsync(blocks.Single(block => block.Kind == "settle").Lines));
            Assert.Contains("  active  ", await BashAsync("scripts/keystone sender list --database \"$DATABASE\""), StringComparison.Ordinal);
        }
        finally
        {
            await enough.CancelAsync();
            await blocksOfTheChain;
            foreach (ServiceProcess service in running) await service.DisposeAsync();
        }
    }

    // What the table says is gas times the fee.
    [Fact]
    public async Task The_costs_are_gas_times_fees()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "docs", "operations", "sepolia.md"));
        Match[] rows = [.. Regex.Matches(page, @"^\| .* \| (?:deployer|keeper) \| ([\d,]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", RegexOptions.Multiline).Cast<Match>()];
        Assert.Equal(4, rows.Length);
        foreach (Match row in rows)
        {
            decimal gas = decimal.Parse(row.Groups[1].Value, System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal([1m, 10m, 50m], Enumerable.Range(2, 3).Select(i => decimal.Parse(row.Groups[i].Value, System.Globalization.CultureInfo.InvariantCulture))
                .Zip([1m, 10m, 50m], (ether, gwei) => Math.Abs(ether - (gas * gwei / 1_000_000_000m)) <= 0.00005m ? gwei : ether));
        }
    }

    async Task MineAsync(CancellationToken enough)
    {
        using PeriodicTimer second = new(TimeSpan.FromSeconds(1));
        try
        {
            while (await second.WaitForNextTickAsync(enough)) await AskAsync("anvil_mine", "\"0x1\"");
        }
        catch (OperationCanceledException)
        {
            // The settlement is final.
        }
    }

    async Task ProgramAsync(string name, string line)
    {
        string file = Path.Combine(_folder, "scripts", name);
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{line}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    async Task AskAsync(string method, string parameters)
    {
        using StringContent body = new($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":[{{parameters}}]}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.PostAsync(_chain!.Url, body);
        answer.EnsureSuccessStatusCode();
    }

    async Task<string> BashAsync(string lines)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(4));
        ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", lines]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        string node = _chain!.Url.ToString().TrimEnd('/');
        start.Environment["NODE_ONE"] = node;
        start.Environment["NODE_TWO"] = node.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        start.Environment["API"] = _api;
        start.Environment["DATABASE"] = $"Host=127.0.0.1;Port={_postgres!.Port};Database=sepolia;Username=owner;Password=sepolia";
        start.Environment["KEYSTONE_HOME"] = Path.Combine(_folder, "home");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        string error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        string said = await output + error;
        Assert.True(process.ExitCode == 0, $"{lines}\n{said}");
        return said;
    }
}
