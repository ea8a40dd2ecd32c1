namespace Keystone.Settlements;

/// <summary>Rules of new settlements that an operator sets.</summary>
public sealed class SettlementOptions
{
    /// <summary>Shortest time from a request to its <c>timeout_at</c>, seconds. Parties need it to deposit; shorter is for sandboxes.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;

    /// <summary>Settlements that may be open in one environment at once; a request for more is answered with 429 <c>quota_reached</c>. 0: no bound.</summary>
    public int MaxOpenSettlements { get; set; } = 10_000;

    /// <summary>
    /// Settlements that one environment may make in an hour, because each may cost the operator a registration on the chain; a request for more is answered with
    /// 429 <c>quota_reached</c>. 0: no bound.
    /// </summary>
    public int MaxRegistrationsPerHour { get; set; } = 10_000;
}
