namespace Keystone.Identity.Sessions;

/// <summary>An environment that a member may open.</summary>
/// <param name="Id">Id.</param>
/// <param name="Slug">Name in the address of its pages.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Kind"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="ChainId">EIP-155 id of the chain on which it settles.</param>
public sealed record MemberEnvironment(Guid Id, string Slug, string Name, string Kind, long ChainId);
