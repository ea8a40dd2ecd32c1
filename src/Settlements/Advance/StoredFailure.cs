using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Settlements.Advance;

/// <summary>Reason why a settlement failed, as stored with it.</summary>
/// <param name="Code">Stable name of the reason.</param>
/// <param name="Message">For people.</param>
/// <param name="ByPlatform">Slug of the platform that rejected, or that first asked for the end; else null.</param>
/// <param name="Role">Role that it rejected for; else null.</param>
/// <param name="At">UTC.</param>
internal sealed record StoredFailure(string Code, string Message, string? ByPlatform, string? Role, string At);

/// <summary>A counterparty's rejection.</summary>
internal sealed record RejectBody(string? Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredFailure))]
[JsonSerializable(typeof(RejectBody))]
internal sealed partial class AdvanceJson : JsonSerializerContext
{
    /// <summary>Options for writing: text of users is escaped only where JSON requires it.</summary>
    public static AdvanceJson Written { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
