namespace Keystone.Settlements;

/// <summary>Limits that an operator sets for new settlements.</summary>
public sealed class SettlementOptions
{
    /// <summary>Minimum time between a request and its <c>timeout_at</c>, seconds. Parties need this time to deposit; set it lower only in a sandbox.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;

    /// <summary>Settlements that may be open in one environment at once; a request for more is answered with 429 <c>quota_reached</c>. 0: no bound.</summary>
    public int MaxOpenSettlements { get; set; } = 10_000;

    /// <summary>
    /// Settlements that one environment may make in an hour, because each may cost the operator a registration on the chain; a request for more is answered with
    /// 429 <c>quota_reached</c>. 0: no bound.
    /// </summary>
    public int MaxRegistrationsPerHour { get; set; } = 10_000;

    /// <summary>
    /// Tokens that are not known yet and that one environment can have read from the chain in a minute, because each costs several calls of the node; a request for more
    /// is answered with 429 <c>quota_reached</c>. 0: no bound.
    /// </summary>
    public int MaxTokenReadsPerMinute { get; set; } = 256;

    /// <summary>
    /// Legs that one environment can have checked at the chain in a minute by deposit instructions, explanations and previews, because each costs a dozen calls of the node. More
    /// instructions are answered with 429 <c>quota_reached</c>; explanations and previews come without the checks. 0: no bound.
    /// </summary>
    public int MaxPreflightLegsPerMinute { get; set; } = 600;
}
