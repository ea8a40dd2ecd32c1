using Keystone.Identity.Credentials;

namespace Keystone.Identity.Environments;

/// <summary>An environment to be made.</summary>
/// <param name="Slug">Name within the platform.</param>
/// <param name="Kind"><c>sandbox</c> or <c>production</c>; <c>development</c> is another word for <c>sandbox</c>.</param>
/// <param name="ChainId">EIP-155 id of the chain on which it settles.</param>
/// <param name="Name">Name for people; null: its slug.</param>
public sealed record NewEnvironment(string? Slug, string? Kind, long? ChainId, string? Name);

/// <summary>An environment at its birth.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Credential">Its first credential.</param>
public sealed record CreatedEnvironment(PlatformEnvironmentView Environment, CreatedCredential Credential);
