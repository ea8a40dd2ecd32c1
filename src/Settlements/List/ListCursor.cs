using System.Buffers.Binary;
using System.Buffers.Text;

namespace Keystone.Settlements.List;

/// <summary>The last settlement of a page, opaque to callers: the next page begins behind it, whatever was added in front meanwhile.</summary>
/// <param name="CreatedAt">When it became visible to the reader, UTC.</param>
/// <param name="Id">Its id.</param>
public sealed record ListCursor(DateTimeOffset CreatedAt, Guid Id)
{
    const int Size = 24;

    /// <summary>The cursor as callers send it back.</summary>
    public override string ToString()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt.UtcTicks);
        Id.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor; null when the text is none.</summary>
    public static ListCursor? Parse(string? text)
    {
        byte[] bytes = new byte[Size];
        return text is { Length: Size / 3 * 4 } && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out int written) && written == Size
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and long ticks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new ListCursor(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes.AsSpan(8), bigEndian: true)) : null;
    }
}
