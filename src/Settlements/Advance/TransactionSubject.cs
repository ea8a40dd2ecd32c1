using Keystone.Domain.Escrow;

namespace Keystone.Settlements.Advance;

/// <summary>State of a settlement that its transactions depend on, beside the escrow state.</summary>
/// <param name="Terms">Frozen terms.</param>
/// <param name="RollingBack">True while the settlement refunds its deposits.</param>
/// <param name="Closed">True if the settlement is in a final state.</param>
/// <param name="Paused">True while an operator, the reconciler or a check of the parties holds registration and swap back; cancellations and refunds go on.</param>
public sealed record TransactionSubject(EscrowTerms Terms, bool RollingBack, bool Closed, bool Paused = false);
