using System.Globalization;
using Keystone.Dev.Servers;

namespace Keystone.Testing;

/// <summary>A chain whose blocks <c>@ethereumjs/vm</c> executes (scripts/lib/vm-node.mjs): for rules that anvil does not have. In memory.</summary>
public sealed class VmNode : IAsyncDisposable
{
    const string Listening = "Listening on ";

    readonly Leash _leash;

    VmNode(Leash leash, Uri url) => (_leash, Url) = (leash, url);

    /// <summary>JSON-RPC over HTTP.</summary>
    public Uri Url { get; }

    /// <summary>Starts a chain that mines a block with each transaction.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="rich">Addresses that hold 10,000 ether each.</param>
    /// <param name="hardfork">Rules of the first block: <c>prague</c>, <c>osaka</c>, <c>amsterdam</c>. The method <c>vm_setHardfork</c> changes them.</param>
    /// <param name="blockGas">Gas limit of a block.</param>
    public static async Task<VmNode> StartAsync(long chainId, IEnumerable<string> rich, string hardfork = "amsterdam", long blockGas = 60_000_000)
    {
        Leash leash = Leash.Start("node",
        [
            Path.Combine(NativeTool.RepositoryRoot, "scripts", "lib", "vm-node.mjs"), "--chain-id", chainId.ToString(CultureInfo.InvariantCulture),
            "--hardfork", hardfork, "--gas-limit", blockGas.ToString(CultureInfo.InvariantCulture), "--rich", string.Join(',', rich),
        ]);
        try
        {
            string line = await leash.WaitForLineAsync(line => line.StartsWith(Listening, StringComparison.Ordinal), TimeSpan.FromMinutes(2), CancellationToken.None);
            return new VmNode(leash, new Uri($"http://{line[Listening.Length..].Trim()}"));
        }
        catch
        {
            await leash.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _leash.DisposeAsync();
}
