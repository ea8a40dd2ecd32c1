using Keystone.Ethereum.Nodes;
using Keystone.Keeper.Attestation;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper;

/// <summary>Refuses a raw key outside development chains. The node's software decides and not the chain id, because a development chain may have Sepolia's.</summary>
internal sealed class RawKeyGuard(IOptions<SignerOptions> signer, IOptions<AttesterOptions> attester, IEthereumNodes nodes) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] raw = [.. Sections().Where(one => one.Options.PrivateKey.Length > 0).Select(one => one.Section)];
        if (raw.Length == 0) return;
        foreach (ChainOptions chain in nodes.Chains)
        {
            foreach (IEthereumNode node in nodes.AllFor(chain.ChainId))
            {
                string software = await node.GetClientVersionAsync(cancellationToken);
                if (!software.Contains("anvil", StringComparison.OrdinalIgnoreCase))
                    throw new InvalidOperationException(
                        $"{raw[0]}:PrivateKey is for development chains only, and the node of chain {chain.ChainId} is {software}; use {raw[0]}:Keystore and {raw[0]}:PasswordFile.");
            }
        }
    }

    IEnumerable<(string Section, SignerOptions Options)> Sections()
    {
        yield return (SignerOptions.Section, signer.Value);
        for (int i = 0; i < signer.Value.Others.Length; i++) yield return ($"{SignerOptions.Section}:Others:{i}", signer.Value.Others[i]);
        if (attester.Value.Signer is { } own) yield return (AttesterOptions.SignerSection, own);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
