using System.Text.Json;

namespace Keystone.Architecture;

/// <summary>What a service carries, transitively: its lock file.</summary>
public sealed class ServicePackageTests
{
    static readonly string[] ForTools = ["Nethereum.Web3", "Nethereum.Accounts", "Nethereum.Signer", "Keystone.Ethereum.Web3"];

    [Theory]
    [InlineData("Api")]
    [InlineData("Keeper")]
    [InlineData("Indexer")]
    public void A_service_does_not_carry_web3_or_its_signers(string service)
    {
        IReadOnlyList<string> carried = Carried(service);
        Assert.Contains("Npgsql", carried); // the file is read at all
        Sources.None(carried.Where(package => ForTools.Contains(package, StringComparer.OrdinalIgnoreCase)
            || package.StartsWith("Nethereum.Signer.", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void The_command_line_carries_web3() => Assert.Contains("Nethereum.Web3", Carried("Cli"));

    static IReadOnlyList<string> Carried(string project)
    {
        using JsonDocument locked = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Sources.Root, "src", project, "packages.lock.json")));
        return [.. locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()).Select(package => package.Name)];
    }
}
