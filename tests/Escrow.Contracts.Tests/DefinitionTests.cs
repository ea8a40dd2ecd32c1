using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Keystone.Dev.Servers;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>The definitions are those of the published ABI: all of them, and nothing else.</summary>
public sealed class DefinitionTests
{
    static readonly AttributesToABIExtractor Extractor = new();

    // Namespace of each contract's definitions; what is not of a token standard is in TestTokens.
    static readonly Dictionary<string, string> Namespaces = new(StringComparer.Ordinal)
    {
        ["SettlementEscrow"] = "SettlementEscrow",
        ["EscrowLens"] = "EscrowLens",
        ["ComplianceRegistry"] = "ComplianceRegistry",
        ["MintableToken"] = "Erc20",
        ["MintableDeed"] = "Erc721",
        ["MintableLots"] = "Erc1155",
    };

    public static TheoryData<string> Contracts => [.. Namespaces.Keys];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Every_function_event_and_error_has_its_selector_and_its_parameters(string contract)
    {
        using JsonDocument artifact = Artifact(contract);
        Type[] types = [.. TypesIn(Namespaces[contract]), .. Namespaces[contract].StartsWith("Erc", StringComparison.Ordinal) ? TypesIn("TestTokens") : []];
        JsonElement selectors = artifact.RootElement.GetProperty("selectors");
        int compared = 0;
        foreach (JsonElement item in artifact.RootElement.GetProperty("abi").EnumerateArray())
        {
            string kind = item.GetProperty("type").GetString()!;
            if (kind == "constructor") continue;
            string signature = $"{item.GetProperty("name").GetString()}({string.Join(',', item.GetProperty("inputs").EnumerateArray().Select(SignatureType))})";
            string selector = selectors.GetProperty(kind + "s").GetProperty(signature).GetString()!;
            Type[] same = [.. types.Where(type => Selector(kind, type) == selector)];
            Assert.True(same.Length > 0, $"{contract}: no definition of {kind} {signature} has the selector {selector}.");
            // The test tokens have functions of one signature whose parameters have other names.
            string shape = Shape(item.GetProperty("inputs"), kind == "event");
            Type definition = same.FirstOrDefault(type => Shape(type, kind == "event") == shape) ?? same[0];
            Assert.Equal(shape, Shape(definition, kind == "event"));
            if (kind == "function") Assert.Equal(Shape(item.GetProperty("outputs"), false, named: false), Returned(definition));
            compared++;
        }
        Assert.True(compared >= 3, $"{contract} has only {compared} definitions.");
    }

    [Fact]
    public void There_is_no_definition_that_is_not_of_a_published_contract()
    {
        HashSet<string> published = [];
        foreach (string contract in Namespaces.Keys)
        {
            using JsonDocument artifact = Artifact(contract);
            foreach (JsonProperty kind in artifact.RootElement.GetProperty("selectors").EnumerateObject())
                foreach (JsonProperty entry in kind.Value.EnumerateObject()) published.Add($"{kind.Name[..^1]} {entry.Value.GetString()}");
        }
        string[] strangers = [.. typeof(PublishedContract).Assembly.GetTypes().SelectMany(type => new[] { "function", "event", "error" }
            .Where(kind => Selector(kind, type) is { } selector && !published.Contains($"{kind} {selector}")).Select(kind => $"{kind} {type}"))];
        Assert.Empty(strangers);
    }

