using Keystone.Api.Sandbox;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>A sandbox over the chain and the clock of the fixture.</summary>
internal sealed class TestSandbox(ApiFixture api) : ISandbox
{
    public IReadOnlyDictionary<string, Address> Tokens => new Dictionary<string, Address>(StringComparer.Ordinal) { ["USDC"] = api.Usdc };

    public async Task<Hash32?> MintAsync(long chainId, Address token, Address to, UInt256? tokenId, UInt256 amount, CancellationToken cancellationToken)
    {
        TransactionReceipt receipt = await api.Chain.SendAsync(api.Chain.Accounts[0], token, TokenMessages.Mint(to, tokenId ?? amount));
        return receipt.Succeeded ? receipt.TransactionHash : null;
    }

    public async Task<(TimeSpan Ahead, ChainTime Block)> AdvanceAsync(long chainId, TimeSpan by, CancellationToken cancellationToken)
    {
        api.Clock.Shift += by;
        BlockHeader head = (await api.Chain.Node.GetBlockAsync(BlockTag.Latest, cancellationToken))!;
        return (api.Clock.Shift, head.Timestamp);
    }
}
