using Keystone.Ethereum;

namespace Keystone.Settlements.Create;

/// <summary>A token as the chain describes it.</summary>
internal sealed record Instrument(Guid Id, Address Address, string Symbol, string Standard, int Decimals, Hash32 CodeHash, bool IsNew);
