namespace Keystone.Ethereum.Signers;

/// <summary>A keystore cannot be opened. The message never holds a key or a password.</summary>
public sealed class KeystoreException(string message, Exception? inner = null) : Exception(message, inner);
