using System.Reflection;

namespace Keystone.Architecture;

/// <summary>Signatures of an assembly that other rooms can see.</summary>
static class Signatures
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>
    /// Types and members in whose signatures stands a type of an assembly whose name begins with <paramref name="prefix"/>: public and protected ones, and internal ones
    /// when the assembly shows its internals to another room.
    /// </summary>
    internal static IReadOnlyList<string> Of(string assembly, string prefix)
    {
        Assembly loaded = Assembly.Load(assembly);
        bool showsInternals = loaded.GetCustomAttributesData().Any(attribute => attribute.AttributeType.Name == "InternalsVisibleToAttribute"
            && File.Exists(Path.Combine(Sources.Root, "src", Room(attribute), $"{Room(attribute)}.csproj")));
        List<string> found = [];
        foreach (Type type in loaded.GetTypes().Where(type => IsVisible(type, showsInternals)))
        {
            if (Above(type).Any(one => IsFrom(one, prefix))) found.Add(type.FullName!);
            foreach (MemberInfo member in type.GetMembers(All))
                if (Types(member, showsInternals).Any(one => IsFrom(one, prefix))) found.Add($"{type.FullName}.{member.Name}");
        }
        return found;
    }

    static string Room(CustomAttributeData attribute) => ((string)attribute.ConstructorArguments[0].Value!).Split(',')[0].Replace("Keystone.", "", StringComparison.Ordinal);

    static bool IsVisible(Type type, bool internals) => type.IsNested
        ? IsVisible(type.DeclaringType!, internals) && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem || (internals && !type.IsNestedPrivate))
        : type.IsPublic || internals;

    static IEnumerable<Type> Above(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes, .. type.GetInterfaces(),
        .. type.GetGenericArguments().Where(argument => argument.IsGenericParameter).SelectMany(argument => argument.GetGenericParameterConstraints()),
    ];

    static IEnumerable<Type> Types(MemberInfo member, bool internals) => member switch
    {
        MethodBase method when IsSeen(method.IsPublic, method.IsFamily || method.IsFamilyOrAssembly, method.IsPrivate, internals) =>
        [
            .. method.GetParameters().Select(parameter => parameter.ParameterType), .. method is MethodInfo { } returning ? [returning.ReturnType] : Type.EmptyTypes,
            .. method.IsGenericMethod ? method.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()) : [],
        ],
        FieldInfo field when IsSeen(field.IsPublic, field.IsFamily || field.IsFamilyOrAssembly, field.IsPrivate, internals) => [field.FieldType],
        _ => [], // properties and events are seen by their methods
    };

    static bool IsSeen(bool isPublic, bool isProtected, bool isPrivate, bool internals) => isPublic || isProtected || (internals && !isPrivate);

    static bool IsFrom(Type type, string prefix) =>
        (type.HasElementType && IsFrom(type.GetElementType()!, prefix))
        || (type.IsGenericType && type.GetGenericArguments().Where(argument => !argument.IsGenericParameter).Any(argument => IsFrom(argument, prefix)))
        || type.Assembly.GetName().Name!.StartsWith(prefix, StringComparison.Ordinal);
}
