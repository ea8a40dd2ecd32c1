using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Roots of Merkle-Patricia tries (yellow paper, appendix D) that are built from all of their items.</summary>
public static class OrderedTrie
{
    /// <summary>Root of a trie without items.</summary>
    public static readonly Hash32 EmptyRoot = Keccak256.Hash([0x80]);

    /// <summary>Root of the items of a block, under the RLP of their places: its transactions, its receipts, its withdrawals.</summary>
    public static Hash32 RootOf(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        (byte[], ReadOnlyMemory<byte>)[] leaves = new (byte[], ReadOnlyMemory<byte>)[items.Count];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = (new RlpWriter().Integer((ulong)i).ToArray(), items[i]);
        return RootOf(leaves);
    }

    /// <summary>Root of a trie with these keys, none of which may stand twice, and values, none of which may be empty.</summary>
    /// <exception cref="ArgumentException">A key twice, or an empty value, which would mean that there is none.</exception>
    public static Hash32 RootOf(IReadOnlyList<(byte[] Key, ReadOnlyMemory<byte> Value)> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        if (leaves.Count == 0) return EmptyRoot;
        Leaf[] sorted = new Leaf[leaves.Count];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (leaves[i].Value.IsEmpty) throw new ArgumentException("A value is empty.", nameof(leaves));
            sorted[i] = new Leaf(Nibbles.Of(leaves[i].Key), leaves[i].Value);
        }
        Array.Sort(sorted, (one, other) => one.Path.AsSpan().SequenceCompareTo(other.Path));
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i].Path.AsSpan().SequenceEqual(sorted[i - 1].Path)) throw new ArgumentException("A key stands twice.", nameof(leaves));
        return Keccak256.Hash(Node(sorted, 0));
    }

    static byte[] Node(ReadOnlySpan<Leaf> leaves, int depth)
    {
        if (leaves.Length == 1)
        {
            Leaf only = leaves[0];
            return new RlpWriter().List(list => list.Bytes(Nibbles.Pack(only.Path.AsSpan(depth), isLeaf: true)).Bytes(only.Value.Span)).ToArray();
        }
        // They are sorted: what the first and the last share, all share.
        int shared = leaves[0].Path.AsSpan(depth).CommonPrefixLength(leaves[^1].Path.AsSpan(depth));
        if (shared > 0)
        {
            byte[] path = Nibbles.Pack(leaves[0].Path.AsSpan(depth, shared), isLeaf: false);
            byte[] child = Reference(Node(leaves, depth + shared));
            return new RlpWriter().List(list => list.Bytes(path).Encoded(child)).ToArray();
        }
        byte[][] children = new byte[16][];
        ReadOnlyMemory<byte> here = default;
        int next = 0;
        if (leaves[0].Path.Length == depth)
        {
            here = leaves[0].Value;
            next = 1;
        }
        while (next < leaves.Length)
        {
            int nibble = leaves[next].Path[depth];
            int end = next + 1;
            while (end < leaves.Length && leaves[end].Path[depth] == nibble) end++;
            children[nibble] = Reference(Node(leaves[next..end], depth + 1));
            next = end;
        }
        return new RlpWriter().List(list =>
        {
            foreach (byte[]? child in children)
            {
                if (child is null) list.Bytes([]);
                else list.Encoded(child);
            }
            list.Bytes(here.Span);
        }).ToArray();
    }

    // A node of less than 32 bytes stands in its parent itself.
    static byte[] Reference(byte[] node) => node.Length < Hash32.Size ? node : [0xa0, .. Keccak256.Hash(node).ToBytes()];

    readonly record struct Leaf(byte[] Path, ReadOnlyMemory<byte> Value);
}
