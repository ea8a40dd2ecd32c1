namespace Keystone.Transactions;

/// <summary>Decides the state of an intent. Pure.</summary>
internal static class IntentRules
{
    /// <summary>
    /// State of an intent after a verdict. Wanted, and carried by a transaction that is not mined, or mined in a block that the verdict may not
    /// know: resting. Wanted, and mined in a block that the verdict rests on: the transaction did not bring the effect about, so it is wanted again.
    /// </summary>
    /// <param name="intent">The intent.</param>
    /// <param name="verdict">The verdict of its owner.</param>
    /// <param name="entries">Pending set of the sender.</param>
    /// <param name="chain">Position of the mirror, read before the verdict.</param>
    /// <param name="isMirrored">True if the verdict rests on the block that a nonce was mined in.</param>
    public static IntentState StateOf(
        Intent intent, IntentVerdict verdict, IEnumerable<NonceEntry> entries, ChainView chain, Func<NonceEntry, bool> isMirrored) => verdict switch
        {
            IntentVerdict.Done => IntentState.Done,
            IntentVerdict.Obsolete => IntentState.Obsolete,
            _ when intent.WantedUntil is { } until && chain.Time.IsPast(until) => IntentState.Obsolete,
            _ => entries.Any(entry => entry.IsSigned && !entry.Final && entry.Intents.Contains(intent.Id)
                && (entry.MinedBlock is null || !isMirrored(entry))) ? IntentState.Resting : IntentState.Wanted,
        };
}
