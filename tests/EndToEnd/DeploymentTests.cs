using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.EndToEnd;

/// <summary>scripts/deploy-sepolia, the command and the forge script, rehearsed on a chain of our own with Sepolia's id. Records go elsewhere than the public one.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DeploymentTests : IAsyncLifetime, IDisposable
{
    // Published with anvil.
    const string Key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    const long Sepolia = 11155111;

    readonly string _folder = Directory.CreateTempSubdirectory("keystone-deployment-").FullName;
    readonly HttpClient _client = new();
    AnvilNode? _chain;

    string Record => Path.Combine(_folder, "record", "11155111.json");

    public async Task InitializeAsync()
    {
        _chain = await AnvilNode.StartAsync(Sepolia);
        await File.WriteAllTextAsync(Path.Combine(_folder, "key"), Key + "\n");
    }

    public async Task DisposeAsync()
    {
        if (_chain is not null) await _chain.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_script_plans_deploys_verifies_and_does_nothing_twice()
    {
        string published = Path.Combine(NativeTool.RepositoryRoot, "contracts", "deployments");
        DateTime? before = Directory.Exists(published) ? Directory.GetLastWriteTimeUtc(published) : null;
        JsonRpcNode node = new(_client, _chain!.Url);
        using JsonDocument artifact = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(NativeTool.RepositoryRoot, "contracts", "artifacts", "SettlementEscrow.json")));
        Address expected = Address.Parse(artifact.RootElement.GetProperty("create2").GetProperty("address").GetString()!);
        string codeHash = artifact.RootElement.GetProperty("codeHashes").GetProperty("11155111").GetString()!;

        (int status, string said) = await RunAsync("--dry-run");
        Assert.True(status == 0, said);
        Assert.Contains($"would be at {expected}", said, StringComparison.Ordinal);
        Assert.Contains(codeHash, said, StringComparison.Ordinal);
        Assert.Empty(await node.GetCodeAsync(expected, BlockTag.Latest, CancellationToken.None));
        Assert.False(File.Exists(Record));

        (status, said) = await RunAsync();
        Assert.True(status == 0, said);
        Assert.EndsWith("verified\n", said, StringComparison.Ordinal);
        Assert.Equal(codeHash, Keccak256.Hash(await node.GetCodeAsync(expected, BlockTag.Latest, CancellationToken.None)).ToString());
        string first = await File.ReadAllTextAsync(Record);
        using (JsonDocument record = JsonDocument.Parse(first))
        {
            Assert.Equal(Sepolia, record.RootElement.GetProperty("chainId").GetInt64());
            Assert.Equal(expected.ToString(), record.RootElement.GetProperty("escrow").GetString());
            Assert.Equal(codeHash, record.RootElement.GetProperty("codeHash").GetString());
            Assert.Equal(1, record.RootElement.GetProperty("block").GetInt64());
        }

        (status, said) = await RunAsync();
        Assert.True(status == 0, said);
        Assert.Contains("already, with the right code", said, StringComparison.Ordinal);
        Assert.Equal(first, await File.ReadAllTextAsync(Record));
        Assert.Equal(before, Directory.Exists(published) ? Directory.GetLastWriteTimeUtc(published) : null);
    }

    [Fact]
    public async Task Other_code_at_the_address_is_refused()
    {
        using JsonDocument artifact = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(NativeTool.RepositoryRoot, "contracts", "artifacts", "SettlementEscrow.json")));
        string address = artifact.RootElement.GetProperty("create2").GetProperty("address").GetString()!;
        await AskAsync("anvil_setCode", $"\"{address}\",\"0x00\"");
        (int status, string said) = await RunAsync();
        Assert.Equal(1, status);
        Assert.Contains("it is not the escrow of this build", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Record));
    }

    [Fact]
    public async Task Another_chain_is_refused()
    {
        await using AnvilNode other = await AnvilNode.StartAsync(31337);
        (int status, string said) = await RunAsync(other.Url);
        Assert.Equal(1, status);
        Assert.Contains("The node is of chain 31337, not of 11155111", said, StringComparison.Ordinal);
    }

    // Code that the sources do not build is sent by nobody, whatever stands in the artifacts.
    [Fact]
    public async Task Sources_that_do_not_build_the_published_bytecode_stop_the_script_before_it_sends()
    {
        string tools = Path.Combine(_folder, "tools");
        Directory.CreateDirectory(tools);
        await File.WriteAllTextAsync(Path.Combine(tools, "node"), "#!/bin/sh\necho 'DIFFERS  the explorer input builds other bytecode'\nexit 1\n");
        File.SetUnixFileMode(Path.Combine(tools, "node"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (int status, string said) = await RunAsync(
            Path.Combine(NativeTool.RepositoryRoot, "scripts", "deploy-sepolia"), [.. Arguments(_chain!.Url)],
            new() { ["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}" });
        Assert.Equal(1, status);
        Assert.Contains("would be at", said, StringComparison.Ordinal);
        Assert.Contains("solc compiles the escrow alone", said, StringComparison.Ordinal);
        Assert.Contains("DIFFERS", said, StringComparison.Ordinal);
        Assert.Contains("do not build the published bytecode; nothing was sent", said, StringComparison.Ordinal);
        Assert.Equal("0x0", await AskAsync("eth_blockNumber", ""));
        Assert.False(File.Exists(Record));
    }

    [Fact]
    public async Task The_command_names_its_record_before_it_sends_and_sends_nothing_when_it_cannot_be_written()
    {
        (int status, string said) = await KeystoneAsync([.. KeyArguments, "--record", Path.Combine(_folder, "record"), "--dry-run"]);
        Assert.True(status == 0, said);
        Assert.Contains($"The record would be written to {Record}\n", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Record)));

        (status, said) = await KeystoneAsync([.. KeyArguments, "--record", Path.Combine(_folder, "key", "below")]);
        Assert.Equal(1, status);
        Assert.Contains($"The record cannot be written to {Path.Combine(_folder, "key", "below", "11155111.json")}", said, StringComparison.Ordinal);
        Assert.Contains("--record", said, StringComparison.Ordinal);
        Assert.Equal("0x0", await AskAsync("eth_blockNumber", ""));

        (status, said) = await KeystoneAsync([.. KeyArguments, "--record", Path.Combine(_folder, "record")]);
        Assert.True(status == 0, said);
        Assert.EndsWith($"recorded in {Record}\nsettings of each service: Chains:0:Deployment = {Record}\n", said, StringComparison.Ordinal);
        Assert.True(File.Exists(Record));
    }

    // contracts/script/Deploy.s.sol, on a chain of its own. Only the transactions differ: each client has its own fees and gas limit.
    [Fact]
    public async Task The_command_and_the_forge_script_give_the_same_address_code_and_record()
    {
        (int status, string said) = await KeystoneAsync([.. KeyArguments, "--record", Path.Combine(_folder, "record")]);
        Assert.True(status == 0, said);
        JsonObject byCommand = JsonNode.Parse(await File.ReadAllTextAsync(Record))!.AsObject();

        await using AnvilNode other = await AnvilNode.StartAsync(Sepolia);
        string folder = Path.Combine("artifacts", "contracts", "broadcast", Guid.NewGuid().ToString("n"));
        string record = Path.Combine(NativeTool.RepositoryRoot, folder, "record", "11155111.json");
        try
        {
            (status, said) = await ForgeAsync(other.Url, folder, "--broadcast", "--private-key", Key);
            Assert.True(status == 0, said);
            Assert.False(File.Exists(record));
            (status, said) = await ForgeAsync(other.Url, folder, "--sig", "record()");
            Assert.True(status == 0, said);
            string first = await File.ReadAllTextAsync(record);
            JsonObject byScript = JsonNode.Parse(first)!.AsObject();
            foreach (string member in (string[])["chainId", "escrow", "codeHash", "block"])
                Assert.Equal(byCommand[member]!.ToJsonString(), byScript[member]!.ToJsonString());
            JsonRpcNode node = new(_client, other.Url);
            TransactionReceipt? receipt = await node.GetTransactionReceiptAsync(Hash32.Parse((string)byScript["transaction"]!), CancellationToken.None);
            Assert.True(receipt is { Succeeded: true, BlockNumber: 1 });
            byte[] code = await node.GetCodeAsync(Address.Parse((string)byScript["escrow"]!), BlockTag.Latest, CancellationToken.None);
            Assert.Equal((string?)byScript["codeHash"], Keccak256.Hash(code).ToString());
            // Same members in the same order and with the same spaces.
            Assert.Equal(await File.ReadAllTextAsync(Record), first.Replace((string)byScript["transaction"]!, (string)byCommand["transaction"]!, StringComparison.Ordinal));

            // Doing it again sends nothing and keeps the record.
            (status, said) = await ForgeAsync(other.Url, folder, "--broadcast", "--private-key", Key);
            Assert.True(status == 0, said);
            Assert.Contains("is there already", said, StringComparison.Ordinal);
            (status, said) = await ForgeAsync(other.Url, folder, "--sig", "record()");
            Assert.True(status == 0, said);
            Assert.Equal(first, await File.ReadAllTextAsync(record));
            Assert.Equal(1, (await node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number);
        }
        finally
        {
            Delete(folder);
        }
    }

    [Fact]
    public async Task The_forge_script_records_no_other_code()
    {
        using JsonDocument artifact = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(NativeTool.RepositoryRoot, "contracts", "artifacts", "SettlementEscrow.json")));
        string address = artifact.RootElement.GetProperty("create2").GetProperty("address").GetString()!;
        await AskAsync("anvil_setCode", $"\"{address}\",\"0x00\"");
        string folder = Path.Combine("artifacts", "contracts", "broadcast", Guid.NewGuid().ToString("n"));
        try
        {
            foreach (string[] words in (string[][])[["--broadcast", "--private-key", Key], ["--sig", "record()"]])
            {
                (int status, string said) = await ForgeAsync(_chain!.Url, folder, words);
                Assert.NotEqual(0, status);
                Assert.Contains("it is not the escrow of this build", said, StringComparison.Ordinal);
            }
            Assert.False(Directory.Exists(Path.Combine(NativeTool.RepositoryRoot, folder, "record")));
        }
        finally
        {
            Delete(folder);
        }
    }

    // What README says, pasted into a shell.
    [Fact]
    public async Task The_keystores_that_the_front_page_makes_open_and_the_samples_name_the_record()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "README.md"));
        string lines = page[page.IndexOf("(umask 077; for name", StringComparison.Ordinal)..];
        lines = lines[..(lines.IndexOf("done)", StringComparison.Ordinal) + 5)];
        Directory.CreateSymbolicLink(Path.Combine(_folder, "scripts"), Path.Combine(NativeTool.RepositoryRoot, "scripts"));
        (int status, string said) = await RunAsync("bash", ["-c", lines], []);
        Assert.True(status == 0, said);
        foreach (string name in (string[])["deployer.keystore", "deployer.password", "keeper.keystore", "keeper.password"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, name)));

        string[] keystore = ["--keystore", "deployer.keystore", "--password-file", "deployer.password", "--dry-run"];
        (status, said) = await KeystoneAsync(keystore);
        Assert.Equal(1, status);
        Assert.Contains("That is too little", said, StringComparison.Ordinal);
        string payer = Regex.Match(said, "(0x[0-9a-fA-F]{40}) has 0 ether").Groups[1].Value;
        await AskAsync("anvil_setBalance", $"\"{payer}\",\"0x8ac7230489e80000\"");
        (status, said) = await KeystoneAsync(keystore);
        Assert.True(status == 0, said);

        string deployed = Regex.Match(page, @"keystone deploy .*--record (\S+)").Groups[1].Value;
        string[] files = Directory.GetFiles(Path.Combine(NativeTool.RepositoryRoot, "deploy", "samples"), "*.json");
        Assert.Equal(3, files.Length);
        foreach (string file in files)
        {
            Match sample = Regex.Match(await File.ReadAllTextAsync(file), @"""ChainId"": (\d+).*""Deployment"": ""([^""]+)""");
            Assert.Equal($"{deployed}/{sample.Groups[1].Value}.json", sample.Groups[2].Value);
        }
    }

    [Fact]
    public async Task Without_a_key_the_command_says_how_a_keystore_is_made()
    {
        (int status, string said) = await KeystoneAsync([]);
        Assert.Equal(1, status);
        Assert.Contains("cast wallet new", said, StringComparison.Ordinal);
    }

    static string Program => Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll");

    string[] KeyArguments => ["--private-key-file", Path.Combine(_folder, "key")];

    IEnumerable<string> Arguments(Uri node) => ["--rpc-url", node.ToString(), .. KeyArguments, "--record", Path.Combine(_folder, "record")];

    static void Delete(string folder)
    {
        string path = Path.Combine(NativeTool.RepositoryRoot, folder);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    async Task<string> AskAsync(string method, string parameters)
    {
        using StringContent body = new($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":[{{parameters}}]}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _client.PostAsync(_chain!.Url, body);
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Null(answer["error"]);
        return answer["result"]?.ToString() ?? "";
    }

    Task<(int Status, string Said)> KeystoneAsync(string[] words) => RunAsync("dotnet", [Program, "deploy", "--rpc-url", _chain!.Url.ToString(), .. words], []);

    Task<(int Status, string Said)> ForgeAsync(Uri node, string folder, params string[] words) =>
        RunAsync(
            NativeTool.Forge,
            ["script", "contracts/script/Deploy.s.sol", "--rpc-url", node.ToString(), "--non-interactive", .. words],
            new()
            {
                ["FOUNDRY_BROADCAST"] = folder,
                // Apart from the contracts' own suite, which may run at the same time.
                ["FOUNDRY_OUT"] = "artifacts/contracts/script",
                ["FOUNDRY_CACHE_PATH"] = "artifacts/contracts/script-cache",
                ["KEYSTONE_DEPLOYMENTS"] = Path.Combine(folder, "record"),
            },
            NativeTool.RepositoryRoot);

    Task<(int Status, string Said)> RunAsync(params string[] more) => RunAsync(_chain!.Url, more);

    // The contracts' own suite proves that sources and bytecode belong together.
    Task<(int Status, string Said)> RunAsync(Uri node, params string[] more) =>
        RunAsync(Path.Combine(NativeTool.RepositoryRoot, "scripts", "deploy-sepolia"), [.. Arguments(node), .. more], new() { ["KEYSTONE_SKIP_BUILD_PROOF"] = "1" });

    async Task<(int Status, string Said)> RunAsync(string program, string[] words, Dictionary<string, string> environment, string? folder = null)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        ProcessStartInfo start = new(program, words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? _folder,
        };
        start.Environment["KEYSTONE_HOME"] = Path.Combine(_folder, "home");
        start.Environment["KEYSTONE_PROGRAM"] = Program;
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        string error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + error);
    }
}
