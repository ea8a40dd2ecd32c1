namespace Keystone.Settlements.Overview;

/// <summary>How far an environment has come, by facts.</summary>
/// <param name="HasInstrument">A token is registered.</param>
/// <param name="HasSettlement">There is a settlement.</param>
/// <param name="HasFinal">One is final.</param>
public sealed record FirstSteps(bool HasInstrument, bool HasSettlement, bool HasFinal);
