using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Keystone.Ethereum;

namespace Keystone.Domain.Templates;

/// <summary>The JSON of templates. Upload, storage, API and engine all read and write it by this class.</summary>
public static partial class TemplateJson
{
    // Type, who does it, and how its completion is detected.
    static readonly (ActionType Action, string Type, string Provider, string Resolution)[] Actions =
    [
        (ActionType.AwaitConfirmation, "await_confirmation", "internal", "manual"),
        (ActionType.ComplianceCheck, "compliance_check", "internal", "immediate"),
        (ActionType.RegisterEscrow, "register_escrow", "escrow", "poll"),
        (ActionType.MonitorDeposits, "monitor_deposits", "escrow", "poll"),
        (ActionType.ExecuteEscrow, "execute_escrow", "escrow", "poll"),
        (ActionType.Finalize, "finalize", "internal", "poll"),
        (ActionType.External, "external_action", "external", "webhook"),
    ];

    /// <summary>The states, transitions, actions and requirements of a template, compact, states in the order of the way forward.</summary>
    public static string Write(Template template)
    {
        ArgumentNullException.ThrowIfNull(template);
        List<string> states = [.. template.States];
        return JsonSerializer.Serialize(new TemplateConfig
        {
            States = states,
            InitialState = template.InitialState,
            TerminalStates = [template.SuccessState],
            FailureStates = template.TimeoutState is { } timeout ? [template.FailureState, timeout] : [template.FailureState],
            Transitions = states.Where(template.Transitions.ContainsKey).ToDictionary(state => state,
                state => JsonSerializer.SerializeToElement<IReadOnlyList<string>>([.. template.Transitions[state]], TemplateConfigJson.Default.IReadOnlyListString)),
            Actions = states.Where(state => template.ActionOf(state) != ActionType.None).ToDictionary(state => state, state => ActionOf(template.ActionOf(state))),
            RequiredRoles = template.RequiredRoles,
            RequiredLegTypes = template.RequiredLegTypes,
            AllowOtherLegTypes = template.AllowsOtherLegTypes ? true : null,
            Compliance = template.RecheckAtStates.IsEmpty ? null : new TemplateCompliance { RecheckAtStates = template.RecheckAtStates },
            Gate = template.Gate?.ToString(),
        }, TemplateConfigJson.Default.TemplateConfig);
    }

    /// <summary>JSON Schema (2020-12) of the config, as text.</summary>
    public static string Schema { get; } = ReadSchema();

    static string ReadSchema()
    {
        using StreamReader reader = new(typeof(TemplateJson).Assembly.GetManifestResourceStream("Keystone.Domain.Templates.template-config.schema.json")!);
        return reader.ReadToEnd();
    }

