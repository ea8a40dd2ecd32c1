using System.ComponentModel;

namespace Keystone.Settlements.Deposits;

/// <summary>One thing that a deposit depends on, as the chain has it now.</summary>
public sealed record PreflightCheck(
    [property: Description("balance, allowance, sender, pause, verification or gas_money.")] string Check,
    [property: Description("The deposit does not fail by it.")] bool Ok,
    [property: Description("What is there: smallest units for balance and allowance, wei for gas_money, an address for sender; null where there is no such value.")] string? Have,
    [property: Description("What is needed, in the same units.")] string? Need,
    [property: Description("A sentence that names the fix.")] string Detail);
