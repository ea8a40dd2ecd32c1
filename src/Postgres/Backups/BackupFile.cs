using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Keystone.Postgres.Backups;

/// <summary>
/// What writer and reader of a backup share. A file is eight bytes <c>KSBACKUP</c>, one byte 1, a random id of 16 bytes, and chunks: four bytes with the length of the text (big-endian; its
/// highest bit marks the last chunk), the text under AES-256-GCM, and a tag of 16 bytes. The nonce is the chunk's number; id, number and length are authenticated, so
/// a chunk that is missing, moved, cut or of another file is found.
/// </summary>
internal static class BackupFile
{
    public const int ChunkSize = 1 << 20, TagSize = 16, IdSize = 16;

    public const uint LastChunk = 1u << 31;

    public static ReadOnlySpan<byte> Magic => "KSBACKUP\u0001"u8;

    public static byte[] Nonce(long chunk)
    {
        byte[] nonce = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), chunk);
        return nonce;
    }

    public static byte[] Associated(byte[] fileId, long chunk, uint length)
    {
        byte[] data = new byte[IdSize + 12];
        fileId.CopyTo(data, 0);
        BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(IdSize), chunk);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(IdSize + 8), length);
        return data;
    }

    public static AesGcm Open(BackupKey key, byte[] fileId) => new(key.ForFile(fileId), TagSize);
}
