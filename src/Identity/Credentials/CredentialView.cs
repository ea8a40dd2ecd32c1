namespace Keystone.Identity.Credentials;

/// <summary>A credential, without its secrets.</summary>
/// <param name="ClientId">Name of the client.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Scopes">What its tokens may do.</param>
/// <param name="Status"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Issuer">External issuer whose tokens speak for it; null for the built-in one.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">End of its validity, UTC; null for none.</param>
/// <param name="RevokedAt">UTC; null while it was not revoked.</param>
/// <param name="LastUsedAt">Last call, at most a minute late; null before the first.</param>
/// <param name="LastUsedAddress">Address of that call.</param>
/// <param name="Secrets">Secrets that are valid now, newest first.</param>
public sealed record CredentialView(
    string ClientId, string? Name, IReadOnlyList<string> Scopes, string Status, string? Issuer, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt, string? LastUsedAddress, IReadOnlyList<SecretView> Secrets);

/// <summary>A secret, without itself.</summary>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ValidUntil">UTC; null for no end.</param>
public sealed record SecretView(DateTimeOffset CreatedAt, DateTimeOffset? ValidUntil);

/// <summary>A credential with its newest secret, which is shown this once.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="ClientSecret">32 random bytes in base64url.</param>
public sealed record CreatedCredential(CredentialView Credential, string ClientSecret)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => Credential.ClientId;
}
