using System.Collections.Immutable;
using Keystone.Domain.Model;

namespace Keystone.Domain.Engine;

/// <summary>What the screenings of a round, and people's decisions on flags, say of all parties. Pure.</summary>
internal sealed class ScreeningCheck(ImmutableArray<Party> parties, Facts facts)
{
    /// <summary>Result of a round.</summary>
    public CheckStatus StatusIn(int round)
    {
        bool undecided = false, rejected = false, waits = false;
        foreach (Party party in parties)
            foreach (ScreeningLayer layer in Enum.GetValues<ScreeningLayer>())
                switch (AnswerOn(party, layer, round))
                {
                    case ScreeningStatus.Fail:
                        return CheckStatus.Failed;
                    case ScreeningStatus.Flagged:
                        bool? decided = DecisionOn(party);
                        rejected |= decided == false;
                        undecided |= decided is null;
                        break;
                    case ScreeningStatus.Pass:
                        break;
                    default:
                        waits = true;
                        break;
                }
        return rejected ? CheckStatus.Failed : waits ? CheckStatus.Running : undecided ? CheckStatus.Review : CheckStatus.Cleared;
    }

    /// <summary>A provider's answer in a round. Answers of another round, and a decision about them, do not apply to it.</summary>
    public ScreeningStatus? AnswerOn(Party party, ScreeningLayer layer, int round) =>
        facts.Round == round ? facts.Screenings.LastOrDefault(one => one.PartyId == party.Id && one.Layer == layer)?.Status : null;

    // Each flagged party needs a decision of its own, unless one was made on all of them.
    bool? DecisionOn(Party party) => facts.Decisions.TryGetValue(party.Id, out bool approved) ? approved : facts.Decision;
}
