namespace Keystone.Settlements.Instruments;

/// <summary>A token cannot be registered as asked; the message is for the person who asked.</summary>
public sealed class InstrumentException(string message) : Exception(message);
