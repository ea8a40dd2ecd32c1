namespace Keystone.Identity;

/// <summary>An operator's request that is not possible; the message is for the operator.</summary>
public sealed class PlatformException(string message) : Exception(message);
