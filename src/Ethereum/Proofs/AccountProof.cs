using System.Collections.Immutable;
using Keystone.Ethereum.Rlp;

namespace Keystone.Ethereum.Proofs;

/// <summary>An account and some of its storage with their evidence, as <c>eth_getProof</c> answers (EIP-1186).</summary>
/// <param name="Address">The account.</param>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Balance">Its balance in wei.</param>
/// <param name="StorageHash">Root of its storage.</param>
/// <param name="CodeHash">Hash of its code.</param>
/// <param name="Proof">Nodes of the state trie from the root to the account.</param>
/// <param name="Storage">The slots that were asked for.</param>
public sealed record AccountProof(
    Address Address, ulong Nonce, UInt256 Balance, Hash32 StorageHash, Hash32 CodeHash, ImmutableArray<ReadOnlyMemory<byte>> Proof,
    ImmutableArray<StorageProof> Storage)
{
    static readonly Hash32 NoCode = Keccak256.Hash([]);

    /// <summary>Checks everything here against the state root of a block. Afterwards it is as true as that root.</summary>
    /// <returns>False when the account is proved not to exist; it then has nothing, and every slot is zero.</returns>
    /// <exception cref="ProofException">The evidence does not show what stands here.</exception>
    public bool Verify(Hash32 stateRoot)
    {
        byte[]? leaf = MerkleProof.Lookup(stateRoot, Keccak256.Hash(Address.ToBytes()).ToBytes(), Proof);
        if (leaf is null)
        {
            bool isNothing = Nonce == 0 && Balance.IsZero && (CodeHash == NoCode || CodeHash.IsZero) && (StorageHash == OrderedTrie.EmptyRoot || StorageHash.IsZero);
            if (!isNothing) throw new ProofException($"The proof shows that {Address} does not exist, the answer says otherwise.");
            foreach (StorageProof slot in Storage)
                if (!slot.Value.IsZero) throw new ProofException($"Slot {slot.Slot} of {Address}, which does not exist, has a value.");
            return false;
        }
        byte[] account = new RlpWriter().List(list => list.Integer(Nonce).Integer(Balance).Bytes(StorageHash.ToBytes()).Bytes(CodeHash.ToBytes())).ToArray();
        if (!account.AsSpan().SequenceEqual(leaf)) throw new ProofException($"The proof shows another account at {Address} than the answer.");
        foreach (StorageProof slot in Storage) slot.Verify(StorageHash);
        return true;
    }
}

/// <summary>One word of a contract's storage with its evidence.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Value">Its word; zero when it was never written, or cleared.</param>
/// <param name="Proof">Nodes of the storage trie from the root to the slot.</param>
public sealed record StorageProof(Hash32 Slot, UInt256 Value, ImmutableArray<ReadOnlyMemory<byte>> Proof)
{
    /// <summary>Checks the word against the root of the account's storage.</summary>
    /// <exception cref="ProofException">The evidence does not show it.</exception>
    public void Verify(Hash32 storageHash)
    {
        byte[]? leaf = MerkleProof.Lookup(storageHash, Keccak256.Hash(Slot.ToBytes()).ToBytes(), Proof);
        // A word of zero is not stored.
        bool holds = leaf is null ? Value.IsZero : !Value.IsZero && new RlpWriter().Integer(Value).Written.SequenceEqual(leaf);
        if (!holds) throw new ProofException($"The proof shows another word in slot {Slot} than the answer.");
    }
}
