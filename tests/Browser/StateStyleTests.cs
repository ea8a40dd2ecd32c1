using System.Runtime.CompilerServices;
using Keystone.Dashboard.Components;
using Keystone.Settlements.Read;

namespace Keystone.Browser;

/// <summary>States of uploaded templates have a word and a colour, too.</summary>
public sealed class StateStyleTests
{
    static readonly SettlementView None = (SettlementView)RuntimeHelpers.GetUninitializedObject(typeof(SettlementView)) with { State = "BOARD_APPROVAL" };

    static EscrowView Escrow(string status) => (EscrowView)RuntimeHelpers.GetUninitializedObject(typeof(EscrowView)) with { Status = status };

    static readonly (SettlementView Settlement, string Family)[] Places =
    [
        (None, "instructed"),
        (None with { Confirmation = new ConfirmationView(["buyer"], default) }, "confirmation"),
        (None with { Compliance = new ComplianceView("checking") }, "compliance"),
        (None with { Compliance = new ComplianceView("cleared") }, "cleared"),
        (None with { Compliance = new ComplianceView("cleared"), Escrow = Escrow("registering") }, "registering"),
        (None with { Compliance = new ComplianceView("cleared"), Escrow = Escrow("open") }, "deposits"),
        (None with { Compliance = new ComplianceView("cleared"), Escrow = Escrow("funded") }, "swap"),
        (None with { Finality = new FinalityView(7, false, null), Escrow = Escrow("executed") }, "settled"),
        (None with { Finality = new FinalityView(7, true, null), Escrow = Escrow("executed"), IsTerminal = true }, "final"),
    ];

    [Fact]
    public void A_state_of_an_uploaded_template_looks_like_the_usual_one_where_the_settlement_stands()
    {
        Assert.Equal(Places.Select(one => one.Family), Places.Select(one => StateStyle.Of(one.Settlement).Family));
        Assert.All(Places, one => Assert.Equal("Board approval", StateStyle.Of(one.Settlement).Word));
    }

    [Fact]
    public void Its_review_and_its_end_say_what_happened()
    {
        Assert.Equal("review", StateStyle.Of(None with { Compliance = new ComplianceView("review") }).Family);
        StateStyle end = StateStyle.Of(None with { State = "CALLED_OFF", IsTerminal = true, Failure = new FailureView("timeout", null) });
        Assert.Equal(("Called off: deadline passed", "clock", "ended"), (end.Word, end.Icon, end.Family));
    }
}
