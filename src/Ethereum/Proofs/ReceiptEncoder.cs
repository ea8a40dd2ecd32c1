using System.Buffers;
using System.Buffers.Binary;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>
/// Writes receipts as their trie holds them while they are read: log by log, the data from its digits to its place. Used again from one receipt to the next.
/// Not for two threads at a time.
/// </summary>
public sealed class ReceiptEncoder
{
    byte[] _logs = new byte[16 << 10];
    int _length;

    /// <summary>Adds a log of the receipt that is being read; false when the digits of its data are not hexadecimal.</summary>
    /// <param name="address">Contract.</param>
    /// <param name="topics">Topics.</param>
    /// <param name="digits">The data in hexadecimal, UTF-8, without prefix.</param>
    /// <param name="data">Where the data is in what <see cref="Finish"/> gives, counted from its logs.</param>
    public bool TryAdd(Address address, ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> digits, out Range data)
    {
        data = default;
        if ((digits.Length & 1) != 0) return false;
        int length = digits.Length / 2;
        int words = topics.Length * (1 + Hash32.Size);
        // One byte may stand for itself, without a prefix.
        Span<byte> only = stackalloc byte[1];
        if (length == 1 && !TryDecode(digits, only)) return false;
        int encoded = length == 1 ? RlpWriter.LengthOf(only) : RlpWriter.LengthOf(length);
        int content = 1 + Address.Size + RlpWriter.LengthOf(words) + encoded;
        int whole = RlpWriter.LengthOf(content);
        if (_logs.Length - _length < whole) Array.Resize(ref _logs, Math.Max(_logs.Length * 2, checked(_length + whole)));
        Span<byte> log = _logs.AsSpan(_length, whole);
        int at = RlpWriter.WritePrefix(log, 0xc0, content);
        log[at++] = 0x80 + Address.Size;
        address.CopyTo(log[at..]);
        at += Address.Size;
        at += RlpWriter.WritePrefix(log[at..], 0xc0, words);
        foreach (Hash32 topic in topics)
        {
            log[at++] = 0x80 + Hash32.Size;
            topic.CopyTo(log[at..]);
            at += Hash32.Size;
        }
        if (encoded > length) at += RlpWriter.WritePrefix(log[at..], 0x80, length);
        if (!TryDecode(digits, log[at..])) return false;
        data = (_length + at)..(_length + whole);
        _length += whole;
        return true;
    }

    /// <summary>The receipt with the logs that were added, in memory of its own; the next log is one of the next receipt.</summary>
    /// <param name="type">EIP-2718 type of the transaction.</param>
    /// <param name="succeeded">Status.</param>
    /// <param name="cumulativeGasUsed">Gas used in the block up to and with this transaction.</param>
    /// <param name="bloom">Filter of 256 bytes, as the node reported it.</param>
    /// <param name="bloomAt">Where it is in what is given.</param>
    /// <param name="logsAt">Where the logs are.</param>
    public byte[] Finish(byte type, bool succeeded, ulong cumulativeGasUsed, ReadOnlySpan<byte> bloom, out int bloomAt, out int logsAt)
    {
        if (bloom.Length != LogsBloom.Size) throw new ArgumentException("Expected 256 bytes.", nameof(bloom));
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(word, cumulativeGasUsed);
        ReadOnlySpan<byte> gas = word.TrimStart((byte)0);
        int content = 1 + RlpWriter.LengthOf(gas) + RlpWriter.LengthOf(LogsBloom.Size) + RlpWriter.LengthOf(_length);
        int typed = type == 0 ? 0 : 1;
        byte[] receipt = GC.AllocateUninitializedArray<byte>(typed + RlpWriter.LengthOf(content));
        Span<byte> target = receipt;
        if (typed == 1) target[0] = type;
        int at = typed + RlpWriter.WritePrefix(target[typed..], 0xc0, content);
        target[at++] = succeeded ? (byte)1 : (byte)0x80;
        at += RlpWriter.WriteBytes(target[at..], gas);
        at += RlpWriter.WriteBytes(target[at..], bloom);
        bloomAt = at - LogsBloom.Size;
        at += RlpWriter.WritePrefix(target[at..], 0xc0, _length);
        logsAt = at;
        _logs.AsSpan(0, _length).CopyTo(target[at..]);
        _length = 0;
        return receipt;
    }

    /// <summary>Drops the logs of a receipt that is not finished.</summary>
    public void Clear() => _length = 0;

    static bool TryDecode(ReadOnlySpan<byte> digits, Span<byte> target) =>
        Convert.FromHexString(digits, target, out _, out int written) == OperationStatus.Done && written == digits.Length / 2;
}
