using System.Xml.Linq;

namespace Keystone.Architecture;

/// <summary>Which room may know which. A new arrow is a decision: change the table here with the reason in the commit.</summary>
public sealed class ReferenceTests
{
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Ethereum"] = [],
        ["Ethereum.Nodes"] = ["Ethereum"],
        // Whoever signs: keeper and command line. Nobody else carries what keystores bring along.
        ["Ethereum.Signers"] = ["Ethereum"],
        // Definitions of the contracts, for integrators too.
        ["Escrow.Contracts"] = [],
        // For tools: what it brings is in no service.
        ["Ethereum.Web3"] = ["Ethereum", "Ethereum.Nodes"],
        ["Domain"] = ["Ethereum"],
        ["Postgres"] = ["Ethereum"],
        ["Transactions"] = ["Postgres", "Ethereum.Nodes"],
        ["Webhooks"] = ["Postgres"],
        ["Identity"] = ["Postgres"],
        ["Compliance"] = ["Domain", "Ethereum", "Postgres"],
        ["Mirror"] = ["Domain", "Ethereum", "Postgres"],
        ["Indexer"] = ["Mirror", "Postgres", "Ethereum.Nodes", "Hosting"],
        ["Settlements"] = ["Domain", "Mirror", "Transactions", "Compliance", "Identity", "Webhooks", "Postgres", "Ethereum.Nodes"],
        ["Keeper"] = ["Domain", "Compliance", "Settlements", "Mirror", "Transactions", "Webhooks", "Postgres", "Ethereum.Nodes", "Ethereum.Signers", "Hosting"],
        ["Api"] = ["Settlements", "Identity", "Webhooks", "Postgres", "Ethereum.Nodes", "Hosting"],
        ["Hosting"] = ["Postgres"],
        // What a checkout starts by itself: anvil and Postgres. A library apart from Dev, so that no test of a low room builds the whole product.
        ["Dev.Servers"] = ["Ethereum.Nodes"],
        ["Client"] = [],
        ["Cli"] = ["Client", "Settlements", "Identity", "Webhooks", "Keeper", "Indexer", "Mirror", "Hosting", "Escrow.Contracts", "Ethereum.Signers", "Ethereum.Web3"],
        ["Dev"] = ["Cli", "Api", "Identity", "Keeper", "Indexer", "Mirror", "Client", "Hosting", "Dev.Servers", "Escrow.Contracts", "Ethereum.Web3"],
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
    [InlineData("Keystone.Domain")]
    public void The_pure_rooms_use_no_network(string assembly) =>
        Sources.None(Metadata.Types(assembly).Where(type => type.StartsWith("System.Net.", StringComparison.Ordinal)));

    [Fact]
    public void The_transaction_manager_knows_nothing_of_settlements() =>
        Sources.None(Metadata.Types("Keystone.Transactions").Where(type => type.StartsWith("Keystone.Domain.", StringComparison.Ordinal)));

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
