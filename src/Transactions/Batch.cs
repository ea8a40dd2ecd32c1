namespace Keystone.Transactions;

/// <summary>One transaction to be signed, and the intents that it carries: one, or several in one call.</summary>
/// <param name="Intents">Intents, at least one.</param>
/// <param name="Call">The call.</param>
/// <param name="Gas">Gas limit.</param>
internal sealed record Batch(IReadOnlyList<Intent> Intents, PlannedCall Call, ulong Gas);
