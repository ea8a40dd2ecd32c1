using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Keystone.Ethereum.Nodes;

/// <summary>Reads the values of JSON-RPC answers; a value of another shape is a <see cref="FormatException"/> or its like, never a guess.</summary>
internal static class RpcValue
{
    // Some clients repeat the whole request in their error.
    const int MaxMessage = 1_000;

    internal static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("Expected a string.");

    internal static long Long(JsonElement value) => checked((long)ULong(value));

    internal static ulong ULong(JsonElement value)
    {
        ReadOnlySpan<byte> digits = Digits(value);
        if (digits.Length is 0 or > 16) return (ulong)Integer(value);
        ulong number = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) throw new FormatException("Expected a 0x quantity.");
            number = (number << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        return number;
    }

    internal static UInt256 Integer(JsonElement value)
    {
        string text = Text(value);
        if (text.Length is < 3 or > 66 || !text.StartsWith("0x", StringComparison.Ordinal))
            throw new FormatException("Expected a 0x quantity.");
        // The extra digit keeps the parser from reading a sign into the first one.
        return UInt256.FromBigInteger(BigInteger.Parse(string.Concat("0", text.AsSpan(2)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    internal static Hash32 Hash(JsonElement value)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        return TryFill(value, bytes) ? new Hash32(bytes) : Hash32.Parse(Text(value));
    }

    internal static Address Account(JsonElement value)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        // Address checksums are not checked: nodes' addresses are not typed by hand.
        return TryFill(value, bytes) ? new Address(bytes) : new Address(Hex.Decode(Text(value)));
    }

    internal static byte[] Bytes(JsonElement value)
    {
        ReadOnlySpan<byte> digits = Digits(value);
        if (digits.IsEmpty || (digits.Length & 1) != 0) return Hex.Decode(Text(value));
        byte[] bytes = new byte[digits.Length / 2];
        return TryFill(value, bytes) ? bytes : Hex.Decode(Text(value));
    }

    // What stands in the answer itself, between 0x and the quotation mark; empty for anything unusual, which is then read, or refused, from its text.
    // An answer of thousands of logs would otherwise be copied into as many strings seven times over.
    static ReadOnlySpan<byte> Digits(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return default;
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        return raw.Length >= 4 && raw.StartsWith("\"0x"u8) && raw[^1] == '"' ? raw[3..^1] : default;
    }

    static bool TryFill(JsonElement value, Span<byte> bytes)
    {
        ReadOnlySpan<byte> digits = Digits(value);
        return digits.Length == bytes.Length * 2 && Convert.FromHexString(digits, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length;
    }

    internal static BlockHeader? Header(JsonElement block) => block.ValueKind == JsonValueKind.Null
        ? null
        : new BlockHeader(Long(block.GetProperty("number")), Hash(block.GetProperty("hash")), Hash(block.GetProperty("parentHash")),
            ULong(block.GetProperty("timestamp")), Hash(block.GetProperty("receiptsRoot")), Bytes(block.GetProperty("logsBloom")),
            Optional(block, "baseFeePerGas", Integer), ULong(block.GetProperty("gasLimit")))
        { Fields = Fields(block) };

    // Some nodes of test networks leave fields out: such a header is of use, but its hash cannot be computed.
    static HeaderFields? Fields(JsonElement block)
    {
        ReadOnlySpan<string> required = ["sha3Uncles", "miner", "stateRoot", "transactionsRoot", "difficulty", "gasUsed", "extraData", "mixHash", "nonce"];
        foreach (string name in required)
            if (!block.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.String) return null;
        return new HeaderFields
        {
            OmmersHash = Hash(block.GetProperty("sha3Uncles")),
            Beneficiary = Account(block.GetProperty("miner")),
            StateRoot = Hash(block.GetProperty("stateRoot")),
            TransactionsRoot = Hash(block.GetProperty("transactionsRoot")),
            Difficulty = Integer(block.GetProperty("difficulty")),
            GasUsed = ULong(block.GetProperty("gasUsed")),
            ExtraData = Bytes(block.GetProperty("extraData")),
            MixHash = Hash(block.GetProperty("mixHash")),
            Nonce = Bytes(block.GetProperty("nonce")),
            WithdrawalsRoot = Optional(block, "withdrawalsRoot", Hash),
            BlobGasUsed = Optional(block, "blobGasUsed", ULong),
            ExcessBlobGas = Optional(block, "excessBlobGas", ULong),
            ParentBeaconBlockRoot = Optional(block, "parentBeaconBlockRoot", Hash),
            RequestsHash = Optional(block, "requestsHash", Hash),
            BlockAccessListHash = Optional(block, "blockAccessListHash", Hash),
            SlotNumber = Optional(block, "slotNumber", ULong),
            UnknownMembers = UnknownMembers.Of(block),
        };
    }

    static T? Optional<T>(JsonElement element, string name, Func<JsonElement, T> read) where T : struct =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? read(value) : null;

    /// <summary>Hash of a block and of its transactions; null when there is no such block.</summary>
    internal static (Hash32 Block, string[] Transactions)? Transactions(JsonElement block) => block.ValueKind == JsonValueKind.Null
        ? null
        : (Hash(block.GetProperty("hash")), [.. block.GetProperty("transactions").EnumerateArray().Select(hash => Hash(hash).ToString())]);

    internal static IReadOnlyList<LogEntry> Logs(JsonElement logs)
    {
        LogEntry[] entries = new LogEntry[logs.GetArrayLength()];
        int i = 0;
        foreach (JsonElement log in logs.EnumerateArray()) entries[i++] = Log(log);
        return entries;
    }

    internal static IReadOnlyList<TransactionReceipt>? Receipts(JsonElement receipts) =>
        receipts.ValueKind == JsonValueKind.Null ? null : [.. receipts.EnumerateArray().Select(receipt => Receipt(receipt) ?? throw new FormatException("Expected a receipt."))];

    internal static TransactionReceipt? Receipt(JsonElement receipt) => receipt.ValueKind == JsonValueKind.Null
        ? null
        : new TransactionReceipt(Hash(receipt.GetProperty("transactionHash")), checked((int)ULong(receipt.GetProperty("transactionIndex"))),
            Hash(receipt.GetProperty("blockHash")), Long(receipt.GetProperty("blockNumber")), Account(receipt.GetProperty("from")),
            OptionalAccount(receipt, "to"), OptionalAccount(receipt, "contractAddress"), Optional(receipt, "status", Status) ?? Optional(receipt, "root", Hash) is not null,
            checked((byte)(Optional(receipt, "type", ULong) ?? 0)), ULong(receipt.GetProperty("gasUsed")), ULong(receipt.GetProperty("cumulativeGasUsed")),
            Optional(receipt, "effectiveGasPrice", Integer) ?? default, Bytes(receipt.GetProperty("logsBloom")), ImmutableCollectionsMarshal.AsImmutableArray((LogEntry[])Logs(receipt.GetProperty("logs"))))
        { PostState = receipt.TryGetProperty("status", out _) ? null : Hash(receipt.GetProperty("root")) };

    static bool Status(JsonElement value) => ULong(value) switch
    {
        0 => false,
        1 => true,
        _ => throw new FormatException("A receipt's status is 0 or 1."),
    };

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

    /// <summary>A revert if the node reports one (code 3, or its message), a busy node for a quota, else the node's error.</summary>
    internal static NodeException Failure(string node, string method, JsonElement error, bool isOfWholeRequest = false)
    {
        int? code = ErrorCode(error);
        string message = ErrorMessage(error);
        string text = $"{node}: {method}: {message}";
        // Only the node's message is classified: its name may contain any text.
        NodeFaultKind kind = NodeFaults.KindOf(code, message);
        string? body = BodyOf(error);
        return kind switch
        {
            NodeFaultKind.Reverted => new CallRevertedException(text, code, RevertData(error)) { ErrorBody = body, IsOfWholeRequest = isOfWholeRequest },
            NodeFaultKind.Quota => new NodeBusyException(text, Backoff(error), code) { ErrorBody = body, IsOfWholeRequest = isOfWholeRequest },
            _ => new NodeException(text, code)
            {
                Kind = kind,
                MaxBlocks = kind == NodeFaultKind.TooMuch ? NodeFaults.BlocksIn(message) : null,
                ErrorBody = body,
                IsOfWholeRequest = isOfWholeRequest,
            },
        };
    }

    /// <summary>The error as JSON; null where its bytes are not UTF-8.</summary>
    static string? BodyOf(JsonElement error)
    {
        try
        {
            return error.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Some providers name the wait in the error itself: data.rate.backoff_seconds, or data.backoff_seconds.
    static TimeSpan? Backoff(JsonElement error)
    {
        if (!error.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Object) return null;
        if (data.TryGetProperty("rate", out JsonElement rate) && rate.ValueKind == JsonValueKind.Object) data = rate;
        return data.TryGetProperty("backoff_seconds", out JsonElement seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetDouble(out double wait)
            && wait is >= 0 and < 86_400 ? TimeSpan.FromSeconds(wait) : null;
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

    static LogEntry Log(JsonElement log)
    {
        JsonElement topics = log.GetProperty("topics"u8);
        Hash32[] words = new Hash32[topics.GetArrayLength()];
        int i = 0;
        foreach (JsonElement topic in topics.EnumerateArray()) words[i++] = Hash(topic);
        return new LogEntry(Account(log.GetProperty("address"u8)), ImmutableCollectionsMarshal.AsImmutableArray(words), Bytes(log.GetProperty("data"u8)),
            Long(log.GetProperty("blockNumber"u8)), Hash(log.GetProperty("blockHash"u8)), Hash(log.GetProperty("transactionHash"u8)),
            checked((int)ULong(log.GetProperty("transactionIndex"u8))), checked((int)ULong(log.GetProperty("logIndex"u8))));
    }
}
