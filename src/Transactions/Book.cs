using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Transactions;

namespace Keystone.Transactions;

/// <summary>One nonce of the sender.</summary>
internal sealed record Slot(
    long Nonce, Address To, ReadOnlyMemory<byte> Data, ulong Gas, bool IsFill, long? MinedBlock, Hash32? MinedIn, Hash32? MinedHash, bool Final,
    ImmutableArray<Guid> Intents, ImmutableArray<Attempt> Attempts)
{
    public Attempt? Latest => Attempts.IsEmpty ? null : Attempts[^1];

    public bool IsSigned => !Attempts.IsEmpty;
}

/// <summary>Signed bytes that count as offered.</summary>
internal sealed record Attempt(Hash32 Hash, int Ordinal, ReadOnlyMemory<byte> Raw, FeeOffer Fee, long Head);

/// <summary>Everything of one sender that is not final, and the intents that concern it.</summary>
internal sealed record Book(ImmutableArray<Slot> Slots, ImmutableDictionary<Guid, Intent> Intents);

/// <summary>Where the chain is, as the mirror has it; as the node has it, with revision -1, where nothing is mirrored yet.</summary>
internal sealed record ChainView(long Number, long Time, long Finalized, bool Halted, Hash32? Genesis, long Revision = -1);

/// <summary>A call that is to get a nonce.</summary>
/// <param name="Intents">What it is to bring about.</param>
/// <param name="Free">A nonce that is taken but has no signature; null for the next one.</param>
/// <param name="To">Called contract.</param>
/// <param name="Data">Calldata.</param>
/// <param name="Gas">Gas limit.</param>
internal sealed record Placement(Guid[] Intents, long? Free, Address To, ReadOnlyMemory<byte> Data, ulong Gas);

/// <summary>Signed bytes that are to be stored.</summary>
internal sealed record NewAttempt(long Nonce, int Ordinal, SignedTransaction Signed, FeeOffer Fee, long Head, bool AsFill);
