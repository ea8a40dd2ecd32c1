using Keystone.Dev.Servers;

namespace Keystone.Architecture;

/// <summary>The files of the checkout as this suite reads them.</summary>
static class Sources
{
    internal static string Root => NativeTool.RepositoryRoot;

    /// <summary>C# files of src, relative to it with slashes, without what a build wrote.</summary>
    internal static IEnumerable<(string Path, string Text)> Code() => Code("src").Select(file => (file.Path["src/".Length..], file.Text));

    /// <summary>C# files of folders of the checkout, relative to it with slashes, without what a build wrote.</summary>
    internal static IEnumerable<(string Path, string Text)> Code(params string[] folders)
    {
        foreach (string project in folders.SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Root, folder))))
            foreach (string file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            {
                string path = Path.GetRelativePath(Root, file).Replace('\\', '/');
                if (path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/node_modules/", StringComparison.Ordinal)) continue;
                yield return (path, File.ReadAllText(file));
            }
    }

    /// <summary>Project files under a folder of the checkout.</summary>
    internal static IEnumerable<string> Projects(string folder) =>
        Directory.EnumerateDirectories(Path.Combine(Root, folder)).SelectMany(project => Directory.EnumerateFiles(project, "*.csproj"));

    /// <summary>Name of the assembly that a room is built to.</summary>
    internal static string AssemblyOf(string room) => room switch { "Cli" => "keystone", "Dev" => "keystone-dev", _ => $"Keystone.{room}" };

    /// <summary>Fails with every offender, not only the first.</summary>
    internal static void None(IEnumerable<string> offenders)
    {
        string all = string.Join('\n', offenders);
        Assert.True(all.Length == 0, all);
    }

    /// <summary>Classes that hold SQL without being a store: read sides of a room that others ask in their own transaction, and a use case that is one statement.</summary>
    static readonly string[] Readers = ["EnvironmentReader.cs", "PersonReader.cs", "ComparedSettlements.cs", "MarkDue.cs", "DeliveryHistory.cs", "EventFeed.cs", "ListIntents.cs", "CompareListChange.cs", "ApplyLaterResults.cs", "OperateSenders.cs", "ReadOrphans.cs"];

    /// <summary>True for a store class, for such a class, and for room Mirror, which is the store of a schema and nothing else.</summary>
    internal static bool IsStore(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return path.StartsWith("Mirror/", StringComparison.Ordinal) || Readers.Contains(name, StringComparer.Ordinal)
            || name.EndsWith("Store.cs", StringComparison.Ordinal) || name.Contains("Store.", StringComparison.Ordinal) || path.Contains("/Store/", StringComparison.Ordinal)
            // Reads and writes every table of a database, whatever it holds.
            || path.StartsWith("Postgres/Backups/", StringComparison.Ordinal);
    }
}
