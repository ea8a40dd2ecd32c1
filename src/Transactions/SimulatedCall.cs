namespace Keystone.Transactions;

/// <summary>An intent's call that a node has simulated without a revert.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="Call">Its call.</param>
/// <param name="Estimate">The node's estimate, gas.</param>
/// <param name="Limit">Gas limit of a transaction for this call alone.</param>
internal sealed record SimulatedCall(Intent Intent, PlannedCall Call, ulong Estimate, ulong Limit);
