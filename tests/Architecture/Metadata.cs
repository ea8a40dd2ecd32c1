using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Keystone.Architecture;

/// <summary>What a built assembly takes from others, read from its metadata without loading it.</summary>
static class Metadata
{
    /// <summary>Full names of the types.</summary>
    internal static IReadOnlyList<string> Types(string assembly) => Read(assembly, metadata =>
    {
        List<string> types = [.. metadata.TypeReferences.Select(type => NameOf(metadata, type))];
        Assert.Contains("System.Object", types); // the reader sees something at all
        return types;
    });

    /// <summary>Full names of the members.</summary>
    internal static IReadOnlyList<string> Members(string assembly) => Read(assembly, metadata => (List<string>)[.. metadata.MemberReferences.Select(metadata.GetMemberReference)
        .Where(member => member.Parent.Kind == HandleKind.TypeReference)
        .Select(member => $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}")]);

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