    /// <summary>Reads a template and validates it.</summary>
    /// <param name="named">Id, slug, version and names; the other members are ignored.</param>
    /// <param name="config">JSON as <see cref="Write"/> gives it; the targets of a transition may also stand in <c>{"allowed_next": [...]}</c>.</param>
    /// <exception cref="TemplateException">The template cannot be used; lists all faults.</exception>
    public static Template Read(Template named, string config)
    {
        ArgumentNullException.ThrowIfNull(named);
        TemplateConfig read;
        try
        {
            read = JsonSerializer.Deserialize(config, TemplateConfigJson.Default.TemplateConfig) ?? throw new JsonException("The config is null.");
        }
        catch (JsonException fault)
        {
            throw new TemplateException([new("malformed", UnknownMember().Match(fault.Message) is { Success: true } unknown
                ? $"config cannot be read: it has the member {unknown.Groups[1].Value}, which is not one of the JSON Schema. {Instead(unknown.Groups[1].Value)}"
                : $"config cannot be read: {fault.Message}")]);
        }
        List<TemplateFault> faults = [];
        if (read.TerminalStates.Count != 1) faults.Add(new("wrong_end", "terminal_states names exactly one state."));
        if (read.FailureStates.Count is < 1 or > 2) faults.Add(new("wrong_end", "failure_states names the failure state, and after it at most one for a deadline that passed."));
        ImmutableDictionary<string, ImmutableArray<string>> transitions = Transitions(read, faults);
        ImmutableDictionary<string, ActionType> actions = ReadActions(read, faults);
        Address? gate = null;
        if (read.Gate is { } text)
        {
            if (Address.TryParse(text, out Address address)) gate = address;
            else faults.Add(new("malformed", "gate must be 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum."));
        }
        if (faults.Count > 0) throw new TemplateException(faults);
        Template template = named with
        {
            InitialState = read.InitialState,
            SuccessState = read.TerminalStates[0],
            FailureState = read.FailureStates[0],
            TimeoutState = read.FailureStates.ElementAtOrDefault(1),
            Transitions = transitions,
            Actions = actions,
            RequiredRoles = [.. read.RequiredRoles ?? []],
            RequiredLegTypes = [.. read.RequiredLegTypes ?? []],
            AllowsOtherLegTypes = read.AllowOtherLegTypes ?? false,
            RecheckAtStates = [.. read.Compliance?.RecheckAtStates ?? []],
            Gate = gate,
        };
        faults.AddRange(TemplateValidator.Faults(template));
        if (!read.States.Order(StringComparer.Ordinal).SequenceEqual(template.States.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            faults.Add(new("unknown_state", "states must name every state of transitions, terminal_states and failure_states once, and no other."));
        return faults.Count == 0 ? template : throw new TemplateException(faults);
    }

    // How the reader of JSON says it.
    [GeneratedRegex("^The JSON property '([^']+)' could not be mapped")]
    private static partial Regex UnknownMember();

    // What templates of other systems have.
    static string Instead(string member) => member switch
    {
        "entity_providers" or "wallet_providers" or "compliance_providers" => "Whoever screens is a setting of the operator, and every party is screened in both layers: leave it out.",
        "asset_providers" or "payment_providers" => "This service knows no vendor: leave it out, and use external_action for a step of your own systems.",
        "timeout_seconds" => "The deadline of a settlement, timeout_at, bounds every step: leave it out.",
        "params" => "No action has parameters: leave it out.",
        _ => "Leave it out.",
    };

    static ImmutableDictionary<string, ImmutableArray<string>> Transitions(TemplateConfig config, List<TemplateFault> faults)
    {
        ImmutableDictionary<string, ImmutableArray<string>>.Builder transitions = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach ((string state, JsonElement value) in config.Transitions)
        {
            JsonElement targets = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("allowed_next", out JsonElement next) ? next : value;
            if (targets.ValueKind == JsonValueKind.Array && targets.EnumerateArray().All(target => target.ValueKind == JsonValueKind.String))
                transitions[state] = [.. targets.EnumerateArray().Select(target => target.GetString()!)];
            else
                faults.Add(new("malformed", $"transitions.{state} must be a list of states, or an object with that list in allowed_next."));
        }
        return transitions.ToImmutable();
    }

    static ImmutableDictionary<string, ActionType> ReadActions(TemplateConfig config, List<TemplateFault> faults)
    {
        ImmutableDictionary<string, ActionType>.Builder actions = ImmutableDictionary.CreateBuilder<string, ActionType>(StringComparer.Ordinal);
        foreach ((string state, TemplateAction action) in config.Actions)
        {
            int known = Array.FindIndex(Actions, one => one.Type == action?.Type);
            // Passes through, as a state without an action does; and deposits of a settlement that failed go back in every template.
            if (action?.Type == "noop" || (action?.Type == "rollback_escrow" && config.FailureStates.Contains(state, StringComparer.Ordinal)))
                continue;
            if (action?.Type is "lock_assets" or "release_assets" or "initiate_payment")
                faults.Add(new("unknown_action", $"actions.{state} of type {action.Type} is done by a vendor, and this service knows none: use external_action, and report the result when your own system has had it done."));
            else if (action?.Type == "rollback_escrow")
                faults.Add(new("action_misplaced", $"actions.{state} of type rollback_escrow stands on a state of failure_states only."));
            else if (known < 0)
                faults.Add(new("unknown_action", $"actions.{state}.type must be one of: {string.Join(", ", Actions.Select(one => one.Type))}, noop, rollback_escrow."));
            else if ((action!.Provider ?? Actions[known].Provider) != Actions[known].Provider || (action.Resolution ?? Actions[known].Resolution) != Actions[known].Resolution)
                faults.Add(new("unknown_action", $"actions.{state} of type {action.Type} has the provider {Actions[known].Provider} and the resolution {Actions[known].Resolution}; leave both out, or name these."));
            else
                actions[state] = Actions[known].Action;
        }
        return actions.ToImmutable();
    }

    static TemplateAction ActionOf(ActionType action)
    {
        (_, string type, string provider, string resolution) = Array.Find(Actions, one => one.Action == action);
        return new TemplateAction { Type = type, Provider = provider, Resolution = resolution };
    }
}
