namespace Keystone.Domain.Templates;

/// <summary>A rule of templates that one breaks.</summary>
/// <param name="Code">
/// Name of the rule: <c>malformed</c>, <c>unknown_state</c>, <c>unreachable_state</c>, <c>dead_end</c>, <c>endless</c>, <c>wrong_end</c>, <c>no_way_to_fail</c>, <c>unknown_action</c>,
/// <c>action_misplaced</c>, <c>action_missing</c>, <c>action_order</c>, <c>unwatched_state</c>, <c>confirmation_place</c>, <c>external_place</c>,
/// <c>external_name</c>, <c>recheck_place</c> or <c>gate_missing</c>.
/// </param>
/// <param name="Message">A sentence that names the member or the state.</param>
public readonly record struct TemplateFault(string Code, string Message)
{
    /// <summary>The sentence.</summary>
    public override string ToString() => Message;
}
