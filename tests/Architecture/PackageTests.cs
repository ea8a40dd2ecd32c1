using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Keystone.Architecture;

/// <summary>
/// Which room takes which packages, and what of Nethereum it uses. A new package or type is a decision: change the table here with the reason in the
/// commit, and its figures in <c>docs/decisions/0001</c>.
/// </summary>
public sealed partial class PackageTests
{
    /// <summary>Packages that a room may reference itself. What those bring along is in <c>docs/dependencies.md</c>.</summary>
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Api"] = ["Microsoft.AspNetCore.Authentication.JwtBearer", "Microsoft.IdentityModel.JsonWebTokens", "Microsoft.AspNetCore.OpenApi", "Microsoft.Extensions.ApiDescription.Server", "Scalar.AspNetCore", "Markdig"],
        // The second package is Blazor's own scripts, which the assembly carries (decision 64); the third draws the key of one-time codes.
        ["Dashboard"] = ["Microsoft.AspNetCore.Authentication.OpenIdConnect", "Microsoft.AspNetCore.App.Internal.Assets", "QRCoder"],
        ["Cli"] = ["System.CommandLine", "Spectre.Console"],
        ["Client"] = [],
        ["Connections"] = [],
        ["Escrow.Contracts"] = ["Nethereum.Contracts"],
        ["Ethereum"] = ["Secp256k1.Net"],
        ["Ethereum.Nodes"] = [],
        ["Ethereum.Signers"] = ["AWSSDK.KeyManagementService", "Azure.Identity", "Nethereum.KeyStore"],
        ["Ethereum.Web3"] = ["Nethereum.Web3"],
        ["Identity"] = ["Microsoft.IdentityModel.JsonWebTokens"],
        ["Indexer"] = ["Nethereum.BlockchainProcessing"],
        ["Keeper"] = ["MailKit", "Quartz"],
        ["Dev"] = ["System.CommandLine"],
        ["Dev.Servers"] = [],
        ["Domain"] = [],
        ["Compliance"] = ["AnyAscii", "Microsoft.Extensions.Http.Resilience"],
        ["Mirror"] = ["Npgsql"],
        ["Settlements"] = [],
        ["Postgres"] = ["Npgsql"],
        ["Hosting"] =
        [
            "Npgsql.OpenTelemetry", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "OpenTelemetry.Extensions.Hosting",
            "OpenTelemetry.Instrumentation.AspNetCore", "OpenTelemetry.Instrumentation.Http", "OpenTelemetry.Instrumentation.Runtime", "Microsoft.Extensions.Hosting.Systemd",
            "Serilog", "Serilog.Extensions.Logging", "Serilog.Settings.Configuration", "Serilog.Sinks.Console",
        ],
        ["Transactions"] = [],
        ["Webhooks"] = ["Microsoft.Extensions.Http.Resilience"],
    };

    /// <summary>
    /// Types of Nethereum that a room's code may name: full names, or a namespace that ends with a point. A room that is not here names none. Readers of logs,
    /// answers, transactions, keystores and documents are in no row of a service, because they accept what is malformed (tests/vectors/nethereum-accepts.json).
    /// </summary>
    static readonly Dictionary<string, string[]> NethereumTypes = new(StringComparer.Ordinal)
    {
        ["Ethereum.Signers"] = ["Nethereum.KeyStore.Crypto.KeyStoreCrypto"],
        ["Indexer"] =
        [
            "Nethereum.BlockchainProcessing.BlockchainProcessor", "Nethereum.BlockchainProcessing.Orchestrator.IBlockchainProcessingOrchestrator",
            "Nethereum.BlockchainProcessing.Orchestrator.OrchestrationProgress", "Nethereum.BlockchainProcessing.ProgressRepositories.IBlockProgressRepository",
            "Nethereum.BlockchainProcessing.BlockProcessing.ReorgDetectedException", "Nethereum.RPC.Eth.Blocks.ILastConfirmedBlockNumberService",
            // A parameter of the processor's constructor that is left out.
            "Nethereum.BlockchainProcessing.Metrics.ILogProcessingObserver",
        ],
        ["Escrow.Contracts"] = ["Nethereum."],
        ["Ethereum.Web3"] = ["Nethereum."],
        ["Cli"] = ["Nethereum."],
        ["Dev"] = ["Nethereum."],
    };

    /// <summary>Rooms whose public signatures may hold types of Nethereum, because that is what they are for.</summary>
    static readonly string[] NethereumSignatures = ["Escrow.Contracts", "Ethereum.Web3"];

    static readonly string[] Services = ["Api", "Indexer", "Keeper"];

    /// <summary>Rooms that may carry BouncyCastle: the one whose keystores need its scrypt, Web3, and who references those.</summary>
    static readonly string[] BouncyCastle = ["Ethereum.Signers", "Ethereum.Web3", "Keeper", "Cli", "Dev"];

    [Fact]
    public void Projects_take_only_the_packages_of_their_row() => Sources.None(Sources.Projects("src")
        .SelectMany(project => Beyond(Path.GetFileNameWithoutExtension(project), XDocument.Load(project))));

    static IEnumerable<string> Beyond(string room, XDocument project) => Allowed.TryGetValue(room, out string[]? allowed)
        ? project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value).Except(allowed).Select(package => $"{room} -> {package}")
        : [$"{room} has no row"];

    [Fact]
    public void A_package_outside_its_row_and_a_room_without_one_are_found()
    {
        XDocument planted = XDocument.Parse("<Project><ItemGroup><PackageReference Include=\"Npgsql\" /><PackageReference Include=\"Nethereum.Web3\" /></ItemGroup></Project>");
        Assert.Equal(["Postgres -> Nethereum.Web3"], Beyond("Postgres", planted));
        Assert.Equal(["Unknown has no row"], Beyond("Unknown", planted));
    }

    [Fact]
    public void BouncyCastle_comes_only_where_keystores_and_Web3_are() => Sources.None(Rooms().Except(BouncyCastle)
        .Where(room => Closure(room).Contains("BouncyCastle.Cryptography")));

    [Fact]
    public void The_rule_on_BouncyCastle_sees_it_where_it_is() => Assert.Contains("BouncyCastle.Cryptography", Closure("Ethereum.Signers"));

    /// <summary>Its Web3, accounts and signer keep keys as text, sign slowly and read answers loosely: command line and tests only.</summary>
    [Fact]
    public void No_service_carries_Nethereums_Web3_accounts_or_signer() => Sources.None(Services
        .SelectMany(service => Closure(service).Where(IsForbiddenInServices).Select(package => $"{service} carries {package}")));

    static bool IsForbiddenInServices(string package) =>
        package.StartsWith("Nethereum.Signer", StringComparison.Ordinal) || package is "Nethereum.Web3" or "Nethereum.Accounts" or "Nethereum.EVM" or "NBitcoin.Secp256k1";

    [Theory]
    [InlineData("Nethereum.Web3", true)]
    [InlineData("Nethereum.Signer.EIP712", true)]
    [InlineData("Nethereum.Contracts", false)]
    public void The_rule_on_services_tells_them_apart(string package, bool isForbidden) => Assert.Equal(isForbidden, IsForbiddenInServices(package));

    static IEnumerable<string> Rooms() => Sources.Projects("src").Select(project => Path.GetFileNameWithoutExtension(project)!);

    /// <summary>Every package that a room is built with, from its lock file.</summary>
    static HashSet<string> Closure(string room)
    {
        using JsonDocument locks = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Sources.Root, "src", room, "packages.lock.json")));
        return [.. locks.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.TryGetProperty("resolved", out _))
            .Select(package => package.Name)];
    }

    // ---- types

    [Fact]
    public void Rooms_name_only_the_types_of_Nethereum_in_their_row() => Sources.None(Rooms().SelectMany(room => Unlisted(room, Metadata.Types(Sources.AssemblyOf(room)))));

    static IEnumerable<string> Unlisted(string room, IEnumerable<string> types) => types
        .Where(type => type.StartsWith("Nethereum.", StringComparison.Ordinal) && !NethereumTypes.GetValueOrDefault(room, []).Any(listed => listed.EndsWith('.') ? type.StartsWith(listed, StringComparison.Ordinal) : type == listed))
        .Select(type => $"{room} names {type}");

    [Fact]
    public void A_type_outside_its_row_is_found()
    {
        string[] types = ["System.Object", "Nethereum.KeyStore.Crypto.KeyStoreCrypto", "Nethereum.KeyStore.KeyStoreService"];
        Assert.Equal(["Ethereum.Signers names Nethereum.KeyStore.KeyStoreService"], Unlisted("Ethereum.Signers", types));
        Assert.Equal(2, Unlisted("Keeper", types).Count());
        // The reader sees Nethereum in a real assembly.
        Assert.Contains("Nethereum.KeyStore.Crypto.KeyStoreCrypto", Metadata.Types(Sources.AssemblyOf("Ethereum.Signers")));
    }

    [Fact]
    public void No_signature_that_another_room_sees_holds_a_type_of_Nethereum() => Sources.None(Rooms().Except(NethereumSignatures)
        .SelectMany(room => Signatures.Of(Sources.AssemblyOf(room), "Nethereum")));

    [Theory]
    [InlineData("PlantedParameter")]
    [InlineData("PlantedReturn")]
    [InlineData("PlantedGeneric")]
    [InlineData("PlantedProperty")]
    [InlineData("PlantedField")]
    [InlineData("PlantedConstructor")]
    [InlineData("PlantedBase")]
    [InlineData("PlantedInterface")]
    [InlineData("PlantedConstraint")]
    [InlineData("PlantedEvent")]
    [InlineData("PlantedArray")]
    public void A_type_of_Nethereum_in_a_signature_is_found(string planted) =>
        Assert.Contains(Signatures.Of(typeof(PackageTests).Assembly.GetName().Name!, "Nethereum"), found => found.StartsWith($"Keystone.Architecture.Fixtures.{planted}", StringComparison.Ordinal));

    [Fact]
    public void What_stays_inside_a_room_may_hold_one() =>
        Assert.DoesNotContain(Signatures.Of(typeof(PackageTests).Assembly.GetName().Name!, "Nethereum"), found => found.Contains("PlantedInside", StringComparison.Ordinal));

    // ---- switches

    /// <summary>Static properties that change Nethereum for everybody in the process.</summary>
    static readonly (string Type, string Member)[] Switches =
    [
        ("Nethereum.Signer.EthECKey", "SignRecoverable"), ("Nethereum.JsonRpc.Client.ClientBase", "ConnectionTimeout"), ("Nethereum.JsonRpc.Client.RpcClient", "MaximumConnectionsPerServer"),
    ];

    [Fact]
    public void The_switches_of_the_process_are_set_nowhere()
    {
        Sources.None(Rooms().SelectMany(room => Metadata.Members(Sources.AssemblyOf(room)).Where(IsSwitch).Select(member => $"{room} sets {member}")));
        Sources.None(Sources.Code("src", "tests", "bench").Where(file => !file.Path.EndsWith("Architecture/PackageTests.cs", StringComparison.Ordinal))
            .SelectMany(file => SetSwitch().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}")));
    }

    static bool IsSwitch(string member) => Switches.Any(one => member == $"{one.Type}.set_{one.Member}" || member == $"{one.Type}.{one.Member}");

    [Theory]
    [InlineData("EthECKey.SignRecoverable = true;", true)]
    [InlineData("ClientBase.ConnectionTimeout=TimeSpan.Zero", true)]
    [InlineData("RpcClient.MaximumConnectionsPerServer += 1", true)]
    [InlineData("if (EthECKey.SignRecoverable == true)", false)]
    [InlineData("handler.MaxConnectionsPerServer = 2", false)]
    public void A_switch_that_is_set_is_found(string code, bool isSet) => Assert.Equal(isSet, SetSwitch().IsMatch(code));

    [Fact]
    public void A_switch_that_an_assembly_sets_is_found()
    {
        Assert.True(IsSwitch("Nethereum.Signer.EthECKey.set_SignRecoverable"));
        Assert.False(IsSwitch("Nethereum.Signer.EthECKey.get_SignRecoverable"));
        // The reader sees members of Nethereum in a real assembly.
        Assert.Contains("Nethereum.KeyStore.Crypto.KeyStoreCrypto.GenerateDerivedScryptKey", Metadata.Members(Sources.AssemblyOf("Ethereum.Signers")));
    }

    [GeneratedRegex(@"\b(SignRecoverable|ConnectionTimeout|MaximumConnectionsPerServer)\s*[+-]?=(?!=)")]
    private static partial Regex SetSwitch();
}
