using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Identity;

/// <summary>Makes and checks our access tokens (RFC 9068 shape, RS256).</summary>
internal sealed class TokenService(SigningKeys keys, IOptions<IdentityOptions> options, IOptions<AuthOptions> auth, TimeProvider time)
{
    public const int LifetimeSeconds = 86400;
    const int SkewSeconds = 30;
    const int MaxLength = 8 * 1024;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public IReadOnlyList<string> Audiences => auth.Value.Audiences!;

    public string Issue(Caller caller, string audience, string scope)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        SigningKey key = keys.Current;
        JsonObject header = new() { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = key.Kid };
        JsonObject payload = new()
        {
            ["iss"] = options.Value.Issuer,
            ["aud"] = audience,
            ["sub"] = caller.ClientId + "@clients",
            ["azp"] = caller.ClientId,
            ["iat"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["scope"] = scope,
            ["gty"] = "client-credentials",
            ["platform_id"] = caller.PlatformId.ToString(),
            ["environment_id"] = caller.EnvironmentId.ToString(),
        };
        string signed = Part(header) + "." + Part(payload);
        return signed + "." + Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>The token's client and scopes; null with the reason when it is not ours or not valid now.</summary>
    public (string ClientId, string[] Scopes)? Read(string token, out bool expired)
    {
        expired = false;
        if (token.Length > MaxLength)
            return null;
        string[] parts = token.Split('.');
        if (parts.Length != 3 || Decode(parts[0]) is not { } headerBytes || Decode(parts[1]) is not { } payloadBytes || Decode(parts[2]) is not { } signature)
            return null;
        try
        {
            using JsonDocument header = JsonDocument.Parse(headerBytes, Strict);
            if (header.RootElement.ValueKind != JsonValueKind.Object || header.RootElement.TryGetProperty("crit", out _)
                || Text(header.RootElement, "kid") is not { } kid || keys.Find(kid) is not { } key)
                return null;
            // The key fixes the algorithm; the header only has to agree.
            if (Text(header.RootElement, "alg") != "RS256" || !string.Equals(Text(header.RootElement, "typ"), "at+jwt", StringComparison.OrdinalIgnoreCase))
                return null;
            if (!key.Verify(Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]), signature))
                return null;
            using JsonDocument payload = JsonDocument.Parse(payloadBytes, Strict);
            return ReadClaims(payload.RootElement, ref expired);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or CryptographicException)
        {
            return null;
        }
    }

    (string ClientId, string[] Scopes)? ReadClaims(JsonElement claims, ref bool expired)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.ValueKind != JsonValueKind.Object || Text(claims, "iss") != options.Value.Issuer || !HasAudience(claims)
            || Text(claims, "azp") is not { Length: > 0 } client || Text(claims, "scope") is not { } scope
            || !claims.TryGetProperty("exp", out JsonElement exp) || !exp.TryGetInt64(out long until))
            return null;
        foreach (string start in (string[])["nbf", "iat"])
            if (claims.TryGetProperty(start, out JsonElement value) && (!value.TryGetInt64(out long from) || from > now + SkewSeconds))
                return null;
        if (until <= now - SkewSeconds)
        {
            expired = true;
            return null;
        }
        return (client, scope.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    bool HasAudience(JsonElement claims) => claims.TryGetProperty("aud", out JsonElement aud) && aud.ValueKind switch
    {
        JsonValueKind.String => Audiences.Contains(aud.GetString(), StringComparer.Ordinal),
        JsonValueKind.Array => aud.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && Audiences.Contains(a.GetString(), StringComparer.Ordinal)),
        _ => false,
    };

    static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    static byte[]? Decode(string part)
    {
        // Strict: no padding, no white space, and only the one canonical spelling.
        if (part.Length == 0 || part.AsSpan().ContainsAny("= \t\r\n"))
            return null;
        // Other characters and impossible lengths make the decoder throw.
        if (!Base64Url.IsValid(part))
            return null;
        byte[] buffer = new byte[part.Length];
        return Base64Url.TryDecodeFromChars(part, buffer, out int written) && Base64Url.EncodeToString(buffer.AsSpan(0, written)) == part ? buffer[..written] : null;
    }
}
