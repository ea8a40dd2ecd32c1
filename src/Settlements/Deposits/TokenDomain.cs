using Keystone.Ethereum;

namespace Keystone.Settlements.Deposits;

/// <summary>EIP-712 domain of a token, whose separator is the one that the contract itself gives.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Separator">Hash of the domain.</param>
internal sealed record TokenDomain(string Name, string Version, Hash32 Separator);

/// <summary>Which signatures a token takes in place of a transaction.</summary>
/// <param name="Domain">What they are made under; null for a token that takes none.</param>
/// <param name="HasAuthorization">ERC-3009: a signed transfer.</param>
/// <param name="HasPermit">EIP-2612: a signed approval.</param>
internal sealed record TokenSigning(TokenDomain? Domain, bool HasAuthorization, bool HasPermit)
{
    public static TokenSigning None { get; } = new(null, false, false);
}
