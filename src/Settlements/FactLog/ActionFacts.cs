using System.Text.Json;

namespace Keystone.Settlements.FactLog;

/// <summary>Steps that the platform that instructed does in systems of its own, as facts: each is asked for once, and has one result.</summary>
internal static class ActionFacts
{
    /// <summary>Kind of the fact that a step was asked for.</summary>
    public const string Required = "action_required";

    /// <summary>Kind of the fact of its result.</summary>
    public const string Result = "action_result";

    /// <summary>Result of a step that was done.</summary>
    public const string Completed = "completed";

    /// <summary>Result of a step that cannot be done.</summary>
    public const string Failed = "failed";

    /// <summary>What a fact of either kind says.</summary>
    public static ActionBody Read(string body) => JsonSerializer.Deserialize(body, FactJson.Default.ActionBody) ?? throw new JsonException("The body of an action is null.");

    /// <summary>A body as stored.</summary>
    public static string Write(ActionBody body) => JsonSerializer.Serialize(body, FactJson.Default.ActionBody);

    /// <summary>True when a fact is of this kind and state.</summary>
    public static bool Is(string kind, string body, string wanted, string state) => kind == wanted && Read(body).State == state;
}
