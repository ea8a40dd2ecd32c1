using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Keystone.Settlements.Errors;

namespace Keystone.Api.Http;

/// <summary>A problem document (RFC 9457).</summary>
internal sealed record ProblemBody(
    [property: Description("Path of a page that says what the code means.")] string Type,
    [property: Description("Words of the status.")] string Title,
    [property: Description("Status of the answer.")] int Status,
    [property: Description("Stable name of the error; the page of type lists all.")] string Code,
    [property: Description("A sentence that names the fix.")] string Detail,
    [property: Description("Every member that breaks a rule; only where the request is at fault."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemFault>? Errors,
    [property: Description("Present state of the settlement, where it is the reason."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? State,
    [property: Description("Also in the header X-Request-Id.")] string RequestId,
    [property: Description("The same request may succeed later; see Retry-After.")] bool Retryable)
{
    /// <param name="error">The error.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="part">Part of the request that its faults are in: <c>body</c> or <c>query</c>.</param>
    public static ProblemBody Of(DomainError error, string requestId, string part = ProblemFault.Body)
    {
        ErrorTable.Entry entry = ErrorTable.Of(error.Code);
        return new ProblemBody(ErrorTable.PathOf(error.Code), TitleOf(entry.Status), entry.Status, error.Code, error.Detail,
            error.Faults.Count == 0 ? null : [.. error.Faults.Select(fault => ProblemFault.Of(fault, part))], error.State, requestId, entry.Retryable);
    }

    static string TitleOf(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}

/// <summary>One member that breaks a rule.</summary>
internal sealed record ProblemFault(
    [property: Description("JSON pointer (RFC 6901) into the request.")] string Pointer,
    [property: Description("The same place as a list, body or query first.")] IReadOnlyList<LocationPart> Loc,
    [property: Description("Stable name of the rule.")] string Code,
    [property: Description("A sentence that names the fix.")] string Msg,
    [property: Description("The same sentence.")] string Detail,
    [property: Description("value_error.")] string Type)
{
    /// <summary>Part of a request that most members are in.</summary>
    public const string Body = "body";

    public static ProblemFault Of(Fault fault, string part = Body) => new(
        fault.Pointer,
        [new LocationPart(part), .. JsonPointer.Parts(fault.Pointer).Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? new LocationPart(Index: index) : new LocationPart(part))],
        fault.Code, fault.Message, fault.Message, "value_error");
}
