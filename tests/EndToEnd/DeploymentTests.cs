using System.Diagnostics;
using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Dev.Servers;

namespace Keystone.EndToEnd;

/// <summary>scripts/deploy-sepolia, rehearsed on a chain of our own with Sepolia's id. The record goes elsewhere than the public one.</summary>
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
        string published = Path.Combine(NativeTool.RepositoryRoot, "deployments");
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
        using StringContent body = new($$"""{"jsonrpc":"2.0","id":1,"method":"anvil_setCode","params":["{{address}}","0x00"]}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _client.PostAsync(_chain!.Url, body);
        response.EnsureSuccessStatusCode();
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

    Task<(int Status, string Said)> RunAsync(params string[] more) => RunAsync(_chain!.Url, more);

    async Task<(int Status, string Said)> RunAsync(Uri node, params string[] more)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        ProcessStartInfo start = new(
            Path.Combine(NativeTool.RepositoryRoot, "scripts", "deploy-sepolia"),
            ["--rpc-url", node.ToString(), "--private-key-file", Path.Combine(_folder, "key"), "--record", Path.Combine(_folder, "record"), .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["KEYSTONE_HOME"] = Path.Combine(_folder, "home");
        start.Environment["KEYSTONE_PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll");
        // The contracts' own suite proves that sources and bytecode belong together.
        start.Environment["KEYSTONE_SKIP_BUILD_PROOF"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        string error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + error);
    }
}
