using Keystone.Domain.Templates;

namespace Keystone.Testing;

/// <summary>Templates that no environment has: a built-in one, with steps that the platform does in systems of its own before the terms are published.</summary>
public static class ExternalTemplate
{
    /// <summary>Its slug.</summary>
    public const string Slug = "dvp-external";

    /// <summary>The template of a single platform.</summary>
    /// <param name="states">States of these steps in their order, between COMPLIANCE_CLEARED and REGISTERING_ESCROW.</param>
    public static Template With(params string[] states) => Of(BuiltInTemplates.Single, states);

    /// <summary>The same of another template.</summary>
    /// <param name="basis">A built-in template.</param>
    /// <param name="states">As above.</param>
    public static Template Of(Template basis, params string[] states)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(states);
        Template template = basis with { Id = default, Slug = Slug };
        string before = "COMPLIANCE_CLEARED";
        foreach (string state in states)
        {
            template = template with
            {
                Transitions = template.Transitions.SetItem(before, [state, template.FailureState]).SetItem(state, ["REGISTERING_ESCROW", template.FailureState]),
                Actions = template.Actions.SetItem(state, ActionType.External),
            };
            before = state;
        }
        return template;
    }
}
