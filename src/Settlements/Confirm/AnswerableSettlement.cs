using Keystone.Settlements.Read;

namespace Keystone.Settlements.Confirm;

/// <summary>A settlement in which the caller has a party that it was asked to confirm.</summary>
public sealed class AnswerableSettlement
{
    internal AnswerableSettlement(SettlementRecord record) => Record = record;

    internal SettlementRecord Record { get; }
}
