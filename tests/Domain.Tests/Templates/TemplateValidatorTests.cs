using Keystone.Domain.Templates;

namespace Keystone.Domain.Tests.Templates;

public sealed class TemplateValidatorTests
{
    static readonly Template Good = BuiltInTemplates.CrossPlatform;
    static readonly Keystone.Ethereum.Address AnyGate = Keystone.Ethereum.Address.Parse("0x00000000000000000000000000000000000000aa");

    [Fact]
    public void The_built_in_templates_have_no_fault()
    {
        Assert.Empty(TemplateValidator.Faults(BuiltInTemplates.Single));
        Assert.Empty(TemplateValidator.Faults(BuiltInTemplates.CrossPlatform));
        Assert.Empty(TemplateValidator.Faults(BuiltInTemplates.Bilateral));
    }

    public static TheoryData<string, Template, string> Broken => new()
    {
        { "unreachable", Good with { Transitions = Good.Transitions.Add("NOWHERE", ["ROLLED_BACK"]) }, "NOWHERE is unreachable from INSTRUCTED." },
        { "trapping", Good with { Transitions = Good.Transitions.SetItem("COMPLIANCE_CLEARED", []) }, "COMPLIANCE_CLEARED is trapping: it has no way out and is no end." },
        { "two that only lead to each other", Good with { Transitions = Good.Transitions.SetItem("COMPLIANCE_CLEARED", ["A", "REGISTERING_ESCROW", "ROLLED_BACK"]).Add("A", ["B"]).Add("B", ["A"]) }, "A is trapping: no end can be reached from it." },
        { "a circle", Good with { Transitions = Good.Transitions.SetItem("EXECUTING_SWAP", ["AWAITING_DEPOSITS", "SETTLED", "ROLLED_BACK"]) }, "The way forward is non-terminating: it comes back to AWAITING_DEPOSITS." },
        { "forward to failure", Good with { Transitions = Good.Transitions.SetItem("EXECUTING_SWAP", ["ROLLED_BACK", "SETTLED"]) }, "The way forward ends in ROLLED_BACK, not in FINALIZED." },
        { "no way to fail", Good with { Transitions = Good.Transitions.SetItem("AWAITING_DEPOSITS", ["EXECUTING_SWAP"]) }, "AWAITING_DEPOSITS has no way to ROLLED_BACK; a settlement may fail there." },
        { "a target that is not there", Good with { Transitions = Good.Transitions.SetItem("INSTRUCTED", ["ELSEWHERE", "ROLLED_BACK"]) }, "INSTRUCTED leads to ELSEWHERE, which is no state of this template." },
        { "an end with a way out", Good with { Transitions = Good.Transitions.Add("FINALIZED", ["INSTRUCTED"]) }, "FINALIZED is an end and must have no way out." },
        { "one end for both", Good with { FailureState = "FINALIZED" }, "Success, failure and timeout must be different states." },
        { "an unknown start", Good with { InitialState = "BEGIN" }, "The initial state BEGIN has no way out." },
        { "an action in the air", Good with { Actions = Good.Actions.Add("THERE", ActionType.Finalize) }, "An action hangs on THERE, which is no state of this template." },
        { "an action twice", Good with { Actions = Good.Actions.SetItem("COMPLIANCE_CLEARED", ActionType.RegisterEscrow) }, "RegisterEscrow hangs on several states: COMPLIANCE_CLEARED, REGISTERING_ESCROW." },
        { "no screening", Good with { Actions = Good.Actions.Remove("COMPLIANCE_CHECKING") }, "No state on the way forward has the action ComplianceCheck." },
        { "the wrong order", Good with { Actions = Good.Actions.SetItem("AWAITING_DEPOSITS", ActionType.ExecuteEscrow).SetItem("EXECUTING_SWAP", ActionType.MonitorDeposits) }, "MonitorDeposits comes after ExecuteEscrow, which needs it before." },
        { "a deadline without a way", Good with { TimeoutState = "TIMED_OUT", Transitions = Good.Transitions.SetItem("INSTRUCTED", [.. Good.Transitions["INSTRUCTED"], "TIMED_OUT"]) }, "AWAITING_DEPOSITS has no way to TIMED_OUT; the deadline may pass there." },
        { "an action beside the way", Good with { Transitions = Good.Transitions.SetItem("COMPLIANCE_CLEARED", ["REGISTERING_ESCROW", "ASIDE", "ROLLED_BACK"]).Add("ASIDE", ["ROLLED_BACK"]), Actions = Good.Actions.Remove("INSTRUCTED").Add("ASIDE", ActionType.AwaitConfirmation) }, "AwaitConfirmation hangs on ASIDE, which is not on the way forward, so that it is never done." },
        { "an action on an end", Good with { Actions = Good.Actions.Remove("INSTRUCTED").Add("ROLLED_BACK", ActionType.AwaitConfirmation) }, "AwaitConfirmation hangs on ROLLED_BACK, which is not on the way forward, so that it is never done." },
        { "a name after publication", Good with { Transitions = Good.Transitions.SetItem("REGISTERING_ESCROW", ["REGISTERED", "ROLLED_BACK"]).Add("REGISTERED", ["AWAITING_DEPOSITS", "ROLLED_BACK"]) }, "REGISTERED comes after the terms are published and needs an action, so that the chain is watched there." },
        { "two states to wait in", Good with { Transitions = Good.Transitions.SetItem("AWAITING_CONFIRMATION", ["STILL_WAITING", "ROLLED_BACK"]).Add("STILL_WAITING", ["COMPLIANCE_CHECKING", "ROLLED_BACK"]) }, "Between INSTRUCTED and COMPLIANCE_CHECKING the confirmation can wait in one state, not in 2." },
        { "no way on when nobody is asked", Good with { Transitions = Good.Transitions.SetItem("INSTRUCTED", ["AWAITING_CONFIRMATION", "ROLLED_BACK"]) }, "INSTRUCTED has no way to COMPLIANCE_CHECKING; nobody may be left to ask." },
        { "a state beside the way", Good with { Transitions = Good.Transitions.SetItem("COMPLIANCE_CLEARED", ["REGISTERING_ESCROW", "ASIDE", "ROLLED_BACK"]).Add("ASIDE", ["ROLLED_BACK"]) }, "ASIDE is unreachable: the way forward does not come there." },
        { "a step of its own at once", Good with { InitialState = "BEGIN", Transitions = Good.Transitions.Add("BEGIN", ["INSTRUCTED", "ROLLED_BACK"]), Actions = Good.Actions.Add("BEGIN", ActionType.External) }, "An external_action cannot stand on the initial state BEGIN: the parties are not screened yet." },
        { "a step of its own before the check", Good with { Actions = Good.Actions.Add("AWAITING_CONFIRMATION", ActionType.External) }, "The external_action on AWAITING_CONFIRMATION comes too early: the parties are screened in COMPLIANCE_CHECKING." },
        { "a step of its own after the publication", Good with { Transitions = Good.Transitions.SetItem("SETTLED", ["RELEASING_ASSETS"]).Add("RELEASING_ASSETS", ["FINALIZED", "ROLLED_BACK"]), Actions = Good.Actions.Add("RELEASING_ASSETS", ActionType.External) }, "The external_action on RELEASING_ASSETS comes too late: the terms are published in REGISTERING_ESCROW." },
        { "a step of its own beside the way", Good with { Transitions = Good.Transitions.SetItem("COMPLIANCE_CLEARED", ["REGISTERING_ESCROW", "ASIDE", "ROLLED_BACK"]).Add("ASIDE", ["ROLLED_BACK"]), Actions = Good.Actions.Add("ASIDE", ActionType.External) }, "External hangs on ASIDE, which is not on the way forward, so that it is never done." },
        { "a step of its own with no name for a path", Good with { Transitions = Good.Transitions.SetItem("COMPLIANCE_CLEARED", ["LOCK ASSETS", "ROLLED_BACK"]).Add("LOCK ASSETS", ["REGISTERING_ESCROW", "ROLLED_BACK"]), Actions = Good.Actions.Add("LOCK ASSETS", ActionType.External) }, "LOCK ASSETS has an external_action, whose result is reported under a path that holds the name: use letters, digits, _ and -." },
        { "a recheck after the swap", Good with { RecheckAtStates = ["SETTLED"], Gate = AnyGate }, "A recheck at SETTLED comes too late: the swap can be held back until it is executed." },
        { "a recheck at an end", Good with { RecheckAtStates = ["ROLLED_BACK"], Gate = AnyGate }, "A recheck at ROLLED_BACK comes too late: the swap can be held back until it is executed." },
        { "a recheck before the check", Good with { RecheckAtStates = ["AWAITING_CONFIRMATION"] }, "A recheck at AWAITING_CONFIRMATION comes too early: the parties are checked for the first time in COMPLIANCE_CHECKING." },
        { "a recheck in the check", Good with { RecheckAtStates = ["COMPLIANCE_CHECKING"] }, "A recheck at COMPLIANCE_CHECKING comes too early: the parties are checked for the first time in COMPLIANCE_CHECKING." },
        { "a recheck of no state", Good with { RecheckAtStates = ["NOWHERE"] }, "A recheck hangs on NOWHERE, which is no state of this template." },
        { "a recheck with no contract for a gate", Good with { RecheckAtStates = ["EXECUTING_SWAP"], Gate = default(Keystone.Ethereum.Address) }, "A recheck at EXECUTING_SWAP binds nobody without a gate: name one, or check before the terms are published." },
        { "a recheck that binds nobody", Good with { RecheckAtStates = ["EXECUTING_SWAP"] }, "A recheck at EXECUTING_SWAP binds nobody without a gate: name one, or check before the terms are published." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_template_is_refused_with_the_reason(string what, Template template, string fault)
    {
        Assert.NotEmpty(what);
        TemplateFault named = Assert.Single(TemplateValidator.Faults(template), one => one.Message == fault);
        Assert.Matches("^[a-z_]+$", named.Code);
    }

    [Fact]
    public void Steps_of_a_platform_s_own_are_good_between_the_check_and_the_publication_and_there_may_be_several()
    {
        Assert.Empty(TemplateValidator.Faults(Good with { Actions = Good.Actions.Add("COMPLIANCE_CLEARED", ActionType.External) }));
        Assert.Empty(TemplateValidator.Faults(Keystone.Testing.ExternalTemplate.With("LOCKING_ASSETS", "INITIATING_PAYMENT")));
    }

    [Fact]
    public void Rechecks_are_good_before_publication_and_with_a_gate()
    {
        Assert.Empty(TemplateValidator.Faults(Good with { RecheckAtStates = ["COMPLIANCE_CLEARED"] }));
        Assert.Empty(TemplateValidator.Faults(Good with { RecheckAtStates = ["EXECUTING_SWAP"], Gate = AnyGate }));
    }
}
