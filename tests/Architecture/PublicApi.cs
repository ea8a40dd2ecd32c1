using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Keystone.Architecture;

/// <summary>What an assembly shows to others, a line for each type and member: visible ones and those for derived classes, in the order of their text.</summary>
static class PublicApi
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static string[] Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(type => Members(type).Prepend(Declaration(type))).Order(StringComparer.Ordinal)];

    /// <summary>Types that a type names in what it shows: above it, around it, in its members, and in their arguments.</summary>
    internal static IEnumerable<Type> TypesOf(Type type) => new[] { type.BaseType, type.DeclaringType }
        .Concat(type.GetInterfaces())
        .Concat(type.GetFields(All).Where(field => IsSeen(field.IsPublic, field.IsFamily)).Select(field => field.FieldType))
        .Concat(type.GetMembers(All).OfType<MethodBase>().Where(IsSeen).SelectMany(method =>
            method.GetParameters().Select(parameter => parameter.ParameterType).Append(method is MethodInfo { ReturnType: var back } ? back : typeof(void))
                .Concat(method.IsGenericMethod ? method.GetGenericArguments().SelectMany(one => one.GetGenericParameterConstraints()) : [])))
        .OfType<Type>().SelectMany(Parts);

    static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];

    static string Declaration(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
            _ when IsDelegate(type) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        if (IsDelegate(type)) return $"{Name(type)} = delegate {Signature(type.GetMethod("Invoke")!)}";
        List<string> above = [];
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object)) above.Add(Name(parent));
        above.AddRange(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(one => one.IsVisible && !(one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>)) && !type.IsEnum)
            .Select(Name).Order(StringComparer.Ordinal));
        return $"{Name(type)} = {kind}{(above.Count == 0 ? "" : " : " + string.Join(", ", above))}{Constraints(type.GetGenericArguments())}";
    }

    static IEnumerable<string> Members(Type type)
    {
        if (IsDelegate(type)) yield break;
        string owner = Name(type);
        foreach (FieldInfo field in type.GetFields(All).Where(field => IsSeen(field.IsPublic, field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName))
            yield return field.IsLiteral
                ? $"{owner}.{field.Name} = {Constant(field.GetRawConstantValue())} -> {Name(field.FieldType)}"
                : $"{Static(field.IsStatic)}{owner}.{field.Name}{(field.IsInitOnly ? "" : " (writable)")} -> {Name(field.FieldType)}";
        foreach (ConstructorInfo constructor in type.GetConstructors(All).Where(constructor => !constructor.IsStatic && IsSeen(constructor)))
            yield return $"{owner}.{type.Name.Split('`')[0]}({Parameters(constructor)}) -> void";
        foreach (PropertyInfo property in type.GetProperties(All))
        {
            if (property.Name == "EqualityContract") continue;
            string index = string.Join(", ", property.GetIndexParameters().Select(Parameter));
            foreach (MethodInfo accessor in property.GetAccessors(nonPublic: true).Where(accessor => IsSeen(accessor)))
                yield return $"{Modifiers(accessor)}{owner}.{(index.Length > 0 ? $"this[{index}]" : property.Name)}.{AccessorName(accessor)} -> {Name(property.PropertyType)}";
        }
        foreach (EventInfo raised in type.GetEvents(All).Where(raised => raised.AddMethod is { } add && IsSeen(add)))
            yield return $"{Static(raised.AddMethod!.IsStatic)}{owner}.{raised.Name} -> {Name(raised.EventHandlerType!)}";
        foreach (MethodInfo method in type.GetMethods(All).Where(method => IsSeen(method) && !IsOfTheCompiler(method)))
            yield return $"{Modifiers(method)}{owner}.{method.Name}{Generic(method)}{Signature(method)}{Constraints(method.IsGenericMethod ? method.GetGenericArguments() : [])}";
    }

    // What a record has of itself, and accessors, which stand with their property.
    static bool IsOfTheCompiler(MethodInfo method) =>
        method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal) || method.Name.StartsWith("add_", StringComparison.Ordinal)
        || method.Name.StartsWith("remove_", StringComparison.Ordinal) || method.Name.StartsWith('<') || method.IsDefined(typeof(CompilerGeneratedAttribute));

    static string Signature(MethodInfo method) => $"({Parameters(method)}) -> {Name(method.ReturnType)}{Nullable(new NullabilityInfoContext().Create(method.ReturnParameter), method.ReturnType)}";

    static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    static string Parameter(ParameterInfo parameter)
    {
        string passed = parameter switch { { IsOut: true } => "out ", { ParameterType.IsByRef: true, IsIn: true } => "in ", { ParameterType.IsByRef: true } => "ref ", _ => "" };
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string value = parameter.HasDefaultValue ? $" = {Constant(parameter.RawDefaultValue)}" : "";
        return $"{passed}{Name(type)}{Nullable(new NullabilityInfoContext().Create(parameter), type)} {parameter.Name}{value}";
    }

    static string Nullable(NullabilityInfo info, Type type) => !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    static string AccessorName(MethodInfo accessor) => accessor.Name.StartsWith("get_", StringComparison.Ordinal)
        ? "get" : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set";

    static string Modifiers(MethodInfo method) =>
        method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType!.IsInterface && !method.DeclaringType.IsSealed
            ? method.GetBaseDefinition() == method ? "virtual " : "override " : "";

    static string Static(bool isStatic) => isStatic ? "static " : "";

    static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    static string Constraints(Type[] arguments) => string.Concat(arguments.Where(one => one.IsGenericParameter).Select(one =>
    {
        List<string> wanted = [.. one.GetGenericParameterConstraints().Select(Name)];
        if (one.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) wanted.Insert(0, "class");
        if (one.GenericParameterAttributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !wanted.Contains("System.ValueType")) wanted.Add("new()");
        return wanted.Count == 0 ? "" : $" where {one.Name} : {string.Join(", ", wanted)}";
    }));

    static bool IsDelegate(Type type) => typeof(MulticastDelegate).IsAssignableFrom(type) && type.IsSealed;

    static bool IsSeen(MethodBase method) => IsSeen(method.IsPublic, (method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    static bool IsSeen(bool isPublic, bool isProtected) => isPublic || isProtected;

    static string Constant(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text.ReplaceLineEndings("\\n")}\"",
        bool yes => yes ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    static string Name(Type type)
    {
        if (type.IsGenericParameter) return type.Name;
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer || type.IsByRef) return $"{Name(type.GetElementType()!)}{(type.IsPointer ? "*" : "&")}";
        if (System.Nullable.GetUnderlyingType(type) is { } value) return $"{Name(value)}?";
        if (Words.TryGetValue(type, out string? word)) return word;
        Type[] arguments = type.GetGenericArguments();
        if (type.IsGenericType && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true) return $"({string.Join(", ", arguments.Select(Name))})";
        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string own = type.Name.Split('`')[0];
        string around = type.IsNested ? Name(type.DeclaringType!) : type.Namespace ?? "";
        return $"{around}.{own}{(arguments.Length > outer ? $"<{string.Join(", ", arguments.Skip(outer).Select(Name))}>" : "")}";
    }

    static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(decimal)] = "decimal",
    };
}
