using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Keeper.Engine;

/// <summary>Reason why a settlement failed, as stored with it.</summary>
/// <param name="Code">Stable name of the reason.</param>
/// <param name="Message">For people.</param>
/// <param name="ByPlatform">Slug of the platform that rejected, or that first asked for the end; else null.</param>
/// <param name="Role">Role that it rejected for; else null.</param>
/// <param name="At">UTC.</param>
internal sealed record StoredFailure(string Code, string Message, string? ByPlatform, string? Role, string At);

/// <summary>A counterparty's rejection.</summary>
internal sealed record RejectBody(string? Reason);

/// <summary>A platform's request to cancel.</summary>
internal sealed record CancelBody(string? Reason, string? PlatformSlug);

/// <summary>Decision about a flag.</summary>
internal sealed record DecisionBody(string? Decision);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredFailure))]
[JsonSerializable(typeof(RejectBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(DecisionBody))]
internal sealed partial class EngineJson : JsonSerializerContext
{
    /// <summary>Options for writing: text of users is escaped only where JSON requires it.</summary>
    public static EngineJson Written { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
