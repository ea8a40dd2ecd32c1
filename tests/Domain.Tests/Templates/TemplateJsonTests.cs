using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Domain.Tests.Templates;

/// <summary>What is written is read as the same template, and what cannot be run is refused with its reason.</summary>
public sealed class TemplateJsonTests
{
    static readonly Template Single = BuiltInTemplates.Single;

    static readonly string Good = TemplateJson.Write(Single);

    public static TheoryData<string> Names => ["single", "cross", "gated", "external", "timeout", "other legs"];

    static Template Named(string name) => name switch
    {
        "single" => Single,
        "cross" => BuiltInTemplates.CrossPlatform,
        "gated" => GatedTemplate.With(Address.Parse("0x00000000000000000000000000000000000000aa"), "COMPLIANCE_CLEARED", "EXECUTING_SWAP"),
        "external" => ExternalTemplate.With("LOCKING_ASSETS", "INITIATING_PAYMENT"),
        "timeout" => Single with
        {
            TimeoutState = "TIMED_OUT",
            Transitions = Single.Transitions.SetItems(Single.Transitions.Where(one => one.Key != "SETTLED").Select(one => KeyValuePair.Create(one.Key, one.Value.Add("TIMED_OUT")))),
        },
        _ => Single with { AllowsOtherLegTypes = true, RequiredLegTypes = [], RequiredRoles = ["issuer"] },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_template_that_is_written_is_read_again(string name)
    {
        Template template = Named(name);
        string config = TemplateJson.Write(template);
        Template read = TemplateJson.Read(Single with { Id = template.Id, Slug = template.Slug, Name = template.Name, Description = template.Description }, config);
        Assert.Equal(config, TemplateJson.Write(read));
        Assert.Equal((template.InitialState, template.SuccessState, template.FailureState, template.TimeoutState, template.Gate, template.AllowsOtherLegTypes),
            (read.InitialState, read.SuccessState, read.FailureState, read.TimeoutState, read.Gate, read.AllowsOtherLegTypes));
        Assert.Equal(template.Actions.OrderBy(one => one.Key), read.Actions.OrderBy(one => one.Key));
        Assert.Equal(template.Transitions.OrderBy(one => one.Key).Select(one => (one.Key, string.Join(',', one.Value))), read.Transitions.OrderBy(one => one.Key).Select(one => (one.Key, string.Join(',', one.Value))));
        Assert.Equal(template.RequiredRoles.Order(StringComparer.Ordinal), read.RequiredRoles.Order(StringComparer.Ordinal));
        Assert.Equal(template.RequiredLegTypes.Order(StringComparer.Ordinal), read.RequiredLegTypes.Order(StringComparer.Ordinal));
        Assert.Equal(template.RecheckAtStates.Order(StringComparer.Ordinal), read.RecheckAtStates.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{", "{{", "config cannot be read")]
    [InlineData("\"initial_state\"", "\"first_state\"", "config cannot be read")]
    [InlineData("\"SETTLED\":[\"FINALIZED\"]", "\"SETTLED\":[\"FINALIZED\"],\"SETTLED\":[\"FINALIZED\"]", "config cannot be read")]
    [InlineData("\"terminal_states\":[\"FINALIZED\"]", "\"terminal_states\":[]", "terminal_states names exactly one state.")]
    [InlineData("\"failure_states\":[\"ROLLED_BACK\"]", "\"failure_states\":[\"ROLLED_BACK\",\"A\",\"B\"]", "failure_states names")]
    [InlineData("\"SETTLED\":[\"FINALIZED\"]", "\"SETTLED\":\"FINALIZED\"", "transitions.SETTLED must be a list")]
    [InlineData("\"SETTLED\":[\"FINALIZED\"]", "\"SETTLED\":[7]", "transitions.SETTLED must be a list")]
    [InlineData("compliance_check", "pray", "actions.COMPLIANCE_CHECKING.type must be one of")]
    [InlineData("\"provider\":\"escrow\",\"resolution\":\"poll\"", "\"provider\":\"somebody\"", "actions.REGISTERING_ESCROW of type register_escrow has the provider escrow")]
    [InlineData("\"required_roles\"", "\"gate\":\"0x12\",\"required_roles\"", "gate must be 0x and 40 hexadecimal digits")]
    [InlineData("\"required_roles\"", "\"asset_providers\":{\"USDC\":\"vault\"},\"required_roles\"", "it has the member asset_providers, which is not one of the JSON Schema. This service knows no vendor")]
    [InlineData("\"required_roles\"", "\"compliance\":{\"entity_providers\":[\"lseg_worldcheck\"]},\"required_roles\"", "it has the member entity_providers, which is not one of the JSON Schema. Whoever screens")]
    [InlineData("\"required_roles\"", "\"payment_providers\":{\"USD\":\"bank\"},\"required_roles\"", "it has the member payment_providers, which is not one of the JSON Schema. This service knows no vendor")]
    [InlineData("\"required_roles\"", "\"compliance_providers\":{},\"required_roles\"", "it has the member compliance_providers, which is not one of the JSON Schema. Whoever screens")]
    [InlineData("\"required_roles\"", "\"compliance\":{\"wallet_providers\":[\"cipherowl\"]},\"required_roles\"", "it has the member wallet_providers, which is not one of the JSON Schema. Whoever screens")]
    [InlineData("\"type\":\"finalize\"", "\"type\":\"finalize\",\"params\":{\"a\":1}", "it has the member params, which is not one of the JSON Schema. No action has parameters")]
    [InlineData("\"required_roles\"", "\"owner\":\"me\",\"required_roles\"", "it has the member owner, which is not one of the JSON Schema. Leave it out.")]
    [InlineData("\"type\":\"finalize\"", "\"type\":\"finalize\",\"timeout_seconds\":60", "it has the member timeout_seconds, which is not one of the JSON Schema. The deadline")]
    [InlineData("\"states\":[", "\"states\":[\"ELSEWHERE\",", "states must name every state")]
    [InlineData("\"required_roles\"", "\"compliance\":{\"recheck_at_states\":[\"EXECUTING_SWAP\"]},\"required_roles\"", "A recheck at EXECUTING_SWAP binds nobody")]
    public void What_cannot_be_run_is_refused(string part, string changed, string reason)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);
        int at = Good.IndexOf(part, StringComparison.Ordinal);
        TemplateException refused = Assert.Throws<TemplateException>(() => TemplateJson.Read(Single, Good[..at] + changed + Good[(at + part.Length)..]));
        Assert.Contains(refused.Faults, fault => fault.Message.Contains(reason, StringComparison.Ordinal));
    }
}
