using System.Globalization;
using System.Reflection;

namespace Keystone.Postgres.Migrations;

/// <summary>The migrations of one schema, embedded in the room that owns it as <c>migrations/NNNN_name.sql</c>.</summary>
public sealed class MigrationSource
{
    /// <summary>Reads them.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="assembly">The room.</param>
    /// <param name="after">Schemas to which its tables refer.</param>
    /// <exception cref="InvalidOperationException">The room has no file, one of another name, or numbers that do not ascend from 1.</exception>
    public MigrationSource(string schema, Assembly assembly, params string[] after)
        : this(schema, Read(schema, assembly), after)
    {
    }

    internal MigrationSource(string schema, IReadOnlyList<Migration> files, params string[] after)
    {
        // Numbers that were reserved and not used leave gaps; the order is what counts.
        if (files.Count == 0 || files[0].Number != 1 || files.Zip(files.Skip(1)).Any(pair => pair.First.Number >= pair.Second.Number))
            throw new InvalidOperationException($"The migrations of schema {schema} are not numbered from 1, each once and in ascending order.");
        (Schema, Files, After) = (schema, files, after);
    }

    /// <summary>Name of the schema.</summary>
    public string Schema { get; }

    /// <summary>Its files by number.</summary>
    public IReadOnlyList<Migration> Files { get; }

    /// <summary>Schemas to which its tables refer.</summary>
    public IReadOnlyList<string> After { get; }

    /// <summary>All files of the schemas in the order in which they are applied: a schema comes after those to which it refers.</summary>
    /// <exception cref="InvalidOperationException">Two have one name, or the schemas refer to each other in a circle.</exception>
    public static IReadOnlyList<Migration> Order(IEnumerable<MigrationSource> sources)
    {
        List<MigrationSource> left = [.. sources.OrderBy(source => source.Schema, StringComparer.Ordinal)];
        HashSet<string> open = [.. left.Select(source => source.Schema)];
        if (open.Count != left.Count) throw new InvalidOperationException("A schema has two sources of migrations.");
        List<Migration> ordered = [];
        while (left.Count > 0)
        {
            // A schema that is not among them is somebody else's to apply, as where a service checks its own.
            MigrationSource next = left.FirstOrDefault(source => !source.After.Any(open.Contains))
                ?? throw new InvalidOperationException($"The schemas {string.Join(", ", open.Order(StringComparer.Ordinal))} refer to each other in a circle.");
            ordered.AddRange(next.Files);
            left.Remove(next);
            open.Remove(next.Schema);
        }
        return ordered;
    }

    static List<Migration> Read(string schema, Assembly assembly)
    {
        List<Migration> files = [];
        foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith("migrations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            string file = Path.GetFileNameWithoutExtension(resource);
            int underscore = file.IndexOf('_', StringComparison.Ordinal);
            if (underscore < 0 || !int.TryParse(file.AsSpan(0, underscore), CultureInfo.InvariantCulture, out int number))
                throw new InvalidOperationException($"{resource} of {assembly.GetName().Name} is not migrations/NNNN_name.sql.");
            using StreamReader text = new(assembly.GetManifestResourceStream(resource)!);
            files.Add(new Migration(schema, number, file[(underscore + 1)..], text.ReadToEnd()));
        }
        return files;
    }
}
