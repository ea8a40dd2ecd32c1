namespace Keystone.Ethereum;

/// <summary>The node is healthy, but it is not the chain or the escrow that was expected. Trying again does not help.</summary>
public sealed class ChainIdentityException(string message) : Exception(message);
