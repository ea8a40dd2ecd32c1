using Keystone.Settlements.Explain;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.List;

/// <summary>A settlement of a list with what it waits for. Without the checks at the chain, which a list does not make.</summary>
/// <param name="Settlement">As its reader may read it.</param>
/// <param name="WaitingFor">Who has to act; empty at the end.</param>
public sealed record WaitingSettlement(SettlementView Settlement, IReadOnlyList<WaitView> WaitingFor);
