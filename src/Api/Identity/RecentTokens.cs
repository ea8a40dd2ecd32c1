using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Identity;

/// <summary>
/// Verifies a token of the built-in issuer once in 5 s and not at each request: the signature costs more than the rest of it. Found by the hash of the whole token, and never after
/// it has expired. Whether its credential is still active is asked elsewhere, as often.
/// </summary>
/// <param name="time">Clock of the tokens.</param>
internal sealed class RecentTokens(TimeProvider time) : JsonWebTokenHandler
{
    const int Capacity = 10_000;
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, (TokenValidationResult Result, DateTimeOffset From, DateTimeOffset Until)> _valid = new(StringComparer.Ordinal);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (string.IsNullOrEmpty(token) || token.Length > MaximumTokenSizeInBytes) return await base.ValidateTokenAsync(token, validationParameters);
        string key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        DateTimeOffset now = time.GetUtcNow();
        if (_valid.TryGetValue(key, out (TokenValidationResult Result, DateTimeOffset From, DateTimeOffset Until) known) && now >= known.From && now < known.Until) return known.Result;
        TokenValidationResult result = await base.ValidateTokenAsync(token, validationParameters);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken verified) return result;
        DateTimeOffset end = new(DateTime.SpecifyKind(verified.ValidTo, DateTimeKind.Utc));
        if (_valid.Count >= Capacity) _valid.Clear();
        _valid[key] = (result, now, end < now + Lifetime ? end : now + Lifetime);
        return result;
    }
}
