using System.Collections.Immutable;

namespace Keystone.Domain.Templates;

/// <summary>The templates that every environment has. They are in no table: the program that runs them serves them.</summary>
public static class BuiltInTemplates
{
    /// <summary>One platform knows all parties (<c>dvp-single</c>).</summary>
    public static Template Single { get; } = Build(new Guid("01993000-0000-7000-8000-000000000001"), "dvp-single", "Single-platform DvP",
        "Delivery versus payment between parties of one platform: screening, registration on the chain, deposits, one atomic swap.", crossPlatform: false);

    /// <summary>Counterparties confirm first (<c>dvp-cross-platform</c>).</summary>
    public static Template CrossPlatform { get; } = Build(new Guid("01993000-0000-7000-8000-000000000002"), "dvp-cross-platform", "Cross-platform DvP",
        "Delivery versus payment between parties of two platforms or more: every counterparty confirms before anything else happens.", crossPlatform: true);

    /// <summary>Both sides instruct, and are matched before there is a settlement (<c>dvp-bilateral</c>).</summary>
    public static Template Bilateral { get; } = Build(new Guid("01993000-0000-7000-8000-000000000003"), "dvp-bilateral", "Bilateral DvP",
        "Delivery versus payment of two instructions that were matched: each side has confirmed by instructing, so that nobody is asked again.", crossPlatform: false);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Template> All { get; } = [Single, CrossPlatform, Bilateral];

    /// <summary>When they were published, UTC.</summary>
    public static DateTimeOffset PublishedAt { get; } = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    static Template Build(Guid id, string slug, string name, string description, bool crossPlatform)
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
            Name = name,
            Description = description,
            RequiredRoles = ["buyer", "seller"],
            RequiredLegTypes = ["asset", "payment"],
        };
    }
}
