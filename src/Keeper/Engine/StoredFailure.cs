using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Keeper.Engine;

/// <summary>Why a settlement failed, as it is stored with it.</summary>
/// <param name="Code">Stable name of the reason.</param>
/// <param name="Message">For people.</param>
/// <param name="ByPlatform">Slug of the platform that rejected; else null.</param>
/// <param name="Role">Role that it rejected for; else null.</param>
/// <param name="At">UTC.</param>
internal sealed record StoredFailure(string Code, string Message, string? ByPlatform, string? Role, string At);

/// <summary>What a counterparty said when it rejected.</summary>
internal sealed record RejectBody(string? Reason);

/// <summary>What was decided on a flag.</summary>
internal sealed record DecisionBody(string? Decision);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredFailure))]
[JsonSerializable(typeof(RejectBody))]
[JsonSerializable(typeof(DecisionBody))]
internal sealed partial class EngineJson : JsonSerializerContext
{
    /// <summary>For writing: people's words are escaped as JSON demands and no further.</summary>
    public static EngineJson Written { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
