using Keystone.Ethereum;

namespace Keystone.Settlements.List;

/// <summary>Which settlements a list shows. Null means: any.</summary>
/// <param name="States">States as the templates name them; none for any.</param>
/// <param name="Type"><c>single_platform</c> or <c>cross_platform</c>.</param>
/// <param name="ExternalReference">The caller's own reference.</param>
/// <param name="IdempotencyKey">The caller's own key.</param>
/// <param name="TemplateId">Template.</param>
/// <param name="CreatedFrom">Created at this time or later, UTC.</param>
/// <param name="CreatedTo">Created before this time, UTC.</param>
/// <param name="TimeoutBefore">Times out before this time, UTC.</param>
/// <param name="Wallet">Wallet of a party of the caller.</param>
/// <param name="Attention">Only those in which something waits for the caller, or that roll back.</param>
/// <param name="After">Begins behind this settlement.</param>
public sealed record SettlementFilter(
    IReadOnlyList<string> States, string? Type, string? ExternalReference, string? IdempotencyKey, Guid? TemplateId, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo,
    DateTimeOffset? TimeoutBefore, Address? Wallet, bool Attention, ListCursor? After)
{
    /// <summary>The soonest deadline first, instead of the newest. Cursors of one order mean nothing in the other.</summary>
    public bool ByDeadline { get; init; }

    /// <summary>Only those that have not ended.</summary>
    public bool OpenOnly { get; init; }
}
