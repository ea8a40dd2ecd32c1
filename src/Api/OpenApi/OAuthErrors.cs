namespace Keystone.Api.OpenApi;

/// <summary>Marks the token endpoint, whose errors are those of RFC 6749 and no problem documents.</summary>
internal sealed class OAuthErrors;
