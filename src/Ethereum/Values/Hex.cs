namespace Keystone.Ethereum;

/// <summary>Reads and writes the <c>0x</c> hexadecimal of JSON-RPC and of the API.</summary>
public static class Hex
{
    /// <summary>Bytes as lower-case hexadecimal with the <c>0x</c> prefix.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <summary>Bytes of a <c>0x</c>-prefixed string of even length.</summary>
    /// <exception cref="FormatException">No prefix, odd length, or a character that is not a hexadecimal digit.</exception>
    public static byte[] Decode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryDecode(text, out byte[] bytes) ? bytes : throw new FormatException("Expected 0x followed by an even number of hexadecimal digits.");
    }

    /// <summary>As <see cref="Decode"/>, false instead of an exception.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length < 2 || text[0] != '0' || text[1] != 'x' || (text.Length & 1) != 0)
            return false;
        byte[] result = new byte[(text.Length - 2) / 2];
        if (!TryDecode(text, result))
            return false;
        bytes = result;
        return true;
    }

    /// <summary>Fills <paramref name="destination"/> exactly; false when the text is of another length or not hexadecimal.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length != 2 + destination.Length * 2 || text[0] != '0' || text[1] != 'x')
            return false;
        return Convert.FromHexString(text[2..], destination, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == destination.Length;
    }
}
