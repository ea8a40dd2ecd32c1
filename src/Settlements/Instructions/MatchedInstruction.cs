using Keystone.Domain.Matching;
using Keystone.Domain.Templates;
using Keystone.Settlements.Create;
using Keystone.Settlements.Repo;

namespace Keystone.Settlements.Instructions;

/// <summary>The settlement that two matching instructions ask for.</summary>
internal static class MatchedInstruction
{
    /// <summary>Of the two sides that say the same. The first one instructs: its words for tokens and its references are those of the settlement.</summary>
    public static Instruction Of(InstructionRecord first, InstructionRecord second, Template template)
    {
        DateTimeOffset timeout = first.TimeoutAt < second.TimeoutAt ? first.TimeoutAt : second.TimeoutAt;
        return new Instruction($"instruction-match:{first.Id}", template, null, first.EnvironmentId != second.EnvironmentId, timeout, timeout,
            [Party(first), Party(second)], [.. first.Legs.Select(leg => Leg(leg, Counterpart(leg, second), first))])
        {
            KeyScope = "instruction.match",
            Category = first.Category,
            TradeReference = first.TradeReference,
            Repo = first.MaturityAt is { } maturity ? new RepoTerms(maturity, first.RepaymentAmount!, first.Repayment!.Value, first.RepoRate) : null,
        };
    }

    // Each side confirmed its own party by instructing it.
    static InstructedParty Party(InstructionRecord side) => new(side.Role, side.PlatformId, side.EnvironmentId, false, side.Name, side.ExternalReference, side.AssetProvider, side.Lei,
        side.Wallet, side.Receive, side.Refund, null, null)
    { DateOfBirth = side.DateOfBirth, Country = side.Country };

    static InstructionLeg Counterpart(InstructionLeg leg, InstructionRecord other) =>
        other.Legs.Single(one => one.Instrument.Address == leg.Instrument.Address && one.TokenId == leg.TokenId);

    static InstructedLeg Leg(InstructionLeg leg, InstructionLeg other, InstructionRecord first)
    {
        // Of a tolerated difference the receiver's amount moves, in the receiver's words.
        InstructionLeg moved = MatchRules.AmountOf(SideOf(leg), SideOf(other)) == leg.Amount ? leg : other;
        (string giver, string taker) = leg.Direction == "deliver" ? (first.Role, first.CounterpartyRole) : (first.CounterpartyRole, first.Role);
        return new InstructedLeg(leg.Type, leg.Instrument, leg.AsSent, moved.Quantity, leg.TokenId, moved.Amount, leg.Direction, first.Role, first.CounterpartyRole, giver, taker, leg.ExternalReference);
    }

    static TradeLeg SideOf(InstructionLeg leg) => new(leg.Instrument.Address, leg.TokenId, leg.Type, leg.Amount, leg.Direction == "deliver", leg.Tolerance);
}
