using Keystone.Api.Sandbox;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>A sandbox over the chain of the fixture.</summary>
internal sealed class TestSandbox(ApiFixture api) : ISandbox
{
    public IReadOnlyDictionary<string, Address> Tokens => new Dictionary<string, Address>(StringComparer.Ordinal) { ["USDC"] = api.Usdc };

    public async Task<Hash32?> MintAsync(long chainId, Address token, Address to, UInt256? tokenId, UInt256 amount, CancellationToken cancellationToken)
    {
        TransactionReceipt receipt = await api.Chain.SendAsync(api.Chain.Accounts[0], token, TokenMessages.Mint(to, tokenId ?? amount));
        return receipt.Succeeded ? receipt.TransactionHash : null;
    }

    // The chain of the fixture is not moved: the tests of this suite share it, and end-to-end tests move one of their own.
    public Task<AdvancedClock> AdvanceAsync(TimeSpan by, TimeProvider time, CancellationToken cancellationToken) =>
        Task.FromResult(new AdvancedClock(time.GetUtcNow() + by, by, 1, time.GetUtcNow() + by));
}
