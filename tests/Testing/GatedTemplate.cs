using Keystone.Domain.Templates;
using Keystone.Ethereum;

namespace Keystone.Testing;

/// <summary>A template that no environment has: the one of a single platform, with a gate, and parties that are screened again.</summary>
public static class GatedTemplate
{
    /// <summary>Its slug.</summary>
    public const string Slug = "dvp-gated";

    /// <summary>The template.</summary>
    /// <param name="gate">Contract that must agree to the swap.</param>
    /// <param name="recheckAtStates">States in which the parties are screened again.</param>
    public static Template With(Address gate, params string[] recheckAtStates) =>
        BuiltInTemplates.Single with { Id = default, Slug = Slug, Gate = gate, RecheckAtStates = [.. recheckAtStates] };
}
