using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Keystone.Postgres.Backups;

/// <summary>Writes what it is given as the chunks of a backup file. <see cref="Finish"/> writes the last one; without it the file cannot be read to its end.</summary>
internal sealed class EncryptingWriter : IDisposable
{
    readonly Stream _file;
    readonly byte[] _id = RandomNumberGenerator.GetBytes(BackupFile.IdSize);
    readonly AesGcm _cipher;
    readonly byte[] _chunk = new byte[BackupFile.ChunkSize];
    int _filled;
    long _number;

    public EncryptingWriter(Stream file, BackupKey key)
    {
        _file = file;
        _cipher = BackupFile.Open(key, _id);
        file.Write(BackupFile.Magic);
        file.Write(_id);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // A full chunk is written when more follows: the last one is marked.
            if (_filled == _chunk.Length) Seal(last: false);
            int part = Math.Min(buffer.Length, _chunk.Length - _filled);
            buffer[..part].CopyTo(_chunk.AsSpan(_filled));
            _filled += part;
            buffer = buffer[part..];
        }
    }

    /// <summary>Writes the last chunk.</summary>
    public void Finish() => Seal(last: true);

    public void Dispose() => _cipher.Dispose();

    void Seal(bool last)
    {
        uint length = (uint)_filled | (last ? BackupFile.LastChunk : 0);
        byte[] head = new byte[4], tag = new byte[BackupFile.TagSize], text = new byte[_filled];
        BinaryPrimitives.WriteUInt32BigEndian(head, length);
        _cipher.Encrypt(BackupFile.Nonce(_number), _chunk.AsSpan(0, _filled), text, tag, BackupFile.Associated(_id, _number, length));
        _file.Write(head);
        _file.Write(text);
        _file.Write(tag);
        _number++;
        _filled = 0;
    }
}
