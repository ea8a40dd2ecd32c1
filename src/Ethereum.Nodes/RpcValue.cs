using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>Reads the values of JSON-RPC answers; a value of another shape is a <see cref="FormatException"/> or its like, never a guess.</summary>
internal static class RpcValue
{
    // Some clients repeat the whole request in their error.
    const int MaxMessage = 1_000;

    internal static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("Expected a string.");

    internal static long Long(JsonElement value) => checked((long)ULong(value));

    internal static ulong ULong(JsonElement value) => (ulong)Integer(value);

    internal static UInt256 Integer(JsonElement value)
    {
        string text = Text(value);
        if (text.Length is < 3 or > 66 || !text.StartsWith("0x", StringComparison.Ordinal))
            throw new FormatException("Expected a 0x quantity.");
        // The extra digit keeps the parser from reading a sign into the first one.
        return UInt256.FromBigInteger(BigInteger.Parse(string.Concat("0", text.AsSpan(2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    internal static Hash32 Hash(JsonElement value) => Hash32.Parse(Text(value));

    internal static Address Account(JsonElement value) => new(Bytes(value));

    internal static byte[] Bytes(JsonElement value) => Hex.Decode(Text(value));

    internal static BlockHeader? Header(JsonElement block) => block.ValueKind == JsonValueKind.Null
        ? null
        : new BlockHeader(Long(block.GetProperty("number")), Hash(block.GetProperty("hash")), Hash(block.GetProperty("parentHash")),
            ULong(block.GetProperty("timestamp")), Hash(block.GetProperty("receiptsRoot")), Bytes(block.GetProperty("logsBloom")),
            block.TryGetProperty("baseFeePerGas", out JsonElement fee) && fee.ValueKind == JsonValueKind.String ? Integer(fee) : null,
            ULong(block.GetProperty("gasLimit")));

    internal static IReadOnlyList<LogEntry> Logs(JsonElement logs) => [.. logs.EnumerateArray().Select(Log)];

    internal static IReadOnlyList<TransactionReceipt>? Receipts(JsonElement receipts) =>
        receipts.ValueKind == JsonValueKind.Null ? null : [.. receipts.EnumerateArray().Select(receipt => Receipt(receipt) ?? throw new FormatException("Expected a receipt."))];

    internal static TransactionReceipt? Receipt(JsonElement receipt) => receipt.ValueKind == JsonValueKind.Null
        ? null
        : new TransactionReceipt(Hash(receipt.GetProperty("transactionHash")), checked((int)ULong(receipt.GetProperty("transactionIndex"))),
            Hash(receipt.GetProperty("blockHash")), Long(receipt.GetProperty("blockNumber")), Account(receipt.GetProperty("from")),
            OptionalAccount(receipt, "to"), OptionalAccount(receipt, "contractAddress"), ULong(receipt.GetProperty("status")) == 1,
            receipt.TryGetProperty("type", out JsonElement type) ? checked((byte)ULong(type)) : (byte)0, ULong(receipt.GetProperty("gasUsed")),
            ULong(receipt.GetProperty("cumulativeGasUsed")), Integer(receipt.GetProperty("effectiveGasPrice")), Bytes(receipt.GetProperty("logsBloom")),
            [.. Logs(receipt.GetProperty("logs"))]);

    internal static int? ErrorCode(JsonElement error) =>
        error.TryGetProperty("code", out JsonElement code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out int number) ? number : null;

    internal static string ErrorMessage(JsonElement error)
    {
        if (!error.TryGetProperty("message", out JsonElement message) || message.ValueKind != JsonValueKind.String)
            return "no message";
        try
        {
            string text = message.GetString()!;
            return text.Length <= MaxMessage ? text : string.Concat(text.AsSpan(0, MaxMessage), "...");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return "a message that is not text";
        }
    }

    /// <summary>A revert where the node says so (code 3, or data beside words that say it), else what it said.</summary>
    internal static NodeException Failure(string node, string method, JsonElement error)
    {
        int? code = ErrorCode(error);
        string message = ErrorMessage(error);
        string text = $"{node}: {method}: {message}";
        bool reverted = code == 3 || message.Contains("revert", StringComparison.OrdinalIgnoreCase);
        return reverted ? new CallRevertedException(text, code, RevertData(error)) : new NodeException(text, code);
    }

    static string? TextOrNull(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static byte[] RevertData(JsonElement error)
    {
        if (!error.TryGetProperty("data", out JsonElement data))
            return [];
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("data", out JsonElement inner))
            data = inner;
        return data.ValueKind == JsonValueKind.String && Hex.TryDecode(TextOrNull(data), out byte[] bytes) ? bytes : [];
    }

    static Address? OptionalAccount(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? Account(value) : null;

    static LogEntry Log(JsonElement log) => new(Account(log.GetProperty("address")),
        [.. log.GetProperty("topics").EnumerateArray().Select(Hash)], Bytes(log.GetProperty("data")), Long(log.GetProperty("blockNumber")),
        Hash(log.GetProperty("blockHash")), Hash(log.GetProperty("transactionHash")), checked((int)ULong(log.GetProperty("transactionIndex"))),
        checked((int)ULong(log.GetProperty("logIndex"))));
}
