namespace Keystone.Settlements.Changes;

/// <summary>An event in the chain of an environment.</summary>
/// <param name="EnvironmentId">Environment that may read it.</param>
/// <param name="Position">Its place in the chain of the environment.</param>
/// <param name="SettlementId">The settlement that it is about.</param>
public sealed record SettlementChange(Guid EnvironmentId, long Position, Guid SettlementId);
