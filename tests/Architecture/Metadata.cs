using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Keystone.Architecture;

/// <summary>What a built assembly takes from others, read from its metadata without loading it.</summary>
static class Metadata
{
    /// <summary>Names of the assemblies that it refers to: the compiler writes those that are used.</summary>
    internal static IReadOnlyList<string> References(string assembly) =>
        Read(assembly, metadata => [.. metadata.AssemblyReferences.Select(one => metadata.GetString(metadata.GetAssemblyReference(one).Name))]);

    /// <summary>Full names of the types.</summary>
    internal static IReadOnlyList<string> Types(string assembly) => Read(assembly, metadata =>
    {
        List<string> types = [.. metadata.TypeReferences.Select(type => NameOf(metadata, type))];
        Assert.Contains("System.Object", types); // the reader sees something at all
        return types;
    });

    /// <summary>Full names of the members.</summary>
    internal static IReadOnlyList<string> Members(string assembly) => Read(assembly, metadata => [.. metadata.MemberReferences.Select(metadata.GetMemberReference)
        .Where(member => member.Parent.Kind == HandleKind.TypeReference)
        .Select(member => $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}")]);

    /// <summary>Texts in the code, and values of constant texts.</summary>
    internal static IReadOnlyList<string> Texts(string assembly) => Read(assembly, metadata =>
    {
        List<string> texts = [];
        if (metadata.GetHeapSize(HeapIndex.UserString) > 1)
            for (UserStringHandle text = MetadataTokens.UserStringHandle(1); !text.IsNil; text = metadata.GetNextHandle(text)) texts.Add(metadata.GetUserString(text));
        for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.Constant); row++)
        {
            Constant constant = metadata.GetConstant(MetadataTokens.ConstantHandle(row));
            if (constant.TypeCode != ConstantTypeCode.String) continue;
            BlobReader value = metadata.GetBlobReader(constant.Value);
            texts.Add(value.ReadUTF16(value.Length));
        }
        return texts;
    });

    /// <summary>Names of the assembly's own types, methods, fields, properties and events, without what the compiler made.</summary>
    internal static IReadOnlyList<string> OwnNames(string assembly) => Read(assembly, metadata => [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
        .SelectMany(type => (IEnumerable<StringHandle>)[
            type.Name, .. type.GetMethods().Select(method => metadata.GetMethodDefinition(method).Name), .. type.GetFields().Select(field => metadata.GetFieldDefinition(field).Name),
            .. type.GetProperties().Select(property => metadata.GetPropertyDefinition(property).Name), .. type.GetEvents().Select(one => metadata.GetEventDefinition(one).Name)])
        .Select(metadata.GetString).Where(name => !name.Contains('<', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)]);

    static List<string> Read(string assembly, Func<MetadataReader, List<string>> read)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        using PEReader image = new(file);
        return read(image.GetMetadataReader());
    }

    // A nested type has its outer type as scope and no namespace of its own.
    static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
