using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Keystone.Postgres.Migrations;

/// <summary>One numbered SQL file of a schema.</summary>
/// <param name="Schema">Folder, which is the schema whose owner wrote it.</param>
/// <param name="Number">Number within the schema, from 1 without gaps.</param>
/// <param name="Name">The rest of the file's name.</param>
/// <param name="Sql">Its text.</param>
public sealed record Migration(string Schema, int Number, string Name, string Sql)
{
    // A schema may refer to those before it, never to those behind it.
    static readonly string[] Order = ["chain", "identity", "settlement", "compliance", "api", "transactions", "webhooks", "roles"];

    /// <summary>First line of a file that cannot run inside a transaction, for example one that builds an index concurrently.</summary>
    public const string NoTransaction = "-- no transaction";

    /// <summary>SHA-256 of the text; a file that was applied must never change.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n")));

    /// <summary>False when the file says that it cannot run inside a transaction.</summary>
    public bool InTransaction => !Sql.StartsWith(NoTransaction, StringComparison.Ordinal);

    /// <summary><c>schema/0001_name</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Schema}/{Number:0000}_{Name}");

    /// <summary>The files of this build, in the order in which they are applied.</summary>
    public static IReadOnlyList<Migration> All { get; } = [.. Read().OrderBy(one => Array.IndexOf(Order, one.Schema)).ThenBy(one => one.Number)];

    static IEnumerable<Migration> Read()
    {
        Assembly assembly = typeof(Migration).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            string[] parts = resource.Replace('\\', '/').Split('/');
            string file = Path.GetFileNameWithoutExtension(parts[^1]);
            int underscore = file.IndexOf('_', StringComparison.Ordinal);
            if (parts.Length != 2 || !Order.Contains(parts[0]) || underscore < 0 || !int.TryParse(file.AsSpan(0, underscore), CultureInfo.InvariantCulture, out int number))
                throw new InvalidOperationException($"{resource} is not <schema>/NNNN_name.sql of a known schema.");
            using StreamReader text = new(assembly.GetManifestResourceStream(resource)!);
            yield return new Migration(parts[0], number, file[(underscore + 1)..], text.ReadToEnd());
        }
    }
}
