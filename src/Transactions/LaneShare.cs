namespace Keystone.Transactions;

/// <summary>
/// What of a block each lane has in flight. Nonces are mined in their order, so whoever comes later waits until everything before is mined: a lane that has as much in
/// flight as one block takes gets no further nonce until some of it is mined, and nobody waits for it longer than about a block. Pure.
/// </summary>
/// <param name="blockGas">Gas limit of a block.</param>
internal sealed class LaneShare(ulong blockGas)
{
    readonly Dictionary<Guid, ulong> _inFlight = [];

    /// <summary>True when the lane has its share in flight. Intents without a lane have no bound.</summary>
    public bool IsFull(Guid? lane) => lane is { } one && _inFlight.GetValueOrDefault(one) >= blockGas;

    /// <summary>Counts a transaction, its gas in equal parts for the lanes of its intents.</summary>
    public void Add(IReadOnlyCollection<Guid?> lanes, ulong gas)
    {
        if (lanes.Count == 0) return;
        ulong part = gas / (ulong)lanes.Count;
        foreach (Guid lane in lanes.OfType<Guid>()) _inFlight[lane] = _inFlight.GetValueOrDefault(lane) + part;
    }
}
