namespace Keystone.Ethereum.Rlp;

/// <summary>Bytes that are not canonical RLP.</summary>
public sealed class RlpException(string message) : FormatException(message);
