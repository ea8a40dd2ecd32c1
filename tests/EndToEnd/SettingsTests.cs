using System.Diagnostics;
using System.Text.Json.Nodes;
using Keystone.Dev;

namespace Keystone.EndToEnd;

/// <summary>A setting that is missing or wrong stops the start with one sentence that names it.</summary>
public sealed class SettingsTests(SettingsTests.Ground ground) : IClassFixture<SettingsTests.Ground>
{
    [Theory]
    [InlineData("api", "Storage:ConnectionString", null)]
    [InlineData("api", "Storage:ConnectionString", "Host=127.0.0.1;Port=1;Username=keystone_api;Database=keystone")]
    [InlineData("api", "Identity:KeysDirectory", null)]
    [InlineData("api", "Webhooks:SecretKeyFile", null)]
    [InlineData("api", "Webhooks:SecretKeyFile", "/nonexistent/key")]
    [InlineData("api", "Api:Url", "8080")]
    [InlineData("api", "Api:Url", "https://127.0.0.1:0")]
    [InlineData("api", "Api:Url", "http://192.0.2.1:1")]
    [InlineData("api", "Identity:KeysDirectory", "/proc/nowhere")]
    [InlineData("api", "Chains:0:Escrow", "0x123")]
    [InlineData("api", "Management:Url", "nowhere")]
    [InlineData("indexer", "Storage:ConnectionString", null)]
    [InlineData("indexer", "Chains:0:RpcUrls:0", "ftp://127.0.0.1")]
    [InlineData("indexer", "Chains:0:ChainId", "0")]
    [InlineData("indexer", "Indexer:PollMilliseconds", "0")]
    [InlineData("indexer", "Indexer:PollMilliseconds", "soon")]
    [InlineData("keeper", "Storage:ConnectionString", null)]
    [InlineData("keeper", "Signer:PrivateKey", null, "Signer:Keystore")]
    [InlineData("keeper", "Signer:PrivateKey", "0x12")]
    [InlineData("keeper", "Signer:Url", "https://signer.invalid")] // beside the key of the test's settings
    [InlineData("keeper", "Signer:PrivateKey", "0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("keeper", "Chains:0:ChainId", "5", "ChainId")]
    [InlineData("keeper", "Screening:DenyList", "/nonexistent/list")]
    [InlineData("keeper", "Keeper:SwapMarginSeconds", "-1")]
    [InlineData("keeper", "Storage:IdleInTransactionSeconds", "4")] // of a lease of two seconds
    [InlineData("keeper", "Log:Level", "Loud")]
    public async Task A_wrong_setting_stops_the_start_with_a_sentence_that_names_it(string service, string setting, string? value, string? named = null)
    {
        DevService known = ground.System.File.Service(service);
        JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(known.SettingsFile))!;
        settings.Remove(setting);
        if (value is not null) settings[setting] = value;
        string file = known.SettingsFile + "." + Guid.NewGuid().ToString("n");
        await File.WriteAllTextAsync(file, settings.ToJsonString());

        (int status, string error) = await RunAsync("dotnet", known.Assembly, "--config", file);
        Assert.Equal(1, status);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named ?? setting, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_are_reported_at_once()
    {
        DevService known = ground.System.File.Service("keeper");
        (int status, string error) = await RunAsync("dotnet", known.Assembly);
        Assert.Equal(1, status);
        foreach (string setting in (string[])["Storage:ConnectionString", "Signer:Keystore", "Screening:DenyList", "Webhooks:SecretKeyFile", "Chains"])
            Assert.Contains(setting, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Platform X", "-bad-", "lower-case letters")]
    [InlineData("Platform A", "platform-a", "taken")]
    [InlineData("", "platform-x", "name")]
    public async Task A_platform_that_cannot_be_created_is_refused_in_a_sentence(string name, string slug, string says)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll");
        (int status, string error) = await RunAsync(
            "dotnet", program, "platform", "create", $"--name={name}", $"--slug={slug}", "--database", ground.System.File.OwnerConnection);
        Assert.Equal(1, status);
        Assert.Contains(says, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    static async Task<(int Status, string Error)> RunAsync(string program, params string[] arguments)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        try
        {
            Task<string> said = process.StandardOutput.ReadToEndAsync(deadline.Token);
            string error = await process.StandardError.ReadToEndAsync(deadline.Token);
            await said;
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, error);
        }
        finally
        {
            // One that was not stopped by its settings would run on.
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Everything but the services.</summary>
    public sealed class Ground : IAsyncLifetime
    {
        internal LocalSystem System { get; private set; } = null!;

        public async Task InitializeAsync() => System = await LocalSystem.StartAsync(services: false);

        public async Task DisposeAsync()
        {
            if (System is not null) await System.DisposeAsync();
        }
    }
}
