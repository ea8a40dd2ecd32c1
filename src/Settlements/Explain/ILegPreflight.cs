using Keystone.Ethereum;

namespace Keystone.Settlements.Explain;

/// <summary>Checks at the chain whether a leg can be deposited: balance, allowance, sender, pause, verification, ether for gas.</summary>
internal interface ILegPreflight
{
    /// <summary>Makes the checks. A node that does not answer gives checks without a result, never an exception.</summary>
    Task<IReadOnlyList<CheckView>> CheckAsync(PreflightLeg leg, CancellationToken cancellationToken);
}

/// <summary>A leg to check.</summary>
/// <param name="Reader">Environment for which it is checked.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Escrow">The escrow contract.</param>
/// <param name="Standard">Standard of the token.</param>
/// <param name="Token">The token contract.</param>
/// <param name="TokenId">Which token; 0 for an ERC-20.</param>
/// <param name="Amount">Smallest units.</param>
/// <param name="Depositor">Wallet that deposits.</param>
/// <param name="Recipient">Wallet that receives; null while it is not known.</param>
internal sealed record PreflightLeg(Guid Reader, long ChainId, Address Escrow, string Standard, Address Token, UInt256 TokenId, UInt256 Amount, Address Depositor, Address? Recipient);
