using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>Checks the nodes that a client gives as evidence of what a Merkle-Patricia trie holds (EIP-1186).</summary>
public static class MerkleProof
{
    /// <summary>The value under a key: proved to be this one, or, when null, proved not to be there.</summary>
    /// <param name="root">Root of the trie.</param>
    /// <param name="key">Key as it stands in the trie: for state and storage, the hash of the address or of the slot.</param>
    /// <param name="proof">Nodes from the root down.</param>
    /// <exception cref="ProofException">The nodes prove neither.</exception>
    public static byte[]? Lookup(Hash32 root, ReadOnlySpan<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (proof.Count == 0 || (proof.Count == 1 && proof[0].Span.SequenceEqual<byte>([0x80])))
            return root == OrderedTrie.EmptyRoot ? null : throw new ProofException("The proof has no nodes, but the trie is not empty.");
        byte[] path = Nibbles.Of(key);
        int used = 0;
        int depth = 0;
        if (Keccak256.Hash(proof[0].Span) != root) throw new ProofException("The first node is not the root.");
        ReadOnlyMemory<byte> node = proof[used++];
        try
        {
            while (true)
            {
                (byte[]? value, ReadOnlyMemory<byte> child) = Step(node, path, ref depth);
                if (child.IsEmpty)
                {
                    // Some clients also list the nodes that stand inside their parents.
                    return used == proof.Count ? value : throw new ProofException("The proof has nodes that are not on the path.");
                }
                if (child.Span[0] >= 0xc0)
                {
                    if (used < proof.Count && proof[used].Span.SequenceEqual(child.Span)) used++;
                    node = child;
                    continue;
                }
                if (used == proof.Count) throw new ProofException("The proof ends before the path does.");
                node = proof[used++];
                if (Keccak256.Hash(node.Span) != new Hash32(child.Span[1..])) throw new ProofException($"Node {used - 1} is not the one that its parent names.");
            }
        }
        catch (RlpException fault)
        {
            throw new ProofException($"Node {used - 1} is not a node of a trie: {fault.Message}");
        }
    }

    /// <summary>Goes through one node: to a value or its absence, or to a child, which is a hash or a node inside this one.</summary>
    static (byte[]? Value, ReadOnlyMemory<byte> Child) Step(ReadOnlyMemory<byte> node, byte[] path, ref int depth)
    {
        RlpReader outer = new(node.Span);
        RlpReader list = outer.ReadList();
        if (!outer.IsAtEnd) throw new RlpException("Bytes follow it.");
        int count = 0;
        for (RlpReader items = list; !items.IsAtEnd; count++) items.ReadEncoded();
        if (count == 2)
        {
            if (!Nibbles.TryUnpack(list.ReadBytes(), out byte[] part, out bool isLeaf) || (!isLeaf && part.Length == 0)) throw new RlpException("Its path is not one.");
            bool fits = path.AsSpan(depth).StartsWith(part);
            if (isLeaf)
            {
                ReadOnlySpan<byte> value = list.ReadBytes();
                if (value.IsEmpty) throw new RlpException("A leaf has a value.");
                return (fits && part.Length == path.Length - depth ? value.ToArray() : null, default);
            }
            ReadOnlyMemory<byte> next = Child(node, list.ReadEncoded());
            if (next.IsEmpty) throw new RlpException("An extension leads somewhere.");
            if (!fits) return (null, default);
            depth += part.Length;
            return (null, next);
        }
        if (count != 17) throw new RlpException($"A node has 2 or 17 items, not {count}.");
        bool ends = depth == path.Length;
        for (int i = ends ? 16 : path[depth]; i > 0; i--) list.ReadEncoded();
        if (ends) return (list.ReadBytes() is { IsEmpty: false } here ? here.ToArray() : null, default);
        depth++;
        return (null, Child(node, list.ReadEncoded()));
    }

    static ReadOnlyMemory<byte> Child(ReadOnlyMemory<byte> node, ReadOnlySpan<byte> encoded)
    {
        bool isEmpty = encoded.Length == 1 && encoded[0] == 0x80;
        bool isHash = encoded.Length == 33 && encoded[0] == 0xa0;
        if (!isEmpty && !isHash && (encoded[0] < 0xc0 || encoded.Length >= Hash32.Size)) throw new RlpException("It refers to something that is no node.");
        // The span lies within the node: as memory it outlives this call.
        node.Span.Overlaps(encoded, out int offset);
        return isEmpty ? default : node.Slice(offset, encoded.Length);
    }
}

/// <summary>A proof that does not prove what it should.</summary>
public sealed class ProofException(string message) : FormatException(message);
