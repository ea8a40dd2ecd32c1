using System.Diagnostics;
using Keystone.Dev;
using Keystone.Dev.Servers;

namespace Keystone.EndToEnd;

/// <summary>The TypeScript client of <c>clients/typescript</c>: its types are those of the OpenAPI document, it compiles, and it works against the running service.</summary>
public sealed class TypeScriptClientTests
{
    static readonly string Folder = Path.Combine(NativeTool.RepositoryRoot, "clients", "typescript");

    [Fact]
    public async Task Its_types_are_those_of_the_document() =>
        Assert.Equal((0, ""), await RunAsync("node", [Path.Combine(NativeTool.RepositoryRoot, "scripts", "lib", "client-types.mjs"), "--check"]));

    [Fact]
    public async Task It_compiles_and_works_against_the_running_service()
    {
        (int compiled, string said) = await RunAsync("node", [Path.Combine(Folder, "node_modules", "typescript", "bin", "tsc"), "-p", Folder]);
        Assert.True(compiled == 0, said);
        await using LocalSystem system = await LocalSystem.StartAsync();
        DevPlatform platform = system.File.Platform("platform-a");
        (int status, said) = await RunAsync("node", [Path.Combine(Folder, "test", "service.mjs")], new()
        {
            ["KEYSTONE_URL"] = system.File.ApiUrl,
            ["KEYSTONE_CLIENT_ID"] = platform.ClientId,
            ["KEYSTONE_CLIENT_SECRET"] = platform.ClientSecret,
            ["KEYSTONE_WALLETS"] = $"{DevAccounts.Party(1).Address} {DevAccounts.Party(2).Address}",
        });
        Assert.True(status == 0, said);
        Assert.Equal(7, said.Split('\n').Count(line => line.StartsWith("ok: ", StringComparison.Ordinal)));
    }

    static async Task<(int Status, string Said)> RunAsync(string program, string[] arguments, Dictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? []) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output + await error);
    }
}
