using System.Collections.Immutable;

namespace Keystone.Ethereum;

/// <summary>The fields of a header that are needed for its hash and hardly for anything else. Null where the block's fork has no such field.</summary>
public sealed record HeaderFields
{
    /// <summary>Hash of the list of ommers; of the empty list since the merge.</summary>
    public required Hash32 OmmersHash { get; init; }

    /// <summary>Account that is paid the tips.</summary>
    public required Address Beneficiary { get; init; }

    /// <summary>Root of the state after the block.</summary>
    public required Hash32 StateRoot { get; init; }

    /// <summary>Root of the block's transactions.</summary>
    public required Hash32 TransactionsRoot { get; init; }

    /// <summary>Difficulty; 0 since the merge.</summary>
    public required UInt256 Difficulty { get; init; }

    /// <summary>Gas used by the block.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>What the block's maker wrote.</summary>
    public required ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>Mix hash; the beacon chain's randomness since the merge.</summary>
    public required Hash32 MixHash { get; init; }

    /// <summary>Nonce, 8 bytes.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>Root of the withdrawals (EIP-4895).</summary>
    public Hash32? WithdrawalsRoot { get; init; }

    /// <summary>Blob gas used (EIP-4844).</summary>
    public ulong? BlobGasUsed { get; init; }

    /// <summary>Running excess of blob gas (EIP-4844).</summary>
    public ulong? ExcessBlobGas { get; init; }

    /// <summary>Root of the parent beacon block (EIP-4788).</summary>
    public Hash32? ParentBeaconBlockRoot { get; init; }

    /// <summary>Hash of the requests to the beacon chain (EIP-7685).</summary>
    public Hash32? RequestsHash { get; init; }

    /// <summary>Hash of the block's list of accessed accounts and storage slots (EIP-7928, Amsterdam).</summary>
    public Hash32? BlockAccessListHash { get; init; }

    /// <summary>Number of the beacon chain's slot (EIP-7843, Amsterdam).</summary>
    public ulong? SlotNumber { get; init; }

    /// <summary>
    /// Names of the members of the node's answer that are neither fields of a header up to <see cref="Proofs.HeaderCodec.NewestFork"/> nor the known members of a block beside its
    /// header, null ones left out. Rollups add members that are no part of the header: these names mean a later fork only when the hash does not follow from the fields.
    /// </summary>
    public ImmutableArray<string> UnknownMembers { get; init; } = [];
}
