using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Keystone.Ethereum.Proofs;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// Reads the two large answers, logs and receipts, from their bytes straight into values. Whatever is not exactly what nearly every node sends is left to
/// JsonDocument, which reads it or reports the fault; so this reader neither rejects nor guesses anything.
/// </summary>
internal static class FastResponse
{
    const int MostDepth = 16;

    /// <summary>The logs of an answer to <c>eth_getLogs</c>; null when it is for the other reader.</summary>
    public static LogEntry[]? Logs(ReadOnlySpan<byte> answer)
    {
        try
        {
            Utf8JsonReader reader = Open(answer);
            LogEntry[]? logs = null;
            return reader.Read() && ReadResponse(ref reader, out int id, ref logs, ReadLogs) && id == 1 && !reader.Read() ? logs : null;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The receipts of several blocks, from the answer to a batch, in the order of its ids; null when it is for the other reader.</summary>
    public static IReadOnlyList<TransactionReceipt>[]? Receipts(ReadOnlySpan<byte> answer, int count)
    {
        try
        {
            Utf8JsonReader reader = Open(answer);
            IReadOnlyList<TransactionReceipt>[] all = new IReadOnlyList<TransactionReceipt>[count];
            ReceiptReading reading = new();
            if (!reader.Read()) return null;
            bool batch = reader.TokenType == JsonTokenType.StartArray;
            if (batch && !reader.Read()) return null;
            for (int i = 0; i < count; i++)
            {
                EncodedReceipts? receipts = null;
                if (!ReadResponse(ref reader, out int id, ref receipts, reading.ReadAll) || receipts is null || id < 1 || id > count || all[id - 1] is not null) return null;
                all[id - 1] = receipts;
                if (batch) reader.Read();
            }
            return (!batch || reader.TokenType == JsonTokenType.EndArray) && !reader.Read() ? all : null;
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    delegate bool Part<T>(ref Utf8JsonReader reader, out T? value);

    static Utf8JsonReader Open(ReadOnlySpan<byte> answer) => new(answer, new JsonReaderOptions { MaxDepth = MostDepth });

    // {"jsonrpc":"2.0","id":n,"result":...} with the members in any order, and none but these.
    static bool ReadResponse<T>(ref Utf8JsonReader reader, out int id, ref T? result, Part<T> read) where T : class
    {
        id = -1;
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) return false;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out id)) return false;
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                if (result is not null || !reader.Read() || !read(ref reader, out T? found)) return false;
                result = found;
            }
            else
            {
                return false;
            }
        }
        return reader.TokenType == JsonTokenType.EndObject;
    }

    static bool ReadLogs(ref Utf8JsonReader reader, out LogEntry[]? logs)
    {
        logs = [];
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        List<LogEntry> found = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (!ReadLog(ref reader, out LogParts log) || !TryBytes(log.Data, out byte[] data)) return false;
            found.Add(log.With(data));
        }
        logs = [.. found];
        return reader.TokenType == JsonTokenType.EndArray;
    }

    static bool ReadLog(scoped ref Utf8JsonReader reader, out LogParts log)
    {
        Address address = default;
        Hash32 block = default, transaction = default;
        Hash32[]? topics = null;
        ReadOnlySpan<byte> data = default;
        ulong number = 0, place = 0, index = 0;
        log = default;
        int seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // A name with an escape in it may be one of these, at another length.
            if (reader.ValueIsEscaped) return false;
            int field = reader.ValueSpan.Length switch
            {
                4 when reader.ValueTextEquals("data"u8) => 1,
                6 when reader.ValueTextEquals("topics"u8) => 2,
                7 when reader.ValueTextEquals("address"u8) => 4,
                8 when reader.ValueTextEquals("logIndex"u8) => 8,
                9 when reader.ValueTextEquals("blockHash"u8) => 16,
                11 when reader.ValueTextEquals("blockNumber"u8) => 32,
                15 when reader.ValueTextEquals("transactionHash"u8) => 64,
                16 when reader.ValueTextEquals("transactionIndex"u8) => 128,
                _ => 0,
            };
            if ((seen & field) != 0 || !reader.Read()) return false;
            seen |= field;
            bool ok = field switch
            {
                1 => Digits(ref reader, out data),
                2 => Topics(ref reader, out topics),
                4 => Account(ref reader, out address),
                8 => Number(ref reader, out index),
                16 => Hash(ref reader, out block),
                32 => Number(ref reader, out number),
                64 => Hash(ref reader, out transaction),
                128 => Number(ref reader, out place),
                _ => reader.TrySkip(),
            };
            if (!ok) return false;
        }
        if (seen != 255 || reader.TokenType != JsonTokenType.EndObject || number > long.MaxValue || place > int.MaxValue || index > int.MaxValue) return false;
        log = new LogParts
        {
            Address = address,
            Topics = topics!,
            Data = data,
            Number = (long)number,
            Block = block,
            Transaction = transaction,
            Place = (int)place,
            Index = (int)index,
        };
        return true;
    }

    /// <summary>A log but for its data, whose digits stand in the answer.</summary>
    readonly ref struct LogParts
    {
        public Address Address { get; init; }

        public Hash32[] Topics { get; init; }

        public ReadOnlySpan<byte> Data { get; init; }

        public long Number { get; init; }

        public Hash32 Block { get; init; }

        public Hash32 Transaction { get; init; }

        public int Place { get; init; }

        public int Index { get; init; }

        public LogEntry With(ReadOnlyMemory<byte> data) =>
            new(Address, ImmutableCollectionsMarshal.AsImmutableArray(Topics), data, Number, Block, Transaction, Place, Index);
    }

    /// <summary>Reads receipts, and encodes them while it does.</summary>
    sealed class ReceiptReading
    {
        readonly ReceiptEncoder _encoder = new();
        readonly List<TransactionReceipt> _receipts = [];
        readonly List<ReadOnlyMemory<byte>> _encodings = [];
        readonly List<EncodedLog> _logs = [];

        public bool ReadAll(ref Utf8JsonReader reader, out EncodedReceipts? receipts)
        {
            receipts = null;
            if (reader.TokenType != JsonTokenType.StartArray) return false;
            _receipts.Clear();
            _encodings.Clear();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                if (!ReadOne(ref reader)) return false;
            receipts = new EncodedReceipts([.. _receipts], [.. _encodings]);
            return reader.TokenType == JsonTokenType.EndArray;
        }

        bool ReadOne(ref Utf8JsonReader reader)
        {
            Hash32 block = default, transaction = default;
            Address from = default;
            Address? to = null, created = null;
            ulong number = 0, place = 0, status = 0, type = 0, gas = 0, cumulative = 0, price = 0;
            ReadOnlySpan<byte> bloomDigits = default;
            _encoder.Clear();
            _logs.Clear();
            int seen = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // A name with an escape in it may be one of these, at another length.
                if (reader.ValueIsEscaped) return false;
                int field = reader.ValueSpan.Length switch
                {
                    2 when reader.ValueTextEquals("to"u8) => 1,
                    4 when reader.ValueTextEquals("from"u8) => 2,
                    4 when reader.ValueTextEquals("logs"u8) => 4,
                    4 when reader.ValueTextEquals("type"u8) => 8,
                    // Before Byzantium, for the other reader.
                    4 when reader.ValueTextEquals("root"u8) => -1,
                    6 when reader.ValueTextEquals("status"u8) => 16,
                    7 when reader.ValueTextEquals("gasUsed"u8) => 32,
                    9 when reader.ValueTextEquals("blockHash"u8) => 64,
                    9 when reader.ValueTextEquals("logsBloom"u8) => 128,
                    11 when reader.ValueTextEquals("blockNumber"u8) => 256,
                    15 when reader.ValueTextEquals("transactionHash"u8) => 512,
                    15 when reader.ValueTextEquals("contractAddress"u8) => 1024,
                    16 when reader.ValueTextEquals("transactionIndex"u8) => 2048,
                    17 when reader.ValueTextEquals("cumulativeGasUsed"u8) => 4096,
                    17 when reader.ValueTextEquals("effectiveGasPrice"u8) => 8192,
                    _ => 0,
                };
                if (field < 0 || (seen & field) != 0 || !reader.Read()) return false;
                seen |= field;
                bool ok = field switch
                {
                    1 => OptionalAccount(ref reader, out to),
                    2 => Account(ref reader, out from),
                    4 => ReadLogs(ref reader),
                    8 => Number(ref reader, out type),
                    16 => Number(ref reader, out status),
                    32 => Number(ref reader, out gas),
                    64 => Hash(ref reader, out block),
                    128 => Digits(ref reader, out bloomDigits),
                    256 => Number(ref reader, out number),
                    512 => Hash(ref reader, out transaction),
                    1024 => OptionalAccount(ref reader, out created),
                    2048 => Number(ref reader, out place),
                    4096 => Number(ref reader, out cumulative),
                    8192 => Number(ref reader, out price),
                    _ => reader.TrySkip(),
                };
                if (!ok) return false;
            }
            // Which may be missing: to, contractAddress.
            if ((seen | 1 | 1024) != 16383 || reader.TokenType != JsonTokenType.EndObject) return false;
            if (status > 1 || type > byte.MaxValue || place > int.MaxValue || number > long.MaxValue) return false;
            Span<byte> bloom = stackalloc byte[LogsBloom.Size];
            if (bloomDigits.Length != bloom.Length * 2 || Convert.FromHexString(bloomDigits, bloom, out _, out int written) != OperationStatus.Done || written != bloom.Length) return false;
            byte[] encoded = _encoder.Finish((byte)type, status == 1, cumulative, bloom, out int bloomAt, out int logsAt);
            // What is kept of a log is its place in the encoding.
            LogEntry[] logs = new LogEntry[_logs.Count];
            for (int i = 0; i < logs.Length; i++) logs[i] = _logs[i].In(encoded.AsMemory(logsAt));
            _encodings.Add(encoded);
            _receipts.Add(new TransactionReceipt(
                transaction, (int)place, block, (long)number, from, to, created, status == 1, (byte)type, gas, cumulative, price,
                encoded.AsMemory(bloomAt, LogsBloom.Size), ImmutableCollectionsMarshal.AsImmutableArray(logs)));
            return true;
        }

        bool ReadLogs(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (!ReadLog(ref reader, out LogParts log) || !_encoder.TryAdd(log.Address, log.Topics, log.Data, out Range data)) return false;
                _logs.Add(new EncodedLog(log.Address, log.Topics, data, log.Number, log.Block, log.Transaction, log.Place, log.Index));
            }
            return reader.TokenType == JsonTokenType.EndArray;
        }

        readonly record struct EncodedLog(Address Address, Hash32[] Topics, Range Data, long Number, Hash32 Block, Hash32 Transaction, int Place, int Index)
        {
            public LogEntry In(ReadOnlyMemory<byte> logs) =>
                new(Address, ImmutableCollectionsMarshal.AsImmutableArray(Topics), logs[Data], Number, Block, Transaction, Place, Index);
        }
    }

    static bool Topics(ref Utf8JsonReader reader, out Hash32[]? topics)
    {
        topics = null;
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        Span<Hash32> words = stackalloc Hash32[4];
        int count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (count == 4 || !Hash(ref reader, out words[count])) return false;
            count++;
        }
        topics = words[..count].ToArray();
        return reader.TokenType == JsonTokenType.EndArray;
    }

    static bool OptionalAccount(ref Utf8JsonReader reader, out Address? account)
    {
        account = null;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (!Account(ref reader, out Address found)) return false;
        account = found;
        return true;
    }

    // The digits between 0x and the end of the string; false for anything else.
    static bool Digits(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> digits)
    {
        digits = default;
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !reader.ValueSpan.StartsWith("0x"u8)) return false;
        digits = reader.ValueSpan[2..];
        return true;
    }

    static bool Fill(ref Utf8JsonReader reader, scoped Span<byte> bytes) =>
        Digits(ref reader, out ReadOnlySpan<byte> digits) && digits.Length == bytes.Length * 2
        && Convert.FromHexString(digits, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length;

    static bool Hash(ref Utf8JsonReader reader, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        bool ok = Fill(ref reader, bytes);
        hash = ok ? new Hash32(bytes) : default;
        return ok;
    }

    static bool Account(ref Utf8JsonReader reader, out Address account)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        bool ok = Fill(ref reader, bytes);
        account = ok ? new Address(bytes) : default;
        return ok;
    }

    static bool TryBytes(ReadOnlySpan<byte> digits, out byte[] bytes)
    {
        bytes = [];
        if ((digits.Length & 1) != 0) return false;
        byte[] found = digits.Length == 0 ? [] : new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, found, out _, out int written) != OperationStatus.Done || written != found.Length) return false;
        bytes = found;
        return true;
    }

    static bool Number(ref Utf8JsonReader reader, out ulong number)
    {
        number = 0;
        if (!Digits(ref reader, out ReadOnlySpan<byte> digits) || digits.Length is 0 or > 16) return false;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit)) return false;
            number = (number << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        return true;
    }
}
