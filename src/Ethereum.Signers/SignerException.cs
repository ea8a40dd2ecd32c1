namespace Keystone.Ethereum.Signers;

/// <summary>A remote signer did not sign.</summary>
public sealed class SignerException(string message, Exception? inner = null) : Exception(message, inner);
