using System.Collections.Immutable;

namespace Keystone.Domain.Templates;

/// <summary>The two templates that every environment has.</summary>
public static class BuiltInTemplates
{
    /// <summary>One platform knows all parties (<c>dvp-single</c>).</summary>
    public static Template Single { get; } = Build(new Guid("01993000-0000-7000-8000-000000000001"), "dvp-single", crossPlatform: false);

    /// <summary>Counterparties confirm first (<c>dvp-cross-platform</c>).</summary>
    public static Template CrossPlatform { get; } = Build(new Guid("01993000-0000-7000-8000-000000000002"), "dvp-cross-platform", crossPlatform: true);

    static Template Build(Guid id, string slug, bool crossPlatform)
    {
        ImmutableDictionary<string, ImmutableArray<string>>.Builder transitions = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        ImmutableDictionary<string, ActionType>.Builder actions = ImmutableDictionary.CreateBuilder<string, ActionType>();
        const string Failure = "ROLLED_BACK";
        transitions["INSTRUCTED"] = crossPlatform ? ["AWAITING_CONFIRMATION", "COMPLIANCE_CHECKING", Failure] : ["COMPLIANCE_CHECKING", Failure];
        if (crossPlatform)
        {
            transitions["AWAITING_CONFIRMATION"] = ["COMPLIANCE_CHECKING", Failure];
            actions["INSTRUCTED"] = ActionType.AwaitConfirmation;
        }
        transitions["COMPLIANCE_CHECKING"] = ["COMPLIANCE_CLEARED", Failure];
        transitions["COMPLIANCE_CLEARED"] = ["REGISTERING_ESCROW", Failure];
        transitions["REGISTERING_ESCROW"] = ["AWAITING_DEPOSITS", Failure];
        transitions["AWAITING_DEPOSITS"] = ["EXECUTING_SWAP", Failure];
        transitions["EXECUTING_SWAP"] = ["SETTLED", Failure];
        transitions["SETTLED"] = ["FINALIZED"];
        actions["COMPLIANCE_CHECKING"] = ActionType.ComplianceCheck;
        actions["REGISTERING_ESCROW"] = ActionType.RegisterEscrow;
        actions["AWAITING_DEPOSITS"] = ActionType.MonitorDeposits;
        actions["EXECUTING_SWAP"] = ActionType.ExecuteEscrow;
        actions["SETTLED"] = ActionType.Finalize;
        return new Template(slug, 1, "INSTRUCTED", "FINALIZED", Failure, null, transitions.ToImmutable(), actions.ToImmutable())
        {
            Id = id,
            RequiredRoles = ["buyer", "seller"],
            RequiredLegTypes = ["asset", "payment"],
        };
    }
}
