using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Keystone.Postgres.Backups;

/// <summary>Parts of a backup's text: each has its length before it, four bytes, big-endian. An empty part ends the rows of a table.</summary>
internal static class BackupRecords
{
    const int Most = 64 << 20;

    public static void Write(Stream stream, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        stream.Write(length);
        stream.Write(part);
    }

    public static void Write<T>(Stream stream, T value, JsonTypeInfo<T> type) => Write(stream, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static byte[] Read(Stream stream)
    {
        byte[] head = new byte[4];
        Fill(stream, head);
        int length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 0 or > Most) throw new BackupException("The backup holds a part of an impossible length.");
        byte[] part = new byte[length];
        Fill(stream, part);
        return part;
    }

    public static T Read<T>(Stream stream, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Read(stream), type) ?? throw new BackupException("A part of the backup is empty.");

    static void Fill(Stream stream, byte[] bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new BackupException("The backup ends before its last table.");
    }
}
