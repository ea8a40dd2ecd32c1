namespace Keystone.Testing;

/// <summary>A chain under the rules of Amsterdam, with the published escrow deployed: Sepolia's since block 11,856,337.</summary>
public sealed class AmsterdamChain : TestChain
{
    /// <inheritdoc/>
    protected override async Task<(IAsyncDisposable Process, Uri Url)> StartNodeAsync()
    {
        VmNode node = await VmNode.StartAsync(ChainId, Accounts.Select(account => account.Address.ToString()));
        return (node, node.Url);
    }
}
