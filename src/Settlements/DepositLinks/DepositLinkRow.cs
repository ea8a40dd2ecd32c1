namespace Keystone.Settlements.DepositLinks;

/// <summary>A link that works, as stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="SettlementId">The settlement.</param>
/// <param name="EnvironmentId">Environment of the party.</param>
/// <param name="Role">Role of the party.</param>
internal sealed record DepositLinkRow(Guid Id, Guid SettlementId, Guid EnvironmentId, string Role);
