using Keystone.Ethereum;

namespace Keystone.Api.Sandbox;

/// <summary>
/// What only a development system can do. The routes under <c>/v1/test_helpers</c> exist where this is registered, which the program <c>keystone-dev</c> alone does.
/// </summary>
public interface ISandbox
{
    /// <summary>Test tokens by symbol.</summary>
    IReadOnlyDictionary<string, Address> Tokens { get; }

    /// <summary>Mints a test token.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="token">The token.</param>
    /// <param name="to">Who gets it.</param>
    /// <param name="tokenId">Which token of an ERC-721 or ERC-1155; null for an ERC-20.</param>
    /// <param name="amount">Smallest units; 1 of an ERC-721.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The transaction, mined; null when the contract cannot be minted by everybody.</returns>
    Task<Hash32?> MintAsync(long chainId, Address token, Address to, UInt256? tokenId, UInt256 amount, CancellationToken cancellationToken);

    /// <summary>Moves the chain forward, then business time; this process has the new time when the task ends, the others within a second.</summary>
    /// <param name="by">Whole seconds, more than none.</param>
    /// <param name="time">Business time of this process.</param>
    /// <param name="cancellationToken">Cancels what has not begun: once the chain has moved, business time follows.</param>
    Task<AdvancedClock> AdvanceAsync(TimeSpan by, TimeProvider time, CancellationToken cancellationToken);
}
