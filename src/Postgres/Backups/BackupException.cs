namespace Keystone.Postgres.Backups;

/// <summary>A backup cannot be made, read or restored; the message says why and what helps.</summary>
public sealed class BackupException : Exception
{
    /// <summary>With the sentence for the operator.</summary>
    public BackupException(string message) : base(message)
    {
    }

    /// <summary>With the sentence for the operator and what caused it.</summary>
    public BackupException(string message, Exception cause) : base(message, cause)
    {
    }
}
