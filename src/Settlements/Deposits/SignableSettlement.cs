using Keystone.Settlements.Read;

namespace Keystone.Settlements.Deposits;

/// <summary>A settlement of which the caller may send signatures.</summary>
public sealed class SignableSettlement
{
    internal SignableSettlement(SettlementRecord record) => Record = record;

    internal SettlementRecord Record { get; }
}
