namespace Keystone.Identity;

/// <summary>A platform to be created.</summary>
/// <param name="Slug">Its name in requests.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Environment">Slug of its first environment.</param>
/// <param name="Kind"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="ChainId">EIP-155 id of the chain on which that environment settles.</param>
public sealed record NewPlatform(string Slug, string Name, string Environment, string Kind, long ChainId);
