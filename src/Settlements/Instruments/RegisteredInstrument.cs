namespace Keystone.Settlements.Instruments;

/// <summary>A token under its symbol.</summary>
/// <param name="Instrument">As its environment reads it.</param>
/// <param name="IsNew">False when the same was registered before.</param>
public sealed record RegisteredInstrument(InstrumentView Instrument, bool IsNew);
