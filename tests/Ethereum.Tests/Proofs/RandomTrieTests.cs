using Keystone.Ethereum.Proofs;
using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Tests.Differential;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Proofs;

/// <summary>Random tries with short and long values, whose nodes stand inside each other or behind hashes, have the root of a trie that is built by
/// inserting and of Nethereum's.</summary>
public sealed class RandomTrieTests(ITestOutputHelper output)
{
    [Fact]
    public void Roots_are_those_of_an_inserting_trie_and_of_Nethereum() => new FuzzSeed(output, "tries", 400).Run((_, random) =>
    {
        // Few different half-bytes make long common beginnings; keys of several lengths end in branches.
        int alphabet = random.Next(2, 17);
        int shortest = random.Next(1, 5);
        Dictionary<string, byte[]> held = [];
        for (int i = random.Next(1, 40); i > 0; i--)
        {
            byte[] key = new byte[random.Next(4) == 0 ? random.Next(shortest, 6) : shortest];
            for (int b = 0; b < key.Length; b++) key[b] = (byte)(random.Next(alphabet) << 4 | random.Next(alphabet));
            byte[] value = new byte[random.Next(3) == 0 ? random.Next(1, 80) : random.Next(1, 6)];
            random.NextBytes(value);
            held[Convert.ToHexString(key)] = value;
        }
        (byte[] Key, ReadOnlyMemory<byte> Value)[] leaves = [.. held.Select(entry => (Convert.FromHexString(entry.Key), (ReadOnlyMemory<byte>)entry.Value))];
        Hash32 root = OrderedTrie.RootOf(leaves);
        InsertingTrie inserted = new([.. leaves.Select(leaf => (NibblesOf(leaf.Key), leaf.Value.ToArray()))]);
        Assert.Equal(root, Keccak256.Hash(inserted.Root));
        Assert.Equal(root, NethereumPeer.RootOf(leaves.Select(leaf => (leaf.Key, leaf.Value.ToArray()))));
    });

    static byte[] NibblesOf(byte[] key) => [.. key.SelectMany(b => new[] { (byte)(b >> 4), (byte)(b & 15) })];

    /// <summary>A trie built node by node, the other way round than the library builds its roots: by inserting.</summary>
    sealed class InsertingTrie
    {
        readonly Node _root;

        public InsertingTrie((byte[] Path, byte[] Value)[] leaves)
        {
            Node? root = null;
            foreach ((byte[] path, byte[] value) in leaves) root = Insert(root, path, value);
            _root = root!;
        }

        public byte[] Root => _root.Encode();

        static Node Insert(Node? node, byte[] path, byte[] value)
        {
            switch (node)
            {
                case null: return new Leaf(path, value);
                case Leaf leaf:
                    {
                        int shared = path.AsSpan().CommonPrefixLength(leaf.Path);
                        if (shared == path.Length && shared == leaf.Path.Length) return new Leaf(path, value);
                        Branch branch = new();
                        branch.Put(leaf.Path[shared..], leaf.Value);
                        branch.Put(path[shared..], value);
                        return shared == 0 ? branch : new Extension(path[..shared], branch);
                    }
                case Extension extension:
                    {
                        int shared = path.AsSpan().CommonPrefixLength(extension.Part);
                        if (shared == extension.Part.Length) return new Extension(extension.Part, Insert(extension.Next, path[shared..], value));
                        Branch branch = new();
                        branch.Children[extension.Part[shared]] = shared + 1 == extension.Part.Length ? extension.Next : new Extension(extension.Part[(shared + 1)..], extension.Next);
                        branch.Put(path[shared..], value);
                        return shared == 0 ? branch : new Extension(path[..shared], branch);
                    }
                default:
                    ((Branch)node).Put(path, value);
                    return node;
            }
        }

        abstract class Node
        {
            public abstract byte[] Encode();

            protected static byte[] Reference(Node? node) => node?.Encode() is not { } encoded ? [0x80]
                : encoded.Length < 32 ? encoded : [0xa0, .. Keccak256.Hash(encoded).ToBytes()];

            protected static byte[] Pack(byte[] path, int flag)
            {
                byte[] all = path.Length % 2 == 1 ? [(byte)(flag + 1), .. path] : [(byte)flag, 0, .. path];
                return [.. all.Chunk(2).Select(pair => (byte)(pair[0] << 4 | pair[1]))];
            }
        }

        sealed class Leaf(byte[] path, byte[] value) : Node
        {
            public byte[] Path => path;

            public byte[] Value => value;

            public override byte[] Encode() => new RlpWriter().List(list => list.Bytes(Pack(path, 2)).Bytes(value)).ToArray();
        }

        sealed class Extension(byte[] part, Node next) : Node
        {
            public byte[] Part => part;

            public Node Next => next;

            public override byte[] Encode() => new RlpWriter().List(list => list.Bytes(Pack(part, 0)).Encoded(Reference(next))).ToArray();
        }

        sealed class Branch : Node
        {
            byte[] _value = [];

            public Node?[] Children { get; } = new Node?[16];

            public void Put(byte[] path, byte[] value)
            {
                if (path.Length == 0) _value = value;
                else Children[path[0]] = Insert(Children[path[0]], path[1..], value);
            }

            public override byte[] Encode() => new RlpWriter().List(list =>
            {
                foreach (Node? child in Children) list.Encoded(Reference(child));
                list.Bytes(_value);
            }).ToArray();
        }
    }
}
