using System.Reflection;
using System.Xml.Linq;

namespace Keystone.Architecture;

/// <summary>
/// What is public in a library stands in its PublicAPI.Shipped.txt, so that a change of it is seen where the change is read. Types are internal unless another room
/// uses them. scripts/lib/public-api writes the files again.
/// </summary>
public sealed class PublicApiTests
{
    /// <summary>Set by scripts/lib/public-api.</summary>
    const string Writing = "KEYSTONE_WRITE_PUBLIC_API";

    /// <summary>Rooms whose public types are for others than the rooms of this repository.</summary>
    static readonly string[] ForOthers = ["Client", "Escrow.Contracts", "Ethereum.Web3"];

    /// <summary>The Razor compiler makes each component public, and with it what its parameters hold.</summary>
    static readonly string[] OfComponents = ["Dashboard"];

    [Fact]
    public void What_libraries_show_is_what_their_files_say()
    {
        List<string> wrong = [];
        foreach (string room in Libraries())
        {
            string file = Path.Combine(Sources.Root, "src", room, "PublicAPI.Shipped.txt");
            string[] shown = PublicApi.Of(Assembly.Load(Sources.AssemblyOf(room)));
            if (Environment.GetEnvironmentVariable(Writing) is { Length: > 0 }) File.WriteAllText(file, string.Join('\n', shown) + "\n");
            string[] written = File.Exists(file) ? File.ReadAllLines(file) : [];
            wrong.AddRange(shown.Except(written).Select(line => $"{room} shows, and the file does not have: {line}"));
            wrong.AddRange(written.Except(shown).Select(line => $"{room} does not show, and the file has: {line}"));
        }
        if (wrong.Count > 0) wrong.Add("Make it internal; or, when another room needs it, run scripts/lib/public-api and commit the files.");
        Sources.None(wrong);
    }

    /// <summary>What nobody outside needs is internal; its tests see it by InternalsVisibleTo. A class of constants leaves no trace in those who use it.</summary>
    [Fact]
    public void A_public_type_is_used_by_another_room() => Sources.None(Libraries().Except(ForOthers, StringComparer.Ordinal).Except(OfComponents, StringComparer.Ordinal).SelectMany(room =>
    {
        Assembly library = Assembly.Load(Sources.AssemblyOf(room));
        HashSet<string> named = [.. Sources.Projects("src").Select(project => Path.GetFileNameWithoutExtension(project)!).Where(other => other != room)
            .Select(Sources.AssemblyOf).Append("Keystone.Testing").SelectMany(Metadata.Types)];
        return Unused(library.GetExportedTypes(), named).Select(type => $"{room}: nobody outside uses {type.FullName}; make it internal");
    }));

    [Fact]
    public void A_type_that_nobody_names_is_found()
    {
        Type[] types = [typeof(Fixtures.ShownType), typeof(Fixtures.ShownPart), typeof(Fixtures.ShownConstants), typeof(Fixtures.UnusedType)];
        Assert.Equal([typeof(Fixtures.UnusedType)], Unused(types, ["Keystone.Architecture.Fixtures.ShownType"]));
    }

    /// <summary>The reader sees each kind of member that others can use, and none that they cannot.</summary>
    [Fact]
    public void The_reader_sees_what_is_public_and_nothing_else() => Assert.Equal(
        [
            "Keystone.Architecture.Fixtures.ShownType = class : System.IDisposable",
            "Keystone.Architecture.Fixtures.ShownType.Changed -> System.EventHandler",
            "Keystone.Architecture.Fixtures.ShownType.Dispose() -> void",
            "Keystone.Architecture.Fixtures.ShownType.ForDerived(Keystone.Architecture.Fixtures.ShownPart part) -> void",
            "Keystone.Architecture.Fixtures.ShownType.Limit = 5 -> int",
            "Keystone.Architecture.Fixtures.ShownType.Name.get -> string",
            "Keystone.Architecture.Fixtures.ShownType.Name.init -> string",
            "Keystone.Architecture.Fixtures.ShownType.ShownType() -> void",
            "static Keystone.Architecture.Fixtures.ShownType.Find<T>(string? key, int most = 3) -> System.Collections.Generic.IReadOnlyList<T> where T : class",
        ],
        PublicApi.Of(typeof(PublicApiTests).Assembly).Where(line => line.Contains("ShownType", StringComparison.Ordinal)));

    /// <summary>Rooms that others reference: all but the programs.</summary>
    static IEnumerable<string> Libraries() => Sources.Projects("src")
        .Where(project => XDocument.Load(project).Descendants("OutputType").All(type => type.Value != "Exe"))
        .Select(project => Path.GetFileNameWithoutExtension(project)!).Order(StringComparer.Ordinal);

    /// <summary>
    /// Types that are neither named from outside nor part of a signature of one that is. Exceptions reach callers without a signature, and the cases of a type belong to it.
    /// </summary>
    static IEnumerable<Type> Unused(Type[] types, HashSet<string> named)
    {
        HashSet<Type> all = [.. types], needed = [];
        Queue<Type> open = new(types.Where(type => named.Contains(type.FullName!) || HoldsConstantsOnly(type) || type.IsSubclassOf(typeof(Exception))));
        while (open.TryDequeue(out Type? type))
            if (all.Contains(type) && needed.Add(type))
                foreach (Type part in PublicApi.TypesOf(type).Concat(type.GetNestedTypes())) open.Enqueue(part);
        return all.Except(needed).OrderBy(type => type.FullName, StringComparer.Ordinal);
    }

    static bool HoldsConstantsOnly(Type type) =>
        type is { IsAbstract: true, IsSealed: true } && type.GetFields().Length > 0 && type.GetFields().All(field => field.IsLiteral) && type.GetProperties().Length == 0;
}
