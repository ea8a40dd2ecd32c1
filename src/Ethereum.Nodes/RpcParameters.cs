using System.Globalization;

namespace Keystone.Ethereum.Nodes;

/// <summary>Parameters of JSON-RPC requests as the Ethereum execution API encodes them: quantities in hexadecimal without leading zeros, data with <c>0x</c>.</summary>
internal static class RpcParameters
{
    public static (string Method, object[] Parameters) BlockRequest(BlockTag block) =>
        block.Hash is { } hash ? ("eth_getBlockByHash", [hash.ToString(), false]) : ("eth_getBlockByNumber", [Tag(block), false]);

    public static object Tag(BlockTag block) => block switch
    {
        { Number: { } number } => Quantity((ulong)number),
        { Hash: { } hash } => new Dictionary<string, string> { ["blockHash"] = hash.ToString() },
        _ => block.Tag!,
    };

    public static Dictionary<string, object> Call(CallRequest call)
    {
        ArgumentNullException.ThrowIfNull(call);
        Dictionary<string, object> request = new() { ["data"] = Hex.Encode(call.Data.Span) };
        if (call.From is { } from) request["from"] = from.ToString();
        if (call.To is { } to) request["to"] = to.ToString();
        if (!call.Value.IsZero) request["value"] = $"0x{call.Value.ToBigInteger().ToString("x", CultureInfo.InvariantCulture).TrimStart('0')}";
        if (call.Gas is { } gas) request["gas"] = Quantity(gas);
        return request;
    }

    public static string Quantity(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
