using System.Text.Json;

namespace Keystone.Settlements.Templates;

/// <summary>A template that an environment may use, in its newest version.</summary>
/// <param name="Id">Id.</param>
/// <param name="Slug">Name in requests.</param>
/// <param name="Version">From 1.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Config">States, transitions and actions, as stored.</param>
/// <param name="IsActive">New settlements may use it.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record OfferedTemplate(Guid Id, string Slug, int Version, string Name, string Description, JsonElement Config, bool IsActive, DateTimeOffset CreatedAt)
{
    /// <summary>Roles that a settlement must have.</summary>
    public IEnumerable<string> RequiredRoles => Texts("required_roles");

    /// <summary>Types of legs that a settlement must have.</summary>
    public IEnumerable<string> RequiredLegTypes => Texts("required_leg_types");

    /// <summary>Legs of other types than the required ones are allowed.</summary>
    public bool AllowsOtherLegTypes => Config.TryGetProperty("allow_other_leg_types", out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>State of a new settlement.</summary>
    public string InitialState => Config.TryGetProperty("initial_state", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "INSTRUCTED";

    /// <summary>It has a state in which the counterparties are waited for.</summary>
    public bool AwaitsConfirmation => Config.TryGetProperty("actions", out JsonElement actions) && actions.ValueKind == JsonValueKind.Object
        && actions.EnumerateObject().Any(action => action.Value.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
            && type.GetString() == "await_confirmation");

    IEnumerable<string> Texts(string name) =>
        Config.TryGetProperty(name, out JsonElement array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().Select(text => text.GetString()!) : [];
}