    [Fact]
    public async Task The_script_gives_the_committed_files_byte_for_byte()
    {
        ProcessStartInfo start = new("node", [Path.Combine(NativeTool.RepositoryRoot, "contracts/tools/definitions.mjs"), "--check"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process script = Process.Start(start)!;
        Task<string> said = script.StandardOutput.ReadToEndAsync(), complained = script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.True(script.ExitCode == 0, await said + await complained);
        Assert.Matches(@"(?m)^\d{3} passed, 0 failed$", await said);
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void The_published_code_is_carried_inside_the_assembly(string contract)
    {
        using JsonDocument artifact = Artifact(contract);
        PublishedContract published = (PublishedContract)typeof(PublishedContract).GetProperty(contract)!.GetValue(null)!;
        Assert.Equal(contract, published.Name);
        Assert.Equal(artifact.RootElement.GetProperty("bytecode").GetString(), published.CreationCode);
        Assert.Equal(artifact.RootElement.TryGetProperty("create2", out JsonElement create2) ? create2.GetProperty("address").GetString() : null, published.Address);
    }

    [Fact]
    public void The_escrows_runtime_code_needs_both_of_its_words()
    {
        byte[] word = new byte[32];
        PublishedContract escrow = PublishedContract.SettlementEscrow;
        Assert.Contains("domainSeparator", Assert.Throws<ArgumentException>(() => escrow.RuntimeCode(new Dictionary<string, byte[]> { ["chainId"] = word })).Message, StringComparison.Ordinal);
        Assert.Contains("32 bytes", Assert.Throws<ArgumentException>(() => escrow.RuntimeCode(new Dictionary<string, byte[]> { ["chainId"] = word, ["domainSeparator"] = [1] })).Message, StringComparison.Ordinal);
        Assert.Contains("chainID", Assert.Throws<ArgumentException>(
            () => escrow.RuntimeCode(new Dictionary<string, byte[]> { ["chainId"] = word, ["domainSeparator"] = word, ["chainID"] = word })).Message, StringComparison.Ordinal);
    }

    static IEnumerable<Type> TypesIn(string name) => typeof(PublishedContract).Assembly.GetTypes().Where(type => type.Namespace == $"Keystone.Escrow.Contracts.{name}");

    static string? Selector(string kind, Type type) => kind switch
    {
        "function" when typeof(FunctionMessage).IsAssignableFrom(type) => "0x" + Extractor.ExtractFunctionABI(type).Sha3Signature,
        "event" when type.IsDefined(typeof(EventAttribute)) => "0x" + Extractor.ExtractEventABI(type).Sha3Signature,
        "error" when type.IsDefined(typeof(ErrorAttribute)) => "0x" + Extractor.ExtractErrorABI(type).Sha3Signature,
        _ => null,
    };

    static string Returned(Type function)
    {
        FunctionAttribute attribute = function.GetCustomAttribute<FunctionAttribute>()!;
        return attribute.DTOReturnType is { } output ? Shape(output, false, named: false) : attribute.ReturnType ?? "";
    }

    // Types and names, with the members of structs, as the ABI has them.
    static string Shape(JsonElement parameters, bool isEvent, bool named = true) => string.Join(", ", parameters.EnumerateArray().Select(parameter =>
        $"{parameter.GetProperty("type").GetString()}{(parameter.TryGetProperty("components", out JsonElement members) ? $"{{{Shape(members, false)}}}" : "")}"
        + (named ? $" {parameter.GetProperty("name").GetString()}" : "") + (isEvent && parameter.GetProperty("indexed").GetBoolean() ? " indexed" : "")));

    static string Shape(Type type, bool isEvent, bool named = true) => string.Join(", ", type.GetProperties()
        .Select(property => (property, parameter: property.GetCustomAttribute<ParameterAttribute>()!)).Where(entry => entry.parameter is not null).OrderBy(entry => entry.parameter.Order)
        .Select(entry => $"{entry.parameter.Type}{(entry.parameter.Type.StartsWith("tuple", StringComparison.Ordinal) ? $"{{{Shape(Element(entry.property.PropertyType), false)}}}" : "")}"
            + (named ? $" {entry.parameter.Name}" : "") + (isEvent && entry.parameter.Parameter.Indexed ? " indexed" : "")));

    static Type Element(Type type) => type.IsGenericType ? type.GetGenericArguments()[0] : type;

    static string SignatureType(JsonElement parameter) => parameter.TryGetProperty("components", out JsonElement members)
        ? parameter.GetProperty("type").GetString()!.Replace("tuple", $"({string.Join(',', members.EnumerateArray().Select(SignatureType))})", StringComparison.Ordinal)
        : parameter.GetProperty("type").GetString()!;

    static JsonDocument Artifact(string contract) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(NativeTool.RepositoryRoot, "contracts", "artifacts", $"{contract}.json")));
}
