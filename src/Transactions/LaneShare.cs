namespace Keystone.Transactions;

/// <summary>
/// What each lane has in flight. Nonces are mined in their order, so whoever comes later waits until everything before is mined: a lane has in flight at most half of what
/// one block takes and half of the transactions that may be in flight at all. What comes from another lane then finds a place in the next block, and a nonce. Pure.
/// </summary>
/// <param name="blockGas">Gas limit of a block.</param>
/// <param name="inFlight">Transactions that may be in flight together.</param>
internal sealed class LaneShare(ulong blockGas, int inFlight)
{
    readonly Dictionary<Guid, (ulong Gas, double Transactions)> _inFlight = [];

    /// <summary>True when the lane has its share in flight. Intents without a lane have no bound.</summary>
    public bool IsFull(Guid? lane) => lane is { } one && _inFlight.TryGetValue(one, out (ulong Gas, double Transactions) has)
        && (has.Gas >= blockGas / 2 || has.Transactions >= Math.Max(1, inFlight / 2));

    /// <summary>Counts a transaction, in equal parts for the lanes of its intents.</summary>
    public void Add(IReadOnlyCollection<Guid?> lanes, ulong gas)
    {
        foreach (Guid lane in lanes.OfType<Guid>())
        {
            (ulong ofGas, double transactions) = _inFlight.GetValueOrDefault(lane);
            _inFlight[lane] = (ofGas + (gas / (ulong)lanes.Count), transactions + (1.0 / lanes.Count));
        }
    }
}
