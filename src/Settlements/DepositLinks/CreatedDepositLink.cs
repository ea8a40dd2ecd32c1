namespace Keystone.Settlements.DepositLinks;

/// <summary>A link at its birth.</summary>
/// <param name="Link">The link.</param>
/// <param name="Token">Its token, 256 random bits; nobody can read it again.</param>
public sealed record CreatedDepositLink(DepositLinkView Link, string Token);
