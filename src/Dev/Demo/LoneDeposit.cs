using Keystone.Domain.Escrow;

namespace Keystone.Dev.Demo;

/// <summary>A deposit whose counterparty never deposits.</summary>
internal sealed record LoneDeposit(string Id, EscrowTerms Terms, BalanceChange Change);
