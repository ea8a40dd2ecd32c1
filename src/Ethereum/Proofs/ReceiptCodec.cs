using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Receipts as their trie holds them (EIP-2718, EIP-658).</summary>
public static class ReceiptCodec
{
    /// <summary>Root of a block's receipts, with each receipt's filter made anew from its logs: what the node says of the filter counts for nothing.</summary>
    public static Hash32 RootOf(IReadOnlyList<TransactionReceipt> receipts)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        ReadOnlyMemory<byte>[] items = new ReadOnlyMemory<byte>[receipts.Count];
        for (int i = 0; i < items.Length; i++) items[i] = Encode(receipts[i]);
        return OrderedTrie.RootOf(items);
    }

    /// <summary>One receipt: its type, where it is not legacy, and the list of status, cumulative gas, filter and logs.</summary>
    public static byte[] Encode(TransactionReceipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        byte[] bloom = LogsBloom.Of(receipt.Logs);
        RlpWriter writer = new();
        if (receipt.Type != 0) writer.Encoded([receipt.Type]);
        return writer.List(list =>
        {
            // Before Byzantium a receipt had the state's root in the place of a status.
            if (receipt.PostState is { } state) list.Bytes(state.ToBytes());
            else list.Integer(receipt.Succeeded ? 1UL : 0);
            list.Integer(receipt.CumulativeGasUsed).Bytes(bloom).List(logs =>
            {
                foreach (LogEntry log in receipt.Logs) Write(logs, log);
            });
        }).ToArray();
    }

    static void Write(RlpWriter logs, LogEntry log) => logs.List(fields => fields.Bytes(log.Address.ToBytes()).List(topics =>
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        foreach (Hash32 topic in log.Topics)
        {
            topic.CopyTo(word);
            topics.Bytes(word);
        }
    }).Bytes(log.Data.Span));
}
