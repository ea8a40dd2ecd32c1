namespace Keystone.Ethereum.Abi;

/// <summary>Bytes that are not the ABI encoding they should be.</summary>
public sealed class AbiException : FormatException
{
    /// <summary>With the offset at which the bytes stop making sense.</summary>
    public AbiException(string message, int offset) : base($"{message} (at byte {offset})") => Offset = offset;

    /// <summary>Bytes from the start of the encoding.</summary>
    public int Offset { get; }
}
