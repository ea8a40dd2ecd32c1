using System.Collections.Frozen;
using System.Globalization;
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

    /// <summary>Name and arguments of a revert, as <c>NotOperator(caller: 0x...)</c>.</summary>
    /// <param name="revertData">Selector and ABI-encoded arguments in hexadecimal, with or without <c>0x</c>.</param>
    /// <returns>Null when no contract of this assembly has the error, or when its arguments cannot be read.</returns>
    public static string? Describe(string? revertData)
    {
        string data = revertData?.RemoveHexPrefix() ?? "";
        if (data.Length < 8 || !BySelector.TryGetValue(data[..8], out ErrorABI? error)) return null;
        try
        {
            IEnumerable<ParameterOutput> arguments = new ParameterDecoder().DecodeDefaultData(data[8..].HexToByteArray(), error.InputParameters);
            return $"{error.Name}({string.Join(", ", arguments.Select(argument => $"{argument.Parameter.Name}: {Text(argument.Result)}"))})";
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or IndexOutOfRangeException or OverflowException or InvalidOperationException)
        {
            return null;
        }
    }

    static string Text(object? value) => value switch
    {
        byte[] bytes => "0x" + Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    static ErrorABI Standard(string name, params Parameter[] parameters) => new(name) { InputParameters = parameters };
}
