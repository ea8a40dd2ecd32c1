namespace Keystone.Identity;

/// <summary>What came of asking for an access token.</summary>
public abstract record TokenResult
{
    TokenResult()
    {
    }

    /// <summary>A token was given.</summary>
    /// <param name="AccessToken">JWT (RFC 7519), valid for <see cref="IssueToken.LifetimeSeconds"/>.</param>
    /// <param name="Scope">Its scopes, separated by blanks.</param>
    public sealed record Issued(string AccessToken, string Scope) : TokenResult
    {
        /// <summary>Without the token.</summary>
        public override string ToString() => $"Issued {{ Scope = {Scope} }}";
    }

    /// <summary>There is no such active client, or the secret is wrong: the answer is the same for both.</summary>
    public sealed record UnknownClient : TokenResult;

    /// <summary>Tokens are not given for that API.</summary>
    /// <param name="Audience">As asked.</param>
    public sealed record UnknownAudience(string Audience) : TokenResult;

    /// <summary>The client does not have every scope that was asked for.</summary>
    public sealed record ScopeNotGranted : TokenResult;
}
