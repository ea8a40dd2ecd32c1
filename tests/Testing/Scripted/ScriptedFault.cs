using System.Text.Json.Nodes;

namespace Keystone.Testing.Scripted;

/// <summary>One way in which a scripted node fails a request or an answer.</summary>
public abstract record ScriptedFault
{
    /// <summary>An error of JSON-RPC in the place of the result.</summary>
    public sealed record Error(int Code, string Message, JsonNode? ErrorData = null) : ScriptedFault;

    /// <summary>The result is changed on its way out.</summary>
    public sealed record Lie(Func<JsonNode?, JsonNode?> Change) : ScriptedFault;

    /// <summary>Another status, with these headers and this body.</summary>
    public sealed record Http(int Status, string Body = "", params (string Name, string Value)[] Headers) : ScriptedFault;

    /// <summary>The answer comes when the task ends; never, when it does not.</summary>
    public sealed record Wait(Task Until) : ScriptedFault;

    /// <summary>The connection is cut without an answer.</summary>
    public sealed record Drop : ScriptedFault;

    /// <summary>Status 200 and half of the body, then the connection is cut.</summary>
    public sealed record Truncated : ScriptedFault;

    /// <summary>The answers of a batch in the opposite order, which is allowed.</summary>
    public sealed record Reversed : ScriptedFault;

    /// <summary>The last answer of a batch is missing.</summary>
    public sealed record Incomplete : ScriptedFault;

    /// <summary>Ids that nobody asked for.</summary>
    public sealed record ForeignIds : ScriptedFault;

    /// <summary>One answer of a batch twice, in the place of the next.</summary>
    public sealed record Doubled : ScriptedFault;
}
