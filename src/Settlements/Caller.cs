namespace Keystone.Api.Identity;

/// <summary>Who calls: the credential with its environment and platform, as our rows say at this moment.</summary>
internal sealed record Caller(
    string ClientId, string[] Scopes, Guid PlatformId, string PlatformSlug, string PlatformName, Guid EnvironmentId, string EnvironmentSlug,
    string EnvironmentKind, long ChainId, int RateLimit, int DefaultTimeoutSeconds, bool DiscloseName);
