namespace Keystone.Identity;

/// <summary>What was asked for is not possible; the message is for the person who asked.</summary>
public sealed class PlatformException(string message) : Exception(message);
