using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>State of an intent.</summary>
public enum IntentState
{
    /// <summary>Wanted, and no transaction carries it.</summary>
    Wanted,

    /// <summary>A transaction carries it that is not mined, or whose effect the mirror does not show yet.</summary>
    Resting,

    /// <summary>Its effect is on the chain. Until the block is final, a reorg may undo it.</summary>
    Done,

    /// <summary>No longer wanted.</summary>
    Obsolete,

    /// <summary>Failed; only an operator's order tries it again.</summary>
    Failed,
}

/// <summary>Business key of an intent, unique on one chain. The transaction manager does not interpret it.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Purpose">Kind of action.</param>
/// <param name="Subject">Object of the action, for example an escrow id.</param>
/// <param name="Part">Part of the subject, -1 for all of it.</param>
public sealed record IntentName(long ChainId, string Purpose, Hash32 Subject, int Part = -1);

/// <summary>An intent as the transaction manager sees it.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Name">Business key.</param>
/// <param name="State">State.</param>
/// <param name="WantedUntil">Latest block time at which it is useful; null for no limit.</param>
/// <param name="Budget">Maximum spent on gas, wei; null for <c>Transactions:BudgetWei</c>.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Attempts">Times it was put back.</param>
/// <param name="DueAt">Not before, UTC.</param>
/// <param name="LastReason">Why it was put back the last time.</param>
/// <param name="Lane">Whose it is, as its owner says; lanes take turns.</param>
/// <param name="OnlyBy">The account whose transaction alone has the effect; null where any account's has.</param>
public sealed record Intent(
    Guid Id, IntentName Name, IntentState State, ChainTime? WantedUntil, UInt256? Budget, int Priority, int Attempts, DateTimeOffset DueAt,
    string? LastReason, Guid? Lane = null, Address? OnlyBy = null)
{
    /// <summary>W3C trace context of the request whose settlement wants it; null where none was recorded.</summary>
    public string? Traceparent { get; init; }

    // Begins the reason of an intent whose call reverted when it was simulated.
    internal const string RevertReason = "would revert";

    /// <summary>True when it was put back because its call reverts on the chain as it is; the account's funds, fees and nodes have no part in that.</summary>
    public bool WouldRevert => LastReason?.StartsWith(RevertReason, StringComparison.Ordinal) == true;
}

/// <summary>Verdict of an intent's owner, derived from the mirror.</summary>
public enum IntentVerdict
{
    /// <summary>Its effect is not on the chain, and is still wanted.</summary>
    Wanted,

    /// <summary>Its own effect is on the chain.</summary>
    Done,

    /// <summary>It is no longer wanted.</summary>
    Obsolete,

    /// <summary>Paused: nothing is signed for it, and its pending transaction is replaced by an empty transfer with the same nonce.</summary>
    Paused,
}

/// <summary>The call that carries out an intent.</summary>
/// <param name="To">Called contract.</param>
/// <param name="Data">Calldata.</param>
/// <param name="Gas">Minimum gas limit, if an estimate can be too low; null to rely on the estimate.</param>
/// <param name="NewStorageSlots">
/// Number of storage slots that the call writes and that may be empty at execution although they were in use at the estimate, for example a recipient's
/// balance that becomes zero in between. The gas limit includes the price of a new slot for each.
/// </param>
/// <param name="MostGas">Gas limit beyond which the call is not made, below that of <c>Transactions:MaxGas</c>; null for that one alone.</param>
public sealed record PlannedCall(Address To, ReadOnlyMemory<byte> Data, ulong? Gas = null, int NewStorageSlots = 0, ulong? MostGas = null);

/// <summary>Owner of the intents: knows their meaning, gives verdicts from the mirror, and builds their calls.</summary>
public interface ITransactionPlan
{
    /// <summary>
    /// Gives a verdict for each intent. Called for all open intents, and for done intents whose transaction is not final, because a reorg can reopen them.
    /// An intent without a verdict keeps its state. If there is no verdict at all, nothing is signed or sent.
    /// </summary>
    Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken);

    /// <summary>Builds the call of a wanted intent; null if it cannot be built now.</summary>
    Task<PlannedCall?> BuildAsync(Intent intent, CancellationToken cancellationToken);

    /// <summary>Builds the calls of several wanted intents, in their order; null for one that cannot be built now.</summary>
    async Task<IReadOnlyList<PlannedCall?>> BuildAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intents);
        return await Task.WhenAll(intents.Select(intent => BuildAsync(intent, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Intents with the same purpose and the same value here may share a transaction, in which each can fail without the others; null for an intent that needs its own transaction.</summary>
    string? SharesAs(Intent intent);

    /// <summary>
    /// Builds one call for several intents; null if it cannot be built now. A node's estimate of the call must be enough for every item.
    /// </summary>
    /// <param name="intents">Two or more with the same purpose and the same <see cref="SharesAs"/>.</param>
    /// <param name="gasEach">Largest gas limit that one of the items would have in a transaction of its own; enough for each item.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<PlannedCall?> BuildSharedAsync(IReadOnlyList<Intent> intents, ulong gasEach, CancellationToken cancellationToken);
}
