using System.Buffers;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Roots of Merkle-Patricia tries (yellow paper, appendix D) that are built from all of their items.</summary>
public static class OrderedTrie
{
    /// <summary>Root of a trie without items.</summary>
    public static readonly Hash32 EmptyRoot = Keccak256.Hash([0x80]);

    // Places below have their paths ready.
    static readonly byte[][] Paths = [.. Enumerable.Range(0, 512).Select(place => PathOf(place))];

    /// <summary>Root of the items of a block, under the RLP of their places: its transactions, its receipts, its withdrawals.</summary>
    public static Hash32 RootOf(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Leaf[] leaves = new Leaf[items.Count];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = new Leaf(i < Paths.Length ? Paths[i] : PathOf(i), Filled(items[i], nameof(items)));
        return RootOf(leaves);
    }

    /// <summary>Root of a trie with these keys, none of which may stand twice, and values, none of which may be empty.</summary>
    /// <exception cref="ArgumentException">A key twice, or an empty value, which would mean that there is none.</exception>
    public static Hash32 RootOf(IReadOnlyList<(byte[] Key, ReadOnlyMemory<byte> Value)> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        Leaf[] own = new Leaf[leaves.Count];
        for (int i = 0; i < own.Length; i++) own[i] = new Leaf(Nibbles.Of(leaves[i].Key), Filled(leaves[i].Value, nameof(leaves)));
        return RootOf(own);
    }

    static byte[] PathOf(int place) => Nibbles.Of(new RlpWriter().Integer((ulong)place).ToArray());

    static ReadOnlyMemory<byte> Filled(ReadOnlyMemory<byte> value, string name) => value.IsEmpty ? throw new ArgumentException("A value is empty.", name) : value;

    static Hash32 RootOf(Leaf[] leaves)
    {
        if (leaves.Length == 0) return EmptyRoot;
        Array.Sort(leaves, (one, other) => one.Path.AsSpan().SequenceCompareTo(other.Path));
        int[] shared = new int[leaves.Length];
        for (int i = 1; i < leaves.Length; i++)
        {
            ReadOnlySpan<byte> one = leaves[i - 1].Path, other = leaves[i].Path;
            int common = one.CommonPrefixLength(other);
            if (common == other.Length) throw new ArgumentException("A key stands twice.", nameof(leaves));
            shared[i] = common;
        }
        byte[] memory = ArrayPool<byte>.Shared.Rent(leaves.Sum(leaf => leaf.Value.Length + leaf.Path.Length + MostPrefixes));
        try
        {
            return leaves.Length == 1 ? Keccak256.Hash(Encode(leaves[0], 0, memory).Span) : RootOf(leaves, shared, memory);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }

    // Of a list, of a path and of a value.
    const int MostPrefixes = 16;

    // Nearly all bytes of a trie are in its leaves, and no leaf waits for another: they are hashed together, the longest first.
    static Hash32 RootOf(Leaf[] leaves, int[] shared, Memory<byte> memory)
    {
        byte[][] references = new byte[leaves.Length][];
        List<(int Leaf, ReadOnlyMemory<byte> Node)> large = new(leaves.Length);
        for (int i = 0; i < leaves.Length; i++)
        {
            // It lies below the branch where it diverges from its neighbours; one that ends there is the branch's own value.
            int depth = Math.Max(shared[i], i + 1 < leaves.Length ? shared[i + 1] : 0) + 1;
            if (depth > leaves[i].Path.Length) continue;
            ReadOnlyMemory<byte> node = Encode(leaves[i], depth, memory);
            memory = memory[node.Length..];
            if (node.Length < Hash32.Size) references[i] = node.ToArray();
            else large.Add((i, node));
        }
        large.Sort((one, other) => other.Node.Length.CompareTo(one.Node.Length));
        ReadOnlyMemory<byte>[] nodes = [.. large.Select(one => one.Node)];
        Hash32[] hashes = new Hash32[nodes.Length];
        Keccak256.HashAll(nodes, hashes);
        for (int i = 0; i < nodes.Length; i++) references[large[i].Leaf] = Reference(hashes[i]);
        return Keccak256.Hash(Node(leaves, references, 0));
    }

    static ReadOnlyMemory<byte> Encode(Leaf leaf, int depth, Memory<byte> memory)
    {
        byte[] path = Nibbles.Pack(leaf.Path.AsSpan(depth), isLeaf: true);
        int content = RlpWriter.LengthOf(path) + RlpWriter.LengthOf(leaf.Value.Span);
        Span<byte> node = memory.Span;
        int at = RlpWriter.WritePrefix(node, 0xc0, content);
        at += RlpWriter.WriteBytes(node[at..], path);
        at += RlpWriter.WriteBytes(node[at..], leaf.Value.Span);
        return memory[..at];
    }

    static byte[] Node(ReadOnlySpan<Leaf> leaves, ReadOnlySpan<byte[]> references, int depth)
    {
        // They are sorted: what the first and the last share, all share.
        int shared = leaves[0].Path.AsSpan(depth).CommonPrefixLength(leaves[^1].Path.AsSpan(depth));
        if (shared > 0)
        {
            byte[] path = Nibbles.Pack(leaves[0].Path.AsSpan(depth, shared), isLeaf: false);
            byte[] child = Reference(Node(leaves, references, depth + shared));
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
            children[nibble] = end == next + 1 ? references[next] : Reference(Node(leaves[next..end], references[next..end], depth + 1));
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

    // A node of less than 32 bytes is embedded in its parent.
    static byte[] Reference(byte[] node) => node.Length < Hash32.Size ? node : Reference(Keccak256.Hash(node));

    static byte[] Reference(Hash32 hash)
    {
        byte[] reference = new byte[1 + Hash32.Size];
        reference[0] = 0x80 + Hash32.Size;
        hash.CopyTo(reference.AsSpan(1));
        return reference;
    }

    readonly record struct Leaf(byte[] Path, ReadOnlyMemory<byte> Value);
}
