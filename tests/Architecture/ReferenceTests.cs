using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Keystone.Architecture;

/// <summary>Which room may know which. A new arrow is a decision: change the table here with the reason in the commit.</summary>
public sealed class ReferenceTests
{
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Ethereum"] = [],
        ["Ethereum.Nodes"] = ["Ethereum"],
        // Definitions of the contracts, for integrators too.
        ["Escrow.Contracts"] = [],
        // For tools: what it brings is in no service.
        ["Ethereum.Web3"] = ["Ethereum", "Ethereum.Nodes"],
        ["Settlement"] = ["Ethereum"],
        ["Storage"] = ["Settlement"],
        ["Transactions"] = ["Storage", "Ethereum.Nodes"],
        ["Webhooks"] = ["Storage"],
        ["Indexer"] = ["Storage", "Ethereum.Nodes", "Telemetry"],
        ["Keeper"] = ["Transactions", "Webhooks", "Storage", "Ethereum.Nodes", "Telemetry"],
        ["Api"] = ["Webhooks", "Storage", "Ethereum.Nodes", "Telemetry"],
        ["Telemetry"] = [],
        ["Local"] = ["Ethereum.Nodes"],
        ["Cli"] = ["Api", "Keeper", "Indexer", "Telemetry", "Local", "Escrow.Contracts", "Ethereum.Web3"],
    };

    [Fact]
    public void Projects_reference_only_what_the_design_allows()
    {
        List<string> wrong = [];
        foreach (string project in Sources.Projects("src"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            if (!Allowed.TryGetValue(name, out string[]? allowed))
            {
                wrong.Add($"{name} is not in the table");
                continue;
            }
            wrong.AddRange(XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .Where(reference => !allowed.Contains(reference, StringComparer.Ordinal))
                .Select(reference => $"{name} -> {reference}"));
        }
        Assert.Empty(wrong);
    }

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
    [InlineData("Keystone.Settlement")]
    public void The_pure_rooms_use_no_network(string assembly) =>
        Sources.None(Types(assembly).Where(type => type.StartsWith("System.Net.", StringComparison.Ordinal)));

    [Fact]
    public void The_desk_knows_nothing_of_settlements() =>
        Sources.None(Types("Keystone.Transactions").Where(type => type.StartsWith("Keystone.Settlement.", StringComparison.Ordinal)));

    /// <summary>Full names of the types that a built assembly takes from other assemblies.</summary>
    static IReadOnlyList<string> Types(string assembly)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        List<string> types = [.. metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
        Assert.Contains("System.Object", types); // the reader sees something at all
        return types;
    }
}
