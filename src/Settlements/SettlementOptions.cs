namespace Keystone.Settlements;

/// <summary>Limits that an operator sets for new settlements.</summary>
public sealed class SettlementOptions
{
    /// <summary>Minimum time between a request and its <c>timeout_at</c>, seconds. Parties need this time to deposit; set it lower only in a sandbox.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;
}
