using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>
/// Movements of tokens through the escrow, from its events in chain order. Each event is booked as it stands, without a look at what was booked before: an event that is lost or there twice
/// then shows in the sum, and in no other event.
/// </summary>
public sealed class EscrowLedger
{
    // Legs whose terms an event showed, by settlement.
    readonly Dictionary<Hash32, SortedDictionary<int, EscrowLeg>> _legs = [];

    /// <summary>Movements of all events.</summary>
    /// <param name="events">In chain order, each settlement's from its first on.</param>
    public static IReadOnlyList<EscrowMovement> Read(IEnumerable<PlacedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        EscrowLedger ledger = new();
        List<EscrowMovement> movements = [];
        foreach ((EscrowEvent happened, LogPosition at) in events) ledger.Add(movements, happened, at);
        return movements;
    }

    void Add(List<EscrowMovement> movements, EscrowEvent happened, LogPosition at)
    {
        switch (happened)
        {
            case EscrowEvent.Registered e:
                for (int i = 0; i < e.Terms.Legs.Length; i++) LegsOf(e.Id)[i] = e.Terms.Legs[i];
                break;
            case EscrowEvent.Armed e:
                LegsOf(e.Id).TryAdd(e.Index, e.Leg);
                break;
            case EscrowEvent.Deposited e:
                LegsOf(e.Id).TryAdd(e.Index, e.Leg);
                movements.Add(new EscrowMovement(e.Id, e.Index, MovementKind.Deposited, e.Leg, e.Leg.From, at));
                break;
            case EscrowEvent.Withdrawn e:
                Leave(movements, e.Id, e.Index, MovementKind.Withdrawn, e.To, at);
                break;
            case EscrowEvent.Refunded e:
                Leave(movements, e.Id, e.Index, MovementKind.Refunded, e.To, at);
                break;
            case EscrowEvent.Executed e:
                foreach ((int index, EscrowLeg leg) in LegsOf(e.Id))
                    if (index > 63 || (e.FromWallets >> index & 1) == 0) movements.Add(new EscrowMovement(e.Id, index, MovementKind.Released, leg, leg.To, at));
                break;
        }
    }

    void Leave(List<EscrowMovement> movements, Hash32 id, int index, MovementKind kind, Address to, LogPosition at)
    {
        // Without its terms nobody can say what left; the transfer of the token then has no movement beside it.
        if (LegsOf(id).TryGetValue(index, out EscrowLeg? leg)) movements.Add(new EscrowMovement(id, index, kind, leg, to, at));
    }

    SortedDictionary<int, EscrowLeg> LegsOf(Hash32 id) => _legs.TryGetValue(id, out SortedDictionary<int, EscrowLeg>? legs) ? legs : _legs[id] = [];
}
