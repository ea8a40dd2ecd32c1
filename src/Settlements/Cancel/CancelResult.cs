using Keystone.Settlements.Read;

namespace Keystone.Settlements.Cancel;

/// <summary>A request to cancel that was taken.</summary>
/// <param name="Settlement">As the caller may read it now.</param>
/// <param name="IsEffective">The settlement is being ended; false while another platform has to ask too.</param>
/// <param name="Repeated">The caller asked before; nothing was stored.</param>
public sealed record CancelResult(SettlementView Settlement, bool IsEffective, bool Repeated);
