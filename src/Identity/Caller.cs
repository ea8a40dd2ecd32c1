namespace Keystone.Identity;

/// <summary>Who asks for a use case: a credential of an environment of a platform, as stored at this moment.</summary>
/// <param name="ClientId">Credential; the actor in the audit trail.</param>
/// <param name="Scopes">Scopes of the credential.</param>
/// <param name="PlatformId">Platform.</param>
/// <param name="PlatformSlug">Its slug.</param>
/// <param name="PlatformName">Its display name.</param>
/// <param name="EnvironmentId">Environment: what a caller may see and whose keys and rates count.</param>
/// <param name="EnvironmentSlug">Its slug.</param>
/// <param name="EnvironmentKind"><c>sandbox</c> or <c>production</c>.</param>
/// <param name="ChainId">EIP-155 id of the chain on which the environment settles.</param>
/// <param name="RateLimit">Requests a minute.</param>
/// <param name="DefaultTimeoutSeconds">Time of a settlement whose request names none.</param>
/// <param name="DiscloseName">Counterparties read the names of our parties before they confirm.</param>
public sealed record Caller(
    string ClientId, string[] Scopes, Guid PlatformId, string PlatformSlug, string PlatformName, Guid EnvironmentId, string EnvironmentSlug,
    string EnvironmentKind, long ChainId, int RateLimit, int DefaultTimeoutSeconds, bool DiscloseName)
{
    /// <summary>Claim <c>sub</c> of the credential's tokens.</summary>
    public string Subject => ClientId + "@clients";

    /// <summary>The operator of the system, not a tenant of it.</summary>
    public bool IsOperator => EnvironmentId == Guid.Empty;

    /// <summary>The environment's switch: what needs a second person gets one.</summary>
    public bool FourEyes { get; init; }
}
