namespace Keystone.Identity;

/// <summary>A credential at its birth.</summary>
/// <param name="ClientId">Public.</param>
/// <param name="ClientSecret">32 random bytes in base64url. The database keeps its SHA-256 only.</param>
public sealed record NewCredential(string ClientId, string ClientSecret)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => ClientId;
}
