using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Keystone.Postgres.Backups;

/// <summary>Parts of a backup's text: each has its length before it, four bytes, big-endian. An empty part ends the rows of a table.</summary>
internal static class BackupRecords
{
    const int Most = 64 << 20;

    public static void Write(EncryptingWriter writer, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        writer.Write(length);
        writer.Write(part);
    }

    public static void Write<T>(EncryptingWriter writer, T value, JsonTypeInfo<T> type) => Write(writer, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static byte[] Read(DecryptingReader reader)
    {
        byte[] head = new byte[4];
        Fill(reader, head);
        int length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 0 or > Most) throw new BackupException("The backup holds a part of an impossible length.");
        byte[] part = new byte[length];
        Fill(reader, part);
        return part;
    }

    public static T Read<T>(DecryptingReader reader, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Read(reader), type) ?? throw new BackupException("A part of the backup is empty.");

    static void Fill(DecryptingReader reader, byte[] bytes)
    {
        if (!reader.TryFill(bytes)) throw new BackupException("The backup ends before its last table.");
    }
}
