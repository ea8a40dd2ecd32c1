using System.Text.Json.Nodes;

namespace Keystone.Api.Templates;

/// <summary>A template as served.</summary>
internal sealed record Template(Guid Id, string Slug, int Version, string Name, string Description, JsonObject Config, bool IsActive, DateTimeOffset CreatedAt)
{
    public IEnumerable<string> RequiredRoles => Texts("required_roles");

    public IEnumerable<string> RequiredLegTypes => Texts("required_leg_types");

    /// <summary>Legs of other types than the required ones are welcome.</summary>
    public bool AllowsOtherLegTypes => Config["allow_other_leg_types"] is JsonValue value && value.TryGetValue(out bool allowed) && allowed;

    public string InitialState => (string?)Config["initial_state"] ?? "INSTRUCTED";

    /// <summary>It has a state in which the counterparties are waited for.</summary>
    public bool AwaitsConfirmation =>
        Config["actions"] is JsonObject actions && actions.Any(a => (string?)a.Value?["type"] == "await_confirmation");

    IEnumerable<string> Texts(string name) => Config[name] is JsonArray array ? array.Select(t => (string)t!) : [];
}
