using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>How far an intent is.</summary>
public enum IntentState
{
    /// <summary>Asked for; no transaction carries it.</summary>
    Wanted,

    /// <summary>A transaction that is not seen mined, or whose effect is not yet to be seen, carries it.</summary>
    Resting,

    /// <summary>Its effect is on the chain; a reorg may take it back until then final.</summary>
    Done,

    /// <summary>No longer wanted.</summary>
    Obsolete,

    /// <summary>Needs a person.</summary>
    Failed,
}

/// <summary>What an intent is to do: opaque to the transaction manager, unique on one chain.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Purpose">Kind of action.</param>
/// <param name="Subject">What it acts on, for example an escrow id.</param>
/// <param name="Part">Part of the subject, -1 for all of it.</param>
public sealed record IntentName(long ChainId, string Purpose, Hash32 Subject, int Part = -1);

/// <summary>An intent as the transaction manager sees it.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Name">Business key.</param>
/// <param name="State">How far it is.</param>
/// <param name="WantedUntil">Last useful block time; null without end.</param>
/// <param name="Budget">Most wei that may be spent on gas; null for the transaction manager's default.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Attempts">Times it was put back.</param>
/// <param name="DueAt">Not before, UTC.</param>
/// <param name="LastReason">Why it was put back the last time.</param>
public sealed record Intent(
    Guid Id, IntentName Name, IntentState State, ChainTime? WantedUntil, UInt256? Budget, int Priority, int Attempts, DateTimeOffset DueAt,
    string? LastReason)
{
    // Begins the reason of an intent whose call reverted when it was simulated.
    internal const string RevertReason = "would revert";

    /// <summary>True when it was put back because its call reverts on the chain as it is; the account's funds, fees and nodes have no part in that.</summary>
    public bool WouldRevert => LastReason?.StartsWith(RevertReason, StringComparison.Ordinal) == true;
}

/// <summary>What the owner of an intent says about it, from the mirror.</summary>
public enum IntentVerdict
{
    /// <summary>Its effect is not on the chain and still wanted.</summary>
    Wanted,

    /// <summary>Its own effect is on the chain.</summary>
    Done,

    /// <summary>Nobody wants it any more.</summary>
    Obsolete,

    /// <summary>Stopped for now: nothing is signed for it, and a transaction that waits for its block gives its nonce to an empty transfer.</summary>
    Paused,
}

/// <summary>The call that brings an intent about.</summary>
/// <param name="To">Called contract.</param>
/// <param name="Data">Calldata.</param>
/// <param name="Gas">Lower bound of the gas limit where an estimate would be too small; null to trust the estimate.</param>
/// <param name="NewStorageSlots">
/// Storage slots that the call writes and that may be empty in its block although they were in use at the estimate: a recipient's balance that others bring
/// to zero in between. The gas limit gets the price of a new slot for each.
/// </param>
public sealed record PlannedCall(Address To, ReadOnlyMemory<byte> Data, ulong? Gas = null, int NewStorageSlots = 0);

/// <summary>The owner of the intents: knows what they mean. Everything it says comes from the mirror of the chain, never from the transaction manager.</summary>
public interface ITransactionPlan
{
    /// <summary>
    /// Says for each intent whether it is wanted. Called for all that are open and for those done whose transaction is not final,
    /// so that a reorg brings them back. An intent that is left out keeps its state; where all of them are, nothing is signed or sent.
    /// </summary>
    Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken);

    /// <summary>The call of a wanted intent; null when it cannot be built now.</summary>
    Task<PlannedCall?> BuildAsync(Intent intent, CancellationToken cancellationToken);

    /// <summary>Intents of one purpose and one word here may go in one transaction, each of them failing on its own; null for one that goes alone.</summary>
    string? SharesAs(Intent intent);

    /// <summary>
    /// The one call for several intents that can share; null when it cannot be built now. Its estimate must be one with which no item has
    /// too little gas.
    /// </summary>
    /// <param name="intents">Two or more of one purpose and one <see cref="SharesAs"/>.</param>
    /// <param name="gasEach">The largest gas limit that an item's own transaction would have: with this much none of them has too little.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<PlannedCall?> BuildSharedAsync(IReadOnlyList<Intent> intents, ulong gasEach, CancellationToken cancellationToken);
}
