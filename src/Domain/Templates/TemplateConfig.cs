using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Domain.Templates;

/// <summary>A template's states, transitions, actions and requirements as JSON has them.</summary>
internal sealed record TemplateConfig
{
    /// <summary>Every state once.</summary>
    public required IReadOnlyList<string> States { get; init; }

    public required string InitialState { get; init; }

    /// <summary>Final state of a settlement that succeeded.</summary>
    public required IReadOnlyList<string> TerminalStates { get; init; }

    /// <summary>Final states of a settlement that failed: the second, where there is one, when the deadline was the reason.</summary>
    public required IReadOnlyList<string> FailureStates { get; init; }

    /// <summary>Per state the states that may follow, the way forward first: a list, or an object with the list in <c>allowed_next</c>.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Transitions { get; init; }

    public required IReadOnlyDictionary<string, TemplateAction> Actions { get; init; }

    public IReadOnlyList<string>? RequiredRoles { get; init; }

    public IReadOnlyList<string>? RequiredLegTypes { get; init; }

    /// <summary>Legs of other types than the required ones are allowed.</summary>
    public bool? AllowOtherLegTypes { get; init; }

    public TemplateCompliance? Compliance { get; init; }

    /// <summary>Contract that the chain asks before it executes the swap: 0x and 40 hexadecimal digits.</summary>
    public string? Gate { get; init; }
}

/// <summary>What happens in a state, who does it, and how its completion is detected.</summary>
internal sealed record TemplateAction
{
    public required string Type { get; init; }

    public string? Provider { get; init; }

    public string? Resolution { get; init; }
}

/// <summary>Rules of screening.</summary>
internal sealed record TemplateCompliance
{
    public IReadOnlyList<string>? RecheckAtStates { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TemplateConfig))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class TemplateConfigJson : JsonSerializerContext;
