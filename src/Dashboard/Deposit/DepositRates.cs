namespace Keystone.Dashboard.Deposit;

/// <summary>Requests a minute that one address may send to the deposit page. Questions to the chain are counted by link beside it.</summary>
internal sealed class DepositRates() : AddressRates(allowed: 300);
