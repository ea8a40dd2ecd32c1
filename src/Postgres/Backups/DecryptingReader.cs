using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Keystone.Postgres.Backups;

/// <summary>Reads the chunks of a backup file, each only after its tag was checked. It ends where the last chunk is marked, and nowhere else.</summary>
internal sealed class DecryptingReader : IDisposable
{
    readonly Stream _file;
    readonly byte[] _id = new byte[BackupFile.IdSize];
    readonly AesGcm _cipher;
    byte[] _chunk = [];
    int _read;
    long _number;
    bool _isLast;

    public DecryptingReader(Stream file, BackupKey key)
    {
        _file = file;
        byte[] magic = new byte[BackupFile.Magic.Length];
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.AsSpan().SequenceEqual(BackupFile.Magic))
            throw new BackupException("The file is no backup of this system, or of a form that this release does not know.");
        Fill(_id);
        _cipher = BackupFile.Open(key, _id);
    }

    /// <summary>Fills the buffer; false when the end comes before.</summary>
    public bool TryFill(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int read = Read(buffer);
            if (read == 0) return false;
            buffer = buffer[read..];
        }
        return true;
    }

    /// <summary>True when everything was read, to the mark of the last chunk.</summary>
    public bool IsAtEnd()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0;
    }

    int Read(Span<byte> buffer)
    {
        while (_read == _chunk.Length)
        {
            if (_isLast) return 0;
            Next();
        }
        int part = Math.Min(buffer.Length, _chunk.Length - _read);
        _chunk.AsSpan(_read, part).CopyTo(buffer);
        _read += part;
        return part;
    }

    public void Dispose() => _cipher.Dispose();

    void Next()
    {
        byte[] head = new byte[4];
        Fill(head);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        int size = (int)(length & ~BackupFile.LastChunk);
        if (size > BackupFile.ChunkSize) throw Damaged();
        byte[] text = new byte[size], tag = new byte[BackupFile.TagSize], plain = new byte[size];
        Fill(text);
        Fill(tag);
        try
        {
            _cipher.Decrypt(BackupFile.Nonce(_number), text, tag, plain, BackupFile.Associated(_id, _number, length));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw _number == 0
                ? new BackupException("The first part of the backup does not open: the key is another one than it was made with, or the file was changed.")
                : Damaged();
        }
        (_chunk, _read) = (plain, 0);
        _number++;
        _isLast = (length & BackupFile.LastChunk) != 0;
        if (_isLast && _file.ReadByte() >= 0) throw new BackupException("Something follows the end of the backup: the file was changed.");
    }

    void Fill(byte[] bytes)
    {
        if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new BackupException($"The backup is cut off in part {_number}: copy the whole file.");
    }

    BackupException Damaged() => new($"Part {_number} of the backup was changed since it was written.");
}
