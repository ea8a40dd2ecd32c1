namespace Keystone.Settlements;

/// <summary>Rules of new settlements that an operator sets.</summary>
public sealed class SettlementOptions
{
    /// <summary>Shortest time from a request to its <c>timeout_at</c>, seconds. Parties need it to deposit; shorter is for sandboxes.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;
}
