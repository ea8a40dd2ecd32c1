using System.Text.Json.Serialization;

namespace Keystone.Postgres.Backups;

/// <summary>What stands at the beginning of a backup.</summary>
/// <param name="MadeAt">When it was made, UTC.</param>
/// <param name="Server">Version of the server.</param>
/// <param name="Migrations">The schema: every migration that was applied, with its SHA-256 in hexadecimal.</param>
/// <param name="Tables">The tables in the order in which their rows follow; a table comes after those that it refers to.</param>
public sealed record BackupHeader(DateTimeOffset MadeAt, string Server, IReadOnlyList<AppliedMigration> Migrations, IReadOnlyList<BackupTable> Tables);

/// <summary>A migration as <c>public.schema_version</c> records it.</summary>
public sealed record AppliedMigration(string Schema, int Number, string Name, string Sha256);

/// <summary>A table of a backup.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns in the order of their values.</param>
/// <param name="IsText">Its rows are in COPY's text format, because a column is a composite value, whose binary form holds a number that differs in each database.</param>
public sealed record BackupTable(string Schema, string Name, IReadOnlyList<string> Columns, bool IsText)
{
    /// <summary>Schema and name.</summary>
    public override string ToString() => $"{Schema}.{Name}";
}

/// <summary>What stands after the rows of a table.</summary>
/// <param name="Rows">How many there are.</param>
/// <param name="Sha256">SHA-256 of the rows as COPY gave them, in hexadecimal.</param>
public sealed record BackupTableEnd(long Rows, string Sha256);

/// <summary>A sequence; read after the rows, so that it never gives a number that a row has.</summary>
public sealed record BackupSequence(string Schema, string Name, long LastValue, bool IsCalled);

/// <summary>What a backup holds, as writing, checking or restoring it found.</summary>
public sealed record BackupSummary(BackupHeader Header, IReadOnlyList<BackupTableEnd> Ends, IReadOnlyList<BackupSequence> Sequences)
{
    /// <summary>Rows of all tables.</summary>
    public long Rows => Ends.Sum(end => end.Rows);
}

/// <summary>JSON of a backup's records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BackupHeader))]
[JsonSerializable(typeof(BackupTableEnd))]
[JsonSerializable(typeof(IReadOnlyList<BackupSequence>))]
internal sealed partial class BackupJson : JsonSerializerContext;
