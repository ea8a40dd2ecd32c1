using System.Text.Json.Serialization;

namespace Keystone.Settlements.FactLog;

/// <summary>What a platform said when it asked for the end of a settlement, or held it, as stored.</summary>
/// <param name="Reason">Why; null where none was asked for.</param>
/// <param name="PlatformSlug">The platform.</param>
internal sealed record FactBody(string? Reason, string PlatformSlug);

/// <summary>A decision on a flagged party, as stored.</summary>
/// <param name="Decision"><c>approve</c> or <c>reject</c>.</param>
/// <param name="Reason">Why.</param>
internal sealed record DecisionBody(string Decision, string? Reason = null);

/// <summary>A step that a platform does in systems of its own, or its result, as stored.</summary>
/// <param name="State">State whose step it is.</param>
/// <param name="Result"><c>completed</c> or <c>failed</c>; null for a step that is asked for.</param>
/// <param name="Reference">The platform's own reference; null for none.</param>
internal sealed record ActionBody(string State, string? Result = null, string? Reference = null);

/// <summary>A fact as the settlement object is composed from it.</summary>
/// <param name="Kind"><c>cancel_request</c>, <c>cancel</c>, <c>hold</c>, <c>release</c>, <c>action_required</c> or <c>action_result</c>.</param>
/// <param name="Environment">Environment that said it; null for <c>cancel</c>.</param>
/// <param name="Body">JSON of <see cref="FactBody"/>, or of <see cref="ActionBody"/>.</param>
/// <param name="At">UTC.</param>
internal sealed record ReadFact(string Kind, Guid? Environment, string Body, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FactBody))]
[JsonSerializable(typeof(DecisionBody))]
[JsonSerializable(typeof(ActionBody))]
[JsonSerializable(typeof(ReadFact[]))]
internal sealed partial class FactJson : JsonSerializerContext;
