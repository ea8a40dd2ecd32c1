using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keystone.Domain.Engine;
using Keystone.Postgres;
using Microsoft.Extensions.Options;

namespace Keystone.Compliance.Providers;

/// <summary>Use case: take a result that a provider sends by itself. It is stored when its signature holds, and applied by the keeper, which asks anew beside that: messages get lost.</summary>
public sealed class ReceiveResult(ProviderResultStore store, IOptions<ScreeningResultOptions> options, WakeSignals signals, TimeProvider time)
{
    /// <summary>Most bytes of a result.</summary>
    public const int MostBytes = 65_536;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Takes a result.</summary>
    /// <param name="layer">Layer of the provider.</param>
    /// <param name="timestamp">Value of <c>X-Screening-Timestamp</c>: seconds since 1970.</param>
    /// <param name="signature">Value of <c>X-Screening-Signature</c>: HMAC-SHA-256 of timestamp, a point and the body, in hexadecimal digits.</param>
    /// <param name="body">The body as it came.</param>
    /// <param name="cancellationToken">Cancels before the result is stored.</param>
    public async Task<ReceivedResult> ExecuteAsync(ScreeningLayer layer, string? timestamp, string? signature, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        string secret = layer == ScreeningLayer.Entity ? options.Value.EntitySecret : options.Value.WalletSecret;
        if (secret.Length == 0) return ReceivedResult.NotFound;
        if (!IsSigned(secret, timestamp, signature, body.Span)) return ReceivedResult.Unsigned;
        ProviderAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize(body.Span, ProviderJson.Default.ProviderAnswer);
        }
        catch (JsonException)
        {
            return ReceivedResult.Malformed;
        }
        if (answer is not { Ref: { Length: > 0 and <= 255 } reference, CheckId: { } check, Sequence: { } sequence }) return ReceivedResult.Malformed;
        if (!await store.AddAsync(layer, reference, sequence, check, Encoding.UTF8.GetString(body.Span), time.GetUtcNow(), cancellationToken)) return ReceivedResult.NotFound;
        signals.Raise(WakeSignals.Screening);
        return ReceivedResult.Stored;
    }

    bool IsSigned(string secret, string? timestamp, string? signature, ReadOnlySpan<byte> body)
    {
        if (signature is not { Length: 64 } || !signature.All(char.IsAsciiHexDigit) || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long at)) return false;
        if (Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - at) > (long)Window.TotalSeconds) return false;
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp + "."));
        hash.AppendData(body);
        return CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), Convert.FromHexString(signature));
    }
}

/// <summary>What became of a result.</summary>
public enum ReceivedResult
{
    /// <summary>It is stored; the same again is stored once.</summary>
    Stored,

    /// <summary>No provider of the layer sends results, or no check has the id.</summary>
    NotFound,

    /// <summary>The signature does not hold, or is older than five minutes.</summary>
    Unsigned,

    /// <summary>It is no JSON object with <c>ref</c>, <c>check_id</c> and <c>sequence</c>.</summary>
    Malformed,
}
