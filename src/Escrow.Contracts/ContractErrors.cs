using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Keystone.Escrow.Contracts;

/// <summary>Names of the errors with which the contracts of this assembly revert, and of <c>Error(string)</c> and <c>Panic(uint256)</c>.</summary>
public static class ContractErrors
{
    static readonly FrozenDictionary<string, ErrorABI> BySelector = typeof(ContractErrors).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(ErrorAttribute), inherit: false))
        .Select(type => new AttributesToABIExtractor().ExtractErrorABI(type))
        .Append(Standard("Error", new Parameter("string", "message", 1))).Append(Standard("Panic", new Parameter("uint256", "code", 1)))
        .ToFrozenDictionary(error => error.Sha3Signature, StringComparer.OrdinalIgnoreCase);

    // An enum is a uint8 in the ABI. Error and argument to the type of the C# definition's property.
    static readonly FrozenDictionary<(string Error, string Argument), Type> Enums = typeof(ContractErrors).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(ErrorAttribute), inherit: false))
        .SelectMany(type => type.GetProperties().Where(property => property.PropertyType.IsEnum), (type, property) => (
            Error: type.GetCustomAttribute<ErrorAttribute>()!.Name, Argument: property.GetCustomAttribute<ParameterAttribute>()!.Name, property.PropertyType))
        .ToFrozenDictionary(one => (one.Error, one.Argument), one => one.PropertyType);

    /// <summary>Name and arguments of a revert, as <c>NotOperator(caller: 0x...)</c> or <c>InvalidLeg(index: 0, fault: NotErc721)</c>.</summary>
    /// <param name="revertData">Selector and ABI-encoded arguments in hexadecimal, with or without <c>0x</c>.</param>
    /// <returns>Null when no contract of this assembly has the error, or when its arguments cannot be read.</returns>
    public static string? Describe(string? revertData)
    {
        string data = revertData?.RemoveHexPrefix() ?? "";
        if (data.Length < 8 || !BySelector.TryGetValue(data[..8], out ErrorABI? error)) return null;
        try
        {
            IEnumerable<ParameterOutput> arguments = new ParameterDecoder().DecodeDefaultData(data[8..].HexToByteArray(), error.InputParameters);
            return $"{error.Name}({string.Join(", ", arguments.Select(argument => $"{argument.Parameter.Name}: {Text(error.Name, argument.Parameter.Name, argument.Result)}"))})";
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or IndexOutOfRangeException or OverflowException or InvalidOperationException)
        {
            return null;
        }
    }

    static string Text(string error, string argument, object? value) => value switch
    {
        // A value that this build does not know stays a number.
        BigInteger number when Enums.TryGetValue((error, argument), out Type? type) && Enum.GetName(type, (int)BigInteger.Min(number, int.MaxValue)) is { } name => name,
        byte[] bytes => "0x" + Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    static ErrorABI Standard(string name, params Parameter[] parameters) => new(name) { InputParameters = parameters };
}
