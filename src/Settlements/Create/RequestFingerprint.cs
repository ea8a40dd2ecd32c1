using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Create;

/// <summary>Recognises a request that was sent before.</summary>
internal static partial class RequestFingerprint
{
    /// <summary>
    /// SHA-256 of the request without its key in canonical JSON (RFC 8785), after spelling addresses, times, quantities, types of legs and the template
    /// in one way, so that a retry by another serializer is recognised. A null and an absent member are the same, and so are absent and empty counterparties.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="template">Gives the id of the template that a text names, or the text when it names none.</param>
    public static byte[] Of(CreateSettlementRequest request, Func<string, string> template)
    {
        string? name = request.TemplateId ?? request.TemplateSlug;
        CreateSettlementRequest normal = request with
        {
            IdempotencyKey = null,
            TemplateId = name is null ? null : template(name),
            TemplateSlug = null,
            TimeoutAt = Time(request.TimeoutAt),
            ConfirmBy = Time(request.ConfirmBy),
            NotBefore = Time(request.NotBefore),
            MaturityAt = Time(request.MaturityAt),
            RepaymentAmount = Number(request.RepaymentAmount),
            RepoRate = Number(request.RepoRate),
            Hold = request.Hold == true ? true : null,
            ReplacesSettlementId = Guid.TryParseExact(request.ReplacesSettlementId, "D", out Guid replaced) ? replaced.ToString() : request.ReplacesSettlementId,
            Parties = request.Parties?.Select(party => party is null ? null : party with
            {
                ChainId = Exact(party.ChainId),
                WalletAddress = Address(party.WalletAddress),
                ReceiveAddress = Address(party.ReceiveAddress),
                RefundAddress = Address(party.RefundAddress),
            }).ToArray(),
            CounterpartyParties = request.CounterpartyParties is not { Count: > 0 } counterparties ? null
                : counterparties.Select(party => party is null ? null : party with { ChainId = Exact(party.ChainId), WalletAddressHint = Address(party.WalletAddressHint) }).ToArray(),
            Legs = request.Legs?.Select(leg => leg is null ? null : leg with
            {
                ChainId = Exact(leg.ChainId),
                LegType = LegValidator.TypeOf(leg.LegType),
                InstrumentId = Address(leg.InstrumentId),
                Quantity = Number(leg.Quantity),
                RecipientRole = leg.RecipientRole ?? leg.CounterpartyRole,
                CounterpartyRole = null,
            }).ToArray(),
        };
        string text = CanonicalJson.Of(JsonSerializer.SerializeToNode(normal, FingerprintJson.Default.CreateSettlementRequest));
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    // A number that canonical JSON cannot hold is no chain's either way, and no request that was taken has one.
    static long? Exact(long? chainId) => chainId is { } id ? Math.Clamp(id, -(1L << 53), 1L << 53) : null;

    internal static string? Time(string? text) =>
        text is not null && MemberRules.ReadInstant(text, "", new Faults()) is { } instant ? instant.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) : text;

    internal static string? Number(string? text) => text is not null && text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    internal static string? Address(string? text) => text is { Length: 42 } && text.StartsWith("0x", StringComparison.Ordinal) ? text.ToLowerInvariant() : text;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(CreateSettlementRequest))]
    sealed partial class FingerprintJson : JsonSerializerContext;
}
