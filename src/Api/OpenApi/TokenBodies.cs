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
internal sealed record IssuedTokenBody(
    [property: Description("The token, for Authorization: Bearer.")] string AccessToken,
    [property: Description("Bearer.")] string TokenType,
    [property: Description("Seconds.")] int ExpiresIn,
    [property: Description("Scopes that it has, separated by spaces.")] string Scope);

/// <summary>An error of the token endpoint (RFC 6749 section 5.2).</summary>
internal sealed record TokenErrorBody(
    [property: Description("Code of the error by that section.")] string Error,
    [property: Description("A sentence that names the fix.")] string ErrorDescription);

/// <summary>Public keys of the access tokens (RFC 7517).</summary>
internal sealed record KeySetBody(
    [property: Description("Keys that tokens in use may be signed with, the old one for some time after an exchange.")] IReadOnlyList<KeyBody> Keys);

/// <summary>A public key of the access tokens.</summary>
internal sealed record KeyBody(
    [property: Description("Type of the key: RSA.")] string Kty,
    [property: Description("sig: it verifies signatures.")] string Use,
    [property: Description("Algorithm of the signatures: RS256.")] string Alg,
    [property: Description("Name of the key, as in the header of a token.")] string Kid,
    [property: Description("Modulus, base64url.")] string N,
    [property: Description("Exponent, base64url.")] string E);

/// <summary>Metadata of the built-in issuer of tokens.</summary>
internal sealed record IssuerMetadataBody(
    [property: Description("Value of iss in every token.")] string Issuer,
    [property: Description("Where its public keys are.")] string JwksUri,
    [property: Description("Where tokens are issued.")] string TokenEndpoint,
    [property: Description("How a client names itself there.")] IReadOnlyList<string> TokenEndpointAuthMethodsSupported,
    [property: Description("client_credentials.")] IReadOnlyList<string> GrantTypesSupported,
    [property: Description("Every scope that a credential may have.")] IReadOnlyList<string> ScopesSupported,
    [property: Description("Empty: there is no authorization endpoint.")] IReadOnlyList<string> ResponseTypesSupported,
    [property: Description("public.")] IReadOnlyList<string> SubjectTypesSupported,
    [property: Description("Algorithm of the signatures.")] IReadOnlyList<string> IdTokenSigningAlgValuesSupported);
