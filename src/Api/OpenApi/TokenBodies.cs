using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Api.OpenApi;

/// <summary>Asks for an access token (RFC 6749 section 4.4).</summary>
internal sealed record TokenRequest
{
    [Description("client_credentials."), Required, AllowedValues("client_credentials")]
    public string? GrantType { get; init; }

    [Description("Here, or in Authorization: Basic."), Required]
    public string? ClientId { get; init; }

    [Description("Here, or in Authorization: Basic."), Required]
    public string? ClientSecret { get; init; }

    [Description("API that the token is for. Default: this one.")]
    public string? Audience { get; init; }

    [Description("Scopes, separated by spaces. Default: all of the credential.")]
    public string? Scope { get; init; }
}

/// <summary>An access token.</summary>
internal sealed record IssuedTokenBody(string AccessToken, [property: Description("Bearer.")] string TokenType, [property: Description("Seconds.")] int ExpiresIn, string Scope);

/// <summary>An error of the token endpoint (RFC 6749 section 5.2).</summary>
internal sealed record TokenErrorBody(string Error, string ErrorDescription);

/// <summary>Public keys of the access tokens (RFC 7517).</summary>
internal sealed record KeySetBody(IReadOnlyList<KeyBody> Keys);

/// <summary>A public key of the access tokens.</summary>
internal sealed record KeyBody(string Kty, string Use, string Alg, string Kid, string N, string E);

/// <summary>Metadata of the built-in issuer of tokens.</summary>
internal sealed record IssuerMetadataBody(
    string Issuer,
    string JwksUri,
    string TokenEndpoint,
    IReadOnlyList<string> TokenEndpointAuthMethodsSupported,
    IReadOnlyList<string> GrantTypesSupported,
    IReadOnlyList<string> ScopesSupported,
    IReadOnlyList<string> ResponseTypesSupported,
    IReadOnlyList<string> SubjectTypesSupported,
    IReadOnlyList<string> IdTokenSigningAlgValuesSupported);
