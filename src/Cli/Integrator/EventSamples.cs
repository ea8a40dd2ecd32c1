using Keystone.Identity;
using Keystone.Webhooks;
using Keystone.Webhooks.Messages;

namespace Keystone.Cli.Integrator;

/// <summary>A sample of each event, composed as the services compose it; only its settlement does not exist.</summary>
internal static class EventSamples
{
    const string Transaction = "0x5b0a1e4c8b6a2d7f3e9c0d1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e";

    const string Bond = "0x5FbDB2315678afecb367f032d93F642f64180aa3", Cash = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512";

    /// <summary>States of the cross-platform template in their order; each but the first has the one before as its previous state.</summary>
    static readonly string[] States =
    [
        "INSTRUCTED", "AWAITING_CONFIRMATION", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED",
    ];

    /// <summary>The names of all events.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. EventPattern.Known.Where(name => !name.EndsWith('*'))];

    /// <summary>Body of a sample.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="now">Time of the event, UTC.</param>
    /// <exception cref="CommandFault">There is no such event.</exception>
    public static string Create(string name, DateTimeOffset now)
    {
        Guid settlement = Guid.CreateVersion7(now);
        MessageEnvelope envelope = new(Guid.CreateVersion7(now), now, 3, ApiVersions.Current);
        string last = name[(name.LastIndexOf('.') + 1)..];
        return name switch
        {
            "settlement.confirmation_required" => Confirmation(envelope, settlement).Payload,
            "settlement.party.confirmed" or "settlement.party.rejected" => MessageComposer.Party(envelope, new PartyAnswer(settlement, "buyer", "platform-b", last == "confirmed")).Payload,
            "settlement.cancel_requested" => MessageComposer.Cancel(envelope, new CancelRequested(settlement, "platform-b", false)).Payload,
            "settlement.action_required" => MessageComposer.Action(envelope, new ActionRequest(settlement, "LOCKING_ASSETS", "sample-001", now.AddHours(24))).Payload,
            "settlement.hold.placed" or "settlement.hold.released" => MessageComposer.Hold(envelope, settlement, "platform-b", last == "placed").Payload,
            "settlement.compliance.flagged" => MessageComposer.Flagged(envelope, settlement, [new StoppedParty("buyer", "entity")]).Payload,
            "webhook.endpoint.disabled" => MessageComposer.EndpointDisabled(envelope.Id, now, envelope.ApiVersion, Guid.CreateVersion7(now), "Every delivery failed for 120 hours."),
            "webhook.test" => MessageComposer.Test(envelope.Id, now, envelope.ApiVersion, Guid.CreateVersion7(now)),
            _ when name.StartsWith("settlement.state.", StringComparison.Ordinal) && Names.Contains(name) => State(envelope, settlement, last).Payload,
            _ when name.StartsWith("settlement.leg.", StringComparison.Ordinal) && Names.Contains(name) => Leg(envelope, settlement, name, last).Payload,
            _ when name.StartsWith("settlement.rollback.", StringComparison.Ordinal) && Names.Contains(name) => MessageComposer.Rollback(envelope, name, settlement, "timeout").Payload,
            _ when name.StartsWith("instruction.", StringComparison.Ordinal) && Names.Contains(name) => Instruction(envelope, name, last),
            _ => throw new CommandFault($"There is no event {name}. Events: {string.Join(", ", Names)}."),
        };
    }

    static ComposedMessage State(MessageEnvelope envelope, Guid settlement, string last)
    {
        // Names of events are lower case on the wire, states are not.
        string state = last.ToUpperInvariant();
        int at = Array.IndexOf(States, state);
        MessageFailure? failure = at >= 0 ? null : new MessageFailure("timeout", "The settlement timed out before it was settled.");
        return MessageComposer.State(envelope, new StateChange(settlement, state, at switch { 0 => null, < 0 => "AWAITING_DEPOSITS", _ => States[at - 1] }, "cross_platform", "sample-001", true, failure));
    }

    static ComposedMessage Confirmation(MessageEnvelope envelope, Guid settlement) => MessageComposer.Confirmation(envelope, new ConfirmationRequest(
        settlement, "buyer", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "Acme Fund LLC",
        [
            new MessageLeg(Guid.CreateVersion7(envelope.At), "asset", Bond, "500", "deliver", "seller", "buyer", 11155111, "ERC-20", "500000000000000000000",
                new MessageToken(Bond, null, 18, false, "KBOND", null)),
            new MessageLeg(Guid.CreateVersion7(envelope.At), "payment", "USDC", "125000", "deliver", "buyer", "seller", 11155111, "ERC-20", "125000000000",
                new MessageToken(Cash, "USDC", 6, true, null, null)),
        ],
        "platform-a", "Platform A", envelope.At.AddHours(12), envelope.At.AddHours(24)));

    static ComposedMessage Leg(MessageEnvelope envelope, Guid settlement, string name, string last) => MessageComposer.Leg(envelope, new LegChange(
        name, settlement, Guid.CreateVersion7(envelope.At), 0, "asset", last switch { "deposited" => "locked", "refunded" => "rolled_back", _ => "pending" },
        last == "retreated" ? null : Transaction, last == "retreated"));

    static string Instruction(MessageEnvelope envelope, string name, string last)
    {
        (string status, string iso, string? reason) = last switch
        {
            "matched" => ("matched", "MACH", null),
            "mismatched" => ("pending_match", "NMAT", "DQUA"),
            "cancelled" => ("cancelled", "CAND", "CANI"),
            "expired" => ("expired", "CAND", "CANS"),
            "counterparty_cancelled" => ("pending_match", "NMAT", "CPCA"),
            _ => ("pending_match", "NMAT", "CLAT"),
        };
        return MessageComposer.Instruction(envelope.Id, name, envelope.At, envelope.ApiVersion, new InstructionNews(
            Guid.CreateVersion7(envelope.At), "KS-0199a0c27d1e7a449c1f2f6f0c1f8a11", "buyer", status, last == "matched" ? Guid.CreateVersion7(envelope.At) : null, iso, reason,
            last == "mismatched" ? [new InstructionMismatch("legs[0].quantity", "DQUA", "100", "The other side instructs another quantity.")] : []));
    }
}
