using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;
using Keystone.Domain.Engine;

namespace Keystone.Compliance.Evidence;

/// <summary>What an answer of the built-in lists rests on, beside the set of lists. Holds nothing of the party itself.</summary>
/// <param name="Matcher">Version of the matcher.</param>
/// <param name="Reader">Version of the readers of files.</param>
/// <param name="Flag">Threshold at which a person decides, ten-thousandths.</param>
/// <param name="Fail">Threshold at which a party is refused, ten-thousandths; 0 for none.</param>
/// <param name="Lists">Answer of the lists alone: <c>pass</c>, <c>flagged</c> or <c>fail</c>.</param>
/// <param name="Hits">Entries of lists that the party may be, best first.</param>
/// <param name="Provider">Answer of the provider beside the lists, and its reference; null when none is asked.</param>
public sealed record ScreeningEvidence(int Matcher, int Reader, int Flag, int Fail, string Lists, IReadOnlyList<EvidenceHit> Hits, ProviderEvidence? Provider)
{
    /// <summary>The evidence as it is stored: the same evidence gives the same text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvidenceJson.Default.ScreeningEvidence);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static ScreeningEvidence FromJson(string text) => JsonSerializer.Deserialize(text, EvidenceJson.Default.ScreeningEvidence)!;

    internal static ScreeningEvidence Of(ScreeningStatus status, IReadOnlyList<EvidenceHit> hits, Thresholds thresholds, ProviderEvidence? provider) =>
        new(NameMatcher.Version, ListFile.ReaderVersion, (int)Math.Round(thresholds.Flag * 10_000), (int)Math.Round(thresholds.Fail * 10_000), TextOf(status), hits, provider);

    internal static string TextOf(ScreeningStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>An entry of a list that a party may be.</summary>
/// <param name="List">Name of the list.</param>
/// <param name="Entry">Id of the entry there; empty for a line of the deny list.</param>
/// <param name="By">What agrees: <c>name</c>, <c>weak-alias</c>, <c>lei</c>, <c>wallet</c> or <c>entry</c>.</param>
/// <param name="Score">Ten-thousandths.</param>
public sealed record EvidenceHit(string List, string Entry, string By, int Score);

/// <summary>Answer of a provider.</summary>
/// <param name="Reference">Its own reference.</param>
/// <param name="Verdict">Its answer in our words: <c>pass</c>, <c>flagged</c> or <c>fail</c>.</param>
/// <param name="DataVersion">Version or hash of its data, as it says.</param>
public sealed record ProviderEvidence(string? Reference, string Verdict, string? DataVersion);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScreeningEvidence))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
