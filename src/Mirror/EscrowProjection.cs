using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>Folds canonical events into escrows.</summary>
internal static class EscrowProjection
{
    /// <summary>Escrows of the events that have a state, by id.</summary>
    /// <param name="events">Those of each settlement in chain order.</param>
    public static IReadOnlyCollection<EscrowSnapshot> Fold(IEnumerable<PlacedEvent> events)
    {
        Dictionary<Hash32, EscrowSnapshot> escrows = [];
        foreach ((EscrowEvent happened, LogPosition at) in events)
        {
            if (EscrowFold.Apply(escrows.GetValueOrDefault(happened.Id), happened, at) is { } folded) escrows[happened.Id] = folded;
        }
        // None: only what a contract cannot say without having opened it; there is nothing to show.
        return [.. escrows.Values.Where(escrow => escrow.State != EscrowState.None).OrderBy(escrow => escrow.Id)];
    }
}
