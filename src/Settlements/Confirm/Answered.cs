using Keystone.Settlements.Read;

namespace Keystone.Settlements.Confirm;

/// <summary>A stored confirmation or rejection.</summary>
/// <param name="Settlement">As the caller may read it now.</param>
/// <param name="Repeated">It was given before; nothing was stored.</param>
public sealed record Answered(SettlementView Settlement, bool Repeated);
