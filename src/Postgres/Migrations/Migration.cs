using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Keystone.Postgres.Migrations;

/// <summary>One numbered SQL file of a schema.</summary>
/// <param name="Schema">The schema, whose owner wrote it.</param>
/// <param name="Number">Number within the schema, from 1 without gaps.</param>
/// <param name="Name">The rest of the file's name.</param>
/// <param name="Sql">Its text.</param>
public sealed record Migration(string Schema, int Number, string Name, string Sql)
{
    /// <summary>First line of a file that cannot run inside a transaction, for example one that builds an index concurrently.</summary>
    public const string NoTransaction = "-- no transaction";

    /// <summary>SHA-256 of the text; a file that was applied must never change.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n")));

    /// <summary>False when the file says that it cannot run inside a transaction.</summary>
    public bool InTransaction => !Sql.StartsWith(NoTransaction, StringComparison.Ordinal);

    /// <summary><c>schema/0001_name</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Schema}/{Number:0000}_{Name}");
}
