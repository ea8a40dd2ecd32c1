namespace Keystone.Settlements.Activity;

/// <summary>An entry of the activity log: a request that changed something or tried to.</summary>
/// <param name="Id">Id.</param>
/// <param name="EnvironmentId">Environment whose credential called; null for the operator.</param>
/// <param name="PlatformId">Its platform; null for the operator.</param>
/// <param name="Type">Such as <c>settlement.created</c>.</param>
/// <param name="Category">Such as <c>settlement</c> or <c>compliance</c>.</param>
/// <param name="Severity"><c>info</c>; <c>warning</c> when it was refused; <c>error</c> when something failed.</param>
/// <param name="Description">What the operation does.</param>
/// <param name="ActorType"><c>credential</c>, <c>member</c> or <c>operator</c>.</param>
/// <param name="ActorId">Credential, or id of the member.</param>
/// <param name="MemberId">Member who made the credential; null when none did.</param>
/// <param name="ResourceType">Such as <c>settlement</c>; null for none.</param>
/// <param name="ResourceId">Its id.</param>
/// <param name="Method">Method of the request.</param>
/// <param name="Path">Its path.</param>
/// <param name="StatusCode">Status of the answer.</param>
/// <param name="ErrorCode">Code of the refusal; null when it was done.</param>
/// <param name="IpAddress">Where it came from.</param>
/// <param name="UserAgent">What the caller's program calls itself.</param>
/// <param name="RequestId">Id of the request.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record ActivityView(
    Guid Id, Guid? EnvironmentId, Guid? PlatformId, string Type, string Category, string Severity, string Description, string ActorType, string ActorId, Guid? MemberId,
    string? ResourceType, string? ResourceId, string Method, string Path, int StatusCode, string? ErrorCode, string? IpAddress, string? UserAgent, string RequestId, int DurationMs,
    DateTimeOffset CreatedAt);
