using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Compliance.Providers;

/// <summary>Request to a provider.</summary>
internal sealed record ProviderRequest(Guid CheckId, ProviderSubject Subject, string Reason, string? CallbackUrl);

/// <summary>Who is screened: what the provider needs and nothing that names our settlement.</summary>
internal sealed record ProviderSubject(string Kind, string? Name, string? Lei, string? Country, string? DateOfBirth, long? ChainId, IReadOnlyList<string>? Addresses);

/// <summary>Answer of a provider, to a request or by itself. Every member may be absent: what is absent clears nobody.</summary>
internal sealed record ProviderAnswer
{
    public string? Ref { get; init; }

    public Guid? CheckId { get; init; }

    public long? Sequence { get; init; }

    public string? Status { get; init; }

    public string? Verdict { get; init; }

    public int? PollAfterS { get; init; }

    public DateTimeOffset? DataAsOf { get; init; }

    public string? DataVersion { get; init; }

    public JsonElement? Hits { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProviderRequest))]
[JsonSerializable(typeof(ProviderAnswer))]
internal sealed partial class ProviderJson : JsonSerializerContext;
