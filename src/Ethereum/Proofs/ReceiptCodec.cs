using System.Runtime.InteropServices;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Receipts as their trie holds them (EIP-2718, EIP-658).</summary>
public static class ReceiptCodec
{
    /// <summary>Root of a block's receipts, with each receipt's filter made anew from its logs: what the node says of the filter counts for nothing.</summary>
    public static Hash32 RootOf(IReadOnlyList<TransactionReceipt> receipts) => RootOf(receipts, new byte[LogsBloom.Size]);

    /// <summary>As <see cref="RootOf(IReadOnlyList{TransactionReceipt})"/>, and the filter of the block.</summary>
    /// <param name="receipts">All receipts in order.</param>
    /// <param name="bloom">Takes the filter of all logs: 256 bytes, all zero before.</param>
    /// <param name="maker">Remembers bits from one block to the next; null for one block alone.</param>
    public static Hash32 RootOf(IReadOnlyList<TransactionReceipt> receipts, Span<byte> bloom, BloomMaker? maker = null)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        maker ??= new BloomMaker();
        ReadOnlyMemory<byte>[] items = new ReadOnlyMemory<byte>[receipts.Count];
        RlpWriter writer = new();
        Span<byte> own = stackalloc byte[LogsBloom.Size];
        for (int i = 0; i < items.Length; i++)
        {
            own.Clear();
            maker.Add(own, receipts[i].Logs);
            Join(bloom, own);
            writer.Clear();
            Write(writer, receipts[i], own);
            items[i] = writer.ToArray();
        }
        return OrderedTrie.RootOf(items);
    }

    /// <summary>True when the receipts have this root, and then the filter of the block.</summary>
    /// <param name="receipts">All receipts in order.</param>
    /// <param name="root">The root that they should have.</param>
    /// <param name="bloom">Takes the filter of all logs: 256 bytes.</param>
    /// <param name="maker">As in <see cref="RootOf(IReadOnlyList{TransactionReceipt}, Span{byte}, BloomMaker?)"/>.</param>
    /// <remarks>
    /// Encodings that came with the receipts hold the filters that the node reported. The root covers them, so that they are the right ones when it fits; when it
    /// does not, they are made anew: some nodes leave them out.
    /// </remarks>
    public static bool HaveRoot(IReadOnlyList<TransactionReceipt> receipts, Hash32 root, Span<byte> bloom, BloomMaker? maker = null)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        bloom.Clear();
        if (receipts is not EncodedReceipts read || OrderedTrie.RootOf(read.Encodings) != root) return RootOf(receipts, bloom, maker) == root;
        for (int i = 0; i < read.Count; i++) Join(bloom, read[i].LogsBloom.Span);
        return true;
    }

    static void Join(Span<byte> bloom, ReadOnlySpan<byte> own)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bloom);
        ReadOnlySpan<ulong> more = MemoryMarshal.Cast<byte, ulong>(own);
        for (int i = 0; i < words.Length; i++) words[i] |= more[i];
    }

    /// <summary>One receipt: its type, where it is not legacy, and the list of status, cumulative gas, filter and logs.</summary>
    public static byte[] Encode(TransactionReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        RlpWriter writer = new();
        Write(writer, receipt, LogsBloom.Of(receipt.Logs));
        return writer.ToArray();
    }

    static void Write(RlpWriter writer, TransactionReceipt receipt, ReadOnlySpan<byte> bloom)
    {
        if (receipt.Type != 0) writer.Encoded([receipt.Type]);
        Span<byte> word = stackalloc byte[Hash32.Size];
        int list = writer.BeginList();
        // Before Byzantium a receipt had the state's root in the place of a status.
        if (receipt.PostState is { } state) writer.Bytes(state.ToBytes());
        else writer.Integer(receipt.Succeeded ? 1UL : 0);
        writer.Integer(receipt.CumulativeGasUsed).Bytes(bloom);
        int logs = writer.BeginList();
        foreach (LogEntry log in receipt.Logs)
        {
            int fields = writer.BeginList();
            log.Address.CopyTo(word);
            writer.Bytes(word[..Address.Size]);
            int topics = writer.BeginList();
            foreach (Hash32 topic in log.Topics)
            {
                topic.CopyTo(word);
                writer.Bytes(word);
            }
            writer.EndList(topics);
            writer.Bytes(log.Data.Span);
            writer.EndList(fields);
        }
        writer.EndList(logs);
        writer.EndList(list);
    }
}
