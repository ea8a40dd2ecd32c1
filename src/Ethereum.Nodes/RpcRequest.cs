using System.Globalization;

namespace Keystone.Ethereum.Nodes;

/// <summary>Parameters of JSON-RPC requests.</summary>
internal static class RpcRequest
{
    /// <summary>Asks for a block without its transactions.</summary>
    public static (string Method, object[] Parameters) BlockRequest(BlockTag block) =>
        block.Hash is { } hash ? ("eth_getBlockByHash", [hash.ToString(), false]) : ("eth_getBlockByNumber", [Tag(block), false]);

    /// <summary>A block as a parameter.</summary>
    public static object Tag(BlockTag block) => block switch
    {
        { Number: { } number } => Quantity((ulong)number),
        { Hash: { } hash } => new Dictionary<string, string> { ["blockHash"] = hash.ToString() },
        _ => block.Tag!,
    };

    /// <summary>A call as a parameter.</summary>
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

    /// <summary>A number as a parameter.</summary>
    public static string Quantity(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
