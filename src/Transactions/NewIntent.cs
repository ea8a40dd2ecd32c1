using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>An intent as its owner writes it.</summary>
/// <param name="Name">Business key.</param>
/// <param name="WantedUntil">Latest block time at which it is useful; null for no limit.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Budget">Maximum spent on gas, wei; null for <c>Transactions:BudgetWei</c>.</param>
/// <param name="Lane">Whose it is; lanes take turns.</param>
/// <param name="Traceparent">W3C trace context of the request behind it; null for none.</param>
/// <param name="OnlyBy">The account whose transaction alone has the effect; null where any account's has.</param>
public sealed record NewIntent(IntentName Name, ChainTime? WantedUntil, int Priority, UInt256? Budget, Guid? Lane, string? Traceparent, Address? OnlyBy);
