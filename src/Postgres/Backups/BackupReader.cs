using System.Security.Cryptography;

namespace Keystone.Postgres.Backups;

/// <summary>Reads a backup from its beginning to its end and checks it: every chunk's tag, every table's checksum, and that the end is there.</summary>
public static class BackupReader
{
    /// <summary>Checks a backup without a database.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that it was made with.</param>
    /// <exception cref="BackupException">It cannot be read, was changed, or is cut off.</exception>
    public static BackupSummary Verify(string path, BackupKey key)
    {
        using FileStream file = OpenFile(path);
        using DecryptingReader reader = new(file, key);
        BackupHeader header = BackupRecords.Read(reader, BackupJson.Default.BackupHeader);
        List<BackupTableEnd> ends = [];
        foreach (BackupTable table in header.Tables)
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (BackupRecords.Read(reader) is { Length: > 0 } part) hash.AppendData(part);
            ends.Add(End(reader, table, hash));
        }
        IReadOnlyList<BackupSequence> sequences = BackupRecords.Read(reader, BackupJson.Default.IReadOnlyListBackupSequence);
        End(reader);
        return new BackupSummary(header, ends, sequences);
    }

    internal static FileStream OpenFile(string path) =>
        File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16) : throw new BackupException($"There is no {path}.");

    /// <summary>What stands after the rows of a table, when they have the checksum that it names.</summary>
    internal static BackupTableEnd End(DecryptingReader reader, BackupTable table, IncrementalHash hash)
    {
        BackupTableEnd end = BackupRecords.Read(reader, BackupJson.Default.BackupTableEnd);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == end.Sha256 ? end : throw new BackupException($"The rows of {table} do not have the checksum that the backup names.");
    }

    /// <summary>Reads to the mark of the last chunk.</summary>
    internal static void End(DecryptingReader reader)
    {
        if (!reader.IsAtEnd()) throw new BackupException("Something follows the last part of the backup.");
    }
}
