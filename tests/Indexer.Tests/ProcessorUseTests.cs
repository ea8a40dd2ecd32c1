using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Keystone.Indexer.Processing;

namespace Keystone.Indexer.Tests;

/// <summary>
/// What the indexer takes of Nethereum is the loop, and nothing else: no log orchestrator, no reorg buffer, no validator of the chain, no client, no decoder.
/// Read from the built assembly.
/// </summary>
public sealed class ProcessorUseTests
{
    [Fact]
    public void Of_Nethereum_it_uses_the_processor_its_three_ports_and_the_reorg_alone()
    {
        (List<string> types, List<string> members) = Read();
        Assert.Equal(
        [
            "Nethereum.BlockchainProcessing.BlockProcessing.ReorgDetectedException",
            "Nethereum.BlockchainProcessing.BlockchainProcessor",
            "Nethereum.BlockchainProcessing.Orchestrator.IBlockchainProcessingOrchestrator",
            "Nethereum.BlockchainProcessing.Orchestrator.OrchestrationProgress",
            "Nethereum.BlockchainProcessing.ProgressRepositories.IBlockProgressRepository",
            "Nethereum.RPC.Eth.Blocks.ILastConfirmedBlockNumberService",
        ], types.Where(type => !type.Contains("ILogProcessingObserver", StringComparison.Ordinal)));
        // The validator's hook would swallow what is thrown in it; the state updater's and the observer's write beside the step.
        Assert.Equal([".ctor", "ExecuteAsync"], members);
    }

    [Fact]
    public void No_public_signature_of_the_indexer_names_a_type_of_Nethereum()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        List<string> named = [];
        foreach (Type type in typeof(MirrorLoop).Assembly.GetExportedTypes())
        {
            IEnumerable<Type?> used = type.GetInterfaces().Append(type.BaseType)
                .Concat(type.GetConstructors(all).SelectMany(one => one.GetParameters()).Select(parameter => parameter.ParameterType))
                .Concat(type.GetMethods(all).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
                .Concat(type.GetProperties(all).Select(property => property.PropertyType))
                .Concat(type.GetFields(all).Select(field => field.FieldType));
            named.AddRange(used.Where(one => one?.ToString().Contains("Nethereum", StringComparison.Ordinal) == true).Select(one => $"{type}: {one}"));
        }
        Assert.Empty(named);
    }

    /// <summary>Types of Nethereum that the indexer names, and members of its processor that it calls.</summary>
    static (List<string> Types, List<string> Members) Read()
    {
        using FileStream file = File.OpenRead(typeof(MirrorLoop).Assembly.Location);
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();
        string Name(TypeReference type) => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
        List<string> types = [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(Name)
            .Where(name => name.StartsWith("Nethereum.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        List<string> members = [.. metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference
                && Name(metadata.GetTypeReference((TypeReferenceHandle)member.Parent)) == "Nethereum.BlockchainProcessing.BlockchainProcessor")
            .Select(member => metadata.GetString(member.Name)).Distinct().Order(StringComparer.Ordinal)];
        return (types, members);
    }
}
