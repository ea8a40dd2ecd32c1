using System.Xml.Linq;

namespace Keystone.Architecture;

/// <summary>
/// Which room may know which. A new arrow is a decision: change the table here with the reason in the commit. What is compared are the references that the compiler wrote into
/// the built assemblies, so what a project file names and what it could reach through another one are no matter.
/// </summary>
public sealed class ReferenceTests
{
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Ethereum"] = [],
        // Connections to hosts that others name: nodes, receivers of webhooks, signing services.
        ["Connections"] = [],
        ["Ethereum.Nodes"] = ["Ethereum", "Connections"],
        // Whoever signs: keeper and command line. Nobody else carries what keystores bring along.
        ["Ethereum.Signers"] = ["Ethereum"],
        // Definitions of the contracts, for integrators too.
        ["Escrow.Contracts"] = [],
        // For tools: what it brings is in no service.
        ["Ethereum.Web3"] = ["Ethereum", "Ethereum.Nodes"],
        ["Domain"] = ["Ethereum"],
        ["Postgres"] = ["Ethereum"],
        ["Hosting"] = ["Postgres"],
        ["Transactions"] = ["Ethereum", "Ethereum.Nodes", "Postgres"],
        ["Webhooks"] = ["Connections", "Postgres"],
        ["Identity"] = ["Postgres"],
        ["Compliance"] = ["Connections", "Domain", "Ethereum", "Postgres"],
        ["Mirror"] = ["Domain", "Ethereum", "Postgres"],
        ["Settlements"] = ["Domain", "Ethereum", "Ethereum.Nodes", "Mirror", "Transactions", "Compliance", "Identity", "Webhooks", "Postgres"],
        ["Client"] = [],
        // Pages over the use cases. Hosting for the reports and alarms of running processes, Postgres for the wake signals: SQL is banned there.
        ["Dashboard"] = ["Settlements", "Identity", "Webhooks", "Domain", "Ethereum", "Postgres", "Hosting"],
        ["Api"] = ["Dashboard", "Settlements", "Identity", "Webhooks", "Compliance", "Domain", "Ethereum", "Ethereum.Nodes", "Postgres", "Hosting"],
        ["Indexer"] = ["Mirror", "Ethereum", "Ethereum.Nodes", "Postgres", "Hosting"],
        ["Keeper"] =
        [
            "Settlements", "Transactions", "Mirror", "Webhooks", "Identity", "Compliance", "Domain", "Ethereum", "Ethereum.Nodes", "Ethereum.Signers", "Connections", "Postgres",
            "Hosting",
        ],
        ["Cli"] =
        [
            "Client", "Settlements", "Identity", "Webhooks", "Compliance", "Mirror", "Transactions", "Indexer", "Keeper", "Domain", "Ethereum", "Ethereum.Nodes", "Ethereum.Signers", "Ethereum.Web3",
            "Escrow.Contracts", "Connections", "Postgres", "Hosting",
        ],
        // What a checkout starts by itself: anvil and Postgres. A library apart from Dev, so that no test of a low room builds the whole product.
        ["Dev.Servers"] = [],
        ["Dev"] =
        [
            "Cli", "Api", "Dashboard", "Keeper", "Indexer", "Client", "Identity", "Settlements", "Webhooks", "Compliance", "Transactions", "Mirror", "Domain", "Ethereum", "Ethereum.Nodes",
            "Ethereum.Web3", "Escrow.Contracts", "Postgres", "Hosting", "Dev.Servers",
        ],
    };

    static IEnumerable<string> Rooms() => Sources.Projects("src").Select(project => Path.GetFileNameWithoutExtension(project)!);

    [Fact]
    public void Each_room_has_a_row_and_each_row_a_room() => Assert.Equal(Rooms().Order(StringComparer.Ordinal), Allowed.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Assemblies_reference_only_what_the_table_allows() => Sources.None(Rooms().SelectMany(room => Unlisted(room, References(Sources.AssemblyOf(room)))));

    [Fact]
    public void Each_entry_of_the_table_has_a_user() => Sources.None(Rooms().SelectMany(room => Unused(room, References(Sources.AssemblyOf(room)))));

    /// <summary>The compiler sees what the project file names, and nothing that those bring along.</summary>
    [Fact]
    public void Project_files_name_the_rooms_of_their_row() => Sources.None(
        from project in Sources.Projects("src")
        let room = Path.GetFileNameWithoutExtension(project)
        let named = Named(project).Order(StringComparer.Ordinal)
        where !named.SequenceEqual(Allowed.GetValueOrDefault(room, []).Order(StringComparer.Ordinal), StringComparer.Ordinal)
        select $"{room} names {string.Join(' ', named)}");

    [Fact]
    public void References_are_direct() => Assert.Equal("true",
        XDocument.Load(Path.Combine(Sources.Root, "Directory.Build.props")).Descendants("DisableTransitiveProjectReferences").Single() is { Parent: { } group } one
            && one.Attribute("Condition") is null && group.Attribute("Condition") is null ? one.Value : null);

    /// <summary>A file that is compiled into two rooms is a reference that no table shows.</summary>
    [Fact]
    public void No_room_compiles_files_of_another() => Sources.None(
        from project in Sources.Projects("src")
        from compiled in XDocument.Load(project).Descendants("Compile")
        select $"{Path.GetFileName(project)}: {compiled.Attribute("Include")?.Value}");

    [Fact]
    public void A_feature_never_references_a_host() => Sources.None(
        from room in Allowed.Keys.Except(Hosts)
        from host in Allowed[room].Intersect(Hosts)
        select $"{room} -> {host}");

    static readonly string[] Hosts = ["Api", "Indexer", "Keeper", "Cli", "Dev"];

    /// <summary>This assembly holds a planted user of rooms Domain and Mirror. Taken for an assembly of another room, it breaks the rule where that room's row lacks them.</summary>
    [Theory]
    [InlineData("Webhooks", "Webhooks -> Domain|Webhooks -> Mirror")]
    [InlineData("Compliance", "Compliance -> Mirror")]
    [InlineData("Ethereum", "Ethereum -> Domain|Ethereum -> Mirror")]
    [InlineData("Keeper", "")]
    public void A_planted_reference_outside_the_table_is_found(string room, string found) => Assert.Equal(found, string.Join('|', Unlisted(room,
        References("Keystone.Architecture").Where(one => one is "Domain" or "Mirror")).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("Mirror", "Mirror does not use Ethereum|Mirror does not use Postgres")]
    [InlineData("Ethereum.Signers", "Ethereum.Signers does not use Ethereum")]
    [InlineData("Ethereum", "")]
    public void An_entry_without_a_user_is_found(string room, string found) => Assert.Equal(found, string.Join('|', Unused(room,
        References("Keystone.Architecture").Where(one => one is "Domain" or "Mirror")).Order(StringComparer.Ordinal)));

    static IEnumerable<string> Unlisted(string room, IEnumerable<string> references) =>
        references.Where(one => one != room && !Allowed.GetValueOrDefault(room, []).Contains(one, StringComparer.Ordinal)).Select(one => $"{room} -> {one}");

    static IEnumerable<string> Unused(string room, IEnumerable<string> references) =>
        Allowed.GetValueOrDefault(room, []).Except(references, StringComparer.Ordinal).Select(one => $"{room} does not use {one}");

    /// <summary>Rooms whose assemblies an assembly refers to.</summary>
    static IReadOnlyList<string> References(string assembly)
    {
        Dictionary<string, string> rooms = Rooms().ToDictionary(Sources.AssemblyOf, room => room, StringComparer.Ordinal);
        return [.. Metadata.References(assembly).Where(rooms.ContainsKey).Select(name => rooms[name])];
    }

    static IEnumerable<string> Named(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(Sources.Root, "KeystoneOs.sln")).Replace('\\', '/');
        Sources.None(Sources.Projects("src").Concat(Sources.Projects("tests")).Concat(Sources.Projects("bench"))
            .Select(project => Path.GetRelativePath(Sources.Root, project).Replace('\\', '/'))
            .Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Keystone.Ethereum")]
    [InlineData("Keystone.Domain")]
    public void The_pure_rooms_use_no_network(string assembly) =>
        Sources.None(Metadata.Types(assembly).Where(type => type.StartsWith("System.Net.", StringComparison.Ordinal)));

    /// <summary>A page, a command and the keeper call the same use cases as the API.</summary>
    [Fact]
    public void The_application_knows_no_HTTP() => Sources.None(Metadata.Types("Keystone.Settlements")
        .Where(type => type.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || type.StartsWith("System.Net.Http.", StringComparison.Ordinal)
            || type == "System.Net.HttpStatusCode"));

    /// <summary>The rule above is about what the API's assembly shows: there it finds such types.</summary>
    [Fact]
    public void The_rule_about_HTTP_sees_it() =>
        Assert.Contains(Metadata.Types("Keystone.Api"), type => type.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal));
}
