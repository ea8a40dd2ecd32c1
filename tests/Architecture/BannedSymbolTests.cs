using System.Reflection;
using System.Xml.Linq;

namespace Keystone.Architecture;

/// <summary>src/BannedSymbols*.txt: what the build refuses. A line whose symbol does not exist would refuse nothing, so each is looked up here.</summary>
public sealed class BannedSymbolTests
{
    [Fact]
    public void Each_banned_symbol_exists_and_has_its_reason() => Sources.None(
        from file in Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "BannedSymbols*.txt")
        from line in File.ReadAllLines(file)
        let parts = line.Split(';', 2)
        where parts.Length < 2 || parts[1].Length < 20 || !Exists(parts[0])
        select $"{Path.GetFileName(file)}: {line}");

    [Theory]
    [InlineData("P:System.DateTime.UtcNow", true)]
    [InlineData("P:System.DateTime.Yesterday", false)]
    [InlineData("M:System.Threading.Thread.Sleep(System.Int32)", true)]
    [InlineData("M:System.Threading.Thread.Sleep", false)]
    [InlineData("M:System.Random.#ctor", true)]
    [InlineData("M:System.Diagnostics.Process.Start(System.String,System.Collections.Generic.IEnumerable{System.String})", true)]
    [InlineData("N:Npgsql", true)]
    [InlineData("N:Npgsq", false)]
    public void The_look_up_finds_what_exists(string id, bool exists) => Assert.Equal(exists, Exists(id));

    /// <summary>Each room is given the common list, and each list is given to a room.</summary>
    [Fact]
    public void Each_list_is_used()
    {
        string used = XDocument.Load(Path.Combine(Sources.Root, "src", "Directory.Build.props")).ToString();
        Sources.None(Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "BannedSymbols*.txt").Select(file => Path.GetFileName(file)!)
            .Where(file => !used.Contains($"){file}\"", StringComparison.Ordinal)));
    }

    static bool Exists(string id)
    {
        string name = id[2..].Split('(')[0];
        if (id[0] == 'N') return Assemblies().Any(assembly => assembly.GetExportedTypes().Any(type => type.Namespace == name));
        if (id[0] == 'T') return TypeOf(name) is not null;
        int point = name.LastIndexOf('.');
        if (TypeOf(name[..point]) is not { } owner) return false;
        string member = name[(point + 1)..].Replace('#', '.');
        string parameters = id.Contains('(', StringComparison.Ordinal) ? id[(id.IndexOf('(', StringComparison.Ordinal) + 1)..^1] : "";
        return owner.GetMember(member, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Any(found => found is not MethodBase method || parameters == string.Join(',', method.GetParameters().Select(one => IdOf(one.ParameterType))));
    }

    static string IdOf(Type type) => type.IsGenericType
        ? $"{type.FullName!.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(IdOf))}}}"
        : type.FullName ?? type.Name;

    static Type? TypeOf(string name) => Assemblies().Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);

    static IEnumerable<Assembly> Assemblies() =>
        ((string[])["System.Runtime", "System.Private.CoreLib", "System.Net.Http", "System.Net.Sockets", "System.Net.WebClient", "System.Diagnostics.Process", "System.Security.Cryptography",
            "System.Runtime.Serialization.Formatters", "Npgsql"]).Select(Assembly.Load);
}
