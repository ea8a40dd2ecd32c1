using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Transactions;

namespace Keystone.Transactions;

/// <summary>One nonce of the sender: the call it is assigned to, the signed attempts, and where one of them was mined.</summary>
internal sealed record NonceEntry(
    long Nonce, Address To, ReadOnlyMemory<byte> Data, ulong Gas, bool IsFill, long? MinedBlock, Hash32? MinedIn, Hash32? MinedHash, bool Final,
    ImmutableArray<Guid> Intents, ImmutableArray<Attempt> Attempts)
{
    public Attempt? Latest => Attempts.IsEmpty ? null : Attempts[^1];

    public bool IsSigned => !Attempts.IsEmpty;

    public static NonceEntry Unsigned(long nonce, Address to, ReadOnlyMemory<byte> data, ulong gas, bool isFill, ImmutableArray<Guid> intents) =>
        new(nonce, to, data, gas, isFill, null, null, null, Final: false, intents, []);
}

/// <summary>A signed transaction. It counts as broadcast from the moment it is stored, because a crash may hide that it was sent.</summary>
/// <param name="Hash">Hash of the transaction.</param>
/// <param name="Ordinal">0 for the first attempt of its nonce.</param>
/// <param name="Raw">Signed bytes.</param>
/// <param name="Fee">Prices, wei per gas.</param>
/// <param name="Head">Height of the head when it was signed.</param>
/// <param name="StorageSlotGas">Gas of a new storage slot that its gas limit allows for.</param>
internal sealed record Attempt(Hash32 Hash, int Ordinal, ReadOnlyMemory<byte> Raw, AttemptFee Fee, long Head, ulong StorageSlotGas);

/// <summary>The pending set of one sender: nonces whose transaction is not final, and the intents they carry or that wait for one.</summary>
/// <param name="Entries">Nonces in order.</param>
/// <param name="Intents">Intents that are this sender's to carry out.</param>
/// <param name="IsActive">True while the sender takes new intents; false once it only ends what it began.</param>
internal sealed record PendingSet(ImmutableArray<NonceEntry> Entries, ImmutableDictionary<Guid, Intent> Intents, bool IsActive);

/// <summary>A call that needs a nonce.</summary>
/// <param name="Intents">Intents that the call carries out.</param>
/// <param name="Free">A nonce that is taken but has no signature; null for the next one.</param>
/// <param name="To">Called contract.</param>
/// <param name="Data">Calldata.</param>
/// <param name="Gas">Gas limit.</param>
internal sealed record Placement(Guid[] Intents, long? Free, Address To, ReadOnlyMemory<byte> Data, ulong Gas);

/// <summary>A signed attempt to be stored.</summary>
internal sealed record NewAttempt(NonceEntry Entry, int Ordinal, SignedTransaction Signed, AttemptFee Fee, long Head, ulong StorageSlotGas, bool AsFill);
