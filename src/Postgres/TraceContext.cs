using System.Diagnostics;

namespace Keystone.Postgres;

/// <summary>The W3C trace context as rows carry it from one process to another.</summary>
public static class TraceContext
{
    /// <summary>Value of a <c>traceparent</c> column for what is being done now; <see cref="DBNull"/> where no trace is recorded.</summary>
    public static object Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : DBNull.Value;

    /// <summary>Id of the trace that is recorded of what is being done now, 32 hexadecimal digits; null where none is.</summary>
    public static string? CurrentId => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } present ? present.TraceId.ToHexString() : null;

    /// <summary>Id of the trace of a column's value; null for null.</summary>
    public static string? IdOf(string? traceparent) => Parse(traceparent) is { TraceId: var id } && id != default ? id.ToHexString() : null;

    /// <summary>The context of a column's value; the empty one, which begins a trace, for null.</summary>
    public static ActivityContext Parse(string? traceparent) => ActivityContext.TryParse(traceparent, null, isRemote: true, out ActivityContext context) ? context : default;
}
