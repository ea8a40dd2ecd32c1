using System.ComponentModel;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Preview;

/// <summary>What would come of a create request. Nothing was stored.</summary>
/// <param name="WouldCreate">The request breaks no rule.</param>
/// <param name="Errors">Faults of the request, as a create request would be answered with them.</param>
/// <param name="Warnings">What keeps deposits from coming, as the chain has it now. None of them keeps the settlement from being made.</param>
/// <param name="Costs">What the operator's transactions are expected to cost; null with errors.</param>
public sealed record PreviewResult(bool WouldCreate, IReadOnlyList<Fault> Errors, IReadOnlyList<PreviewWarning> Warnings, ExpectedCosts? Costs);

/// <summary>Something to put right before the deposit.</summary>
public sealed record PreviewWarning(
    [property: Description("balance, sender, pause, verification or gas_money, and already_created.")] string Code,
    [property: Description("A sentence that names the fix.")] string Detail,
    [property: Description("Place of the leg, from 0; null where none is concerned.")] int? LegIndex);

/// <summary>What the operator's transactions for a settlement are expected to cost.</summary>
public sealed record ExpectedCosts(
    [property: Description("Gas of registration and swap, by the published measurements (rules of Prague), for recipients that hold nothing of their token yet.")] long Gas,
    [property: Description("Decimal digits, at the base fee of the last block and the node's suggested tip; null when the node does not answer.")] string? Wei);
