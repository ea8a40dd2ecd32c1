using Keystone.Domain.Templates;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Templates;

/// <summary>Reads the config of an upload: what the engine can run, without more names or longer ones than a template needs.</summary>
internal static class TemplateUpload
{
    const int MostStates = 64, MostRequired = 64, LongestState = 63;

    /// <summary>The template; null when there is a fault.</summary>
    /// <param name="rules">Takes every fault, as one of <c>/config</c>.</param>
    /// <param name="named">Id, slug and names.</param>
    /// <param name="config">JSON.</param>
    public static Template? Read(MemberRules rules, Template named, string config)
    {
        Template template;
        try
        {
            template = TemplateJson.Read(named, config);
        }
        catch (TemplateException fault)
        {
            foreach (TemplateFault one in fault.Faults) rules.Faults.Add("/config", one.Code, one.Message);
            return null;
        }
        int before = rules.Faults.All.Count;
        string[] states = [.. template.Transitions.Keys, template.SuccessState, template.FailureState, .. template.TimeoutState is { } timeout ? [timeout] : Array.Empty<string>()];
        if (states.Distinct(StringComparer.Ordinal).Count() > MostStates || template.RequiredRoles.Length > MostRequired || template.RequiredLegTypes.Length > MostRequired)
            rules.Faults.Add("/config", "too_many", $"A template has at most {MostStates} states, {MostRequired} required roles and {MostRequired} required types of legs.");
        if (states.Any(state => state.Length is 0 or > LongestState || state.Any(char.IsControl)))
            rules.Faults.Add("/config", "invalid_name", $"Names of states have 1 to {LongestState} characters and no control characters.");
        if (template.Transitions.Values.Append(template.RequiredRoles).Append(template.RequiredLegTypes).Append(template.RecheckAtStates).Any(names => names.Distinct(StringComparer.Ordinal).Count() != names.Length))
            rules.Faults.Add("/config", "named_twice", "The states after a state, required_roles, required_leg_types and recheck_at_states name each entry once.");
        foreach (string role in template.RequiredRoles.Concat(template.RequiredLegTypes).Distinct(StringComparer.Ordinal).Take(MostRequired))
            new MemberRules(rules.Faults, "/config").Slug("required_roles", role);
        return rules.Faults.All.Count == before ? template : null;
    }
}
