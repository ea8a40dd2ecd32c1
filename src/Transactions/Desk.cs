using System.Collections.Immutable;

namespace Keystone.Transactions;

/// <summary>What is to be done with one nonce.</summary>
internal enum Move
{
    /// <summary>Nobody's: no signature left, so another call may have it.</summary>
    Free,

    /// <summary>Same bytes again.</summary>
    Offer,

    /// <summary>Same call, dearer.</summary>
    Replace,

    /// <summary>Dearer, and a transfer of nothing to ourselves: only the nonce is still needed.</summary>
    ReplaceByFill,
}

/// <summary>The desk's decisions. Pure: same book, same moves.</summary>
internal static class Desk
{
    /// <summary>Moves for the slots that are not mined, by nonce.</summary>
    /// <param name="slots">Slots in order of nonce.</param>
    /// <param name="count">The sender's next nonce at the head.</param>
    /// <param name="head">Height of the head.</param>
    /// <param name="replaceAfter">Blocks an attempt may rest.</param>
    /// <param name="wanted">Intents that are wanted.</param>
    /// <param name="refused">Nonces whose last price a node called too low.</param>
    /// <param name="failing">Nonces whose call would fail now, so that an empty transfer in its place is cheaper.</param>
    /// <param name="paused">Intents that are stopped: what waits for them must not act.</param>
    public static ImmutableArray<(long Nonce, Move Move)> Next(
        ImmutableArray<Slot> slots, long count, long head, int replaceAfter, IReadOnlySet<Guid> wanted, IReadOnlySet<long> refused,
        IReadOnlySet<long>? failing = null, IReadOnlySet<Guid>? paused = null)
    {
        ImmutableArray<(long, Move)>.Builder moves = ImmutableArray.CreateBuilder<(long, Move)>();
        long last = slots.Where(slot => slot.IsSigned).Select(slot => slot.Nonce).DefaultIfEmpty(-1).Max();
        foreach (Slot slot in slots)
        {
            if (slot.Nonce < count || slot.MinedBlock is not null) continue;
            if (slot.Latest is not { } attempt)
            {
                moves.Add((slot.Nonce, Move.Free));
                continue;
            }
            bool superseded = slot.Intents.Any(intent => wanted.Contains(intent) && CarriedLater(slots, slot, intent));
            bool needed = slot.Intents.Any(intent => wanted.Contains(intent) && !CarriedLater(slots, slot, intent));
            bool stopped = paused is not null && slot.Intents.Any(paused.Contains);
            // An unwanted transaction that nobody waits behind may be forgotten by the nodes. One that is stopped must not be: it could still act.
            if (!needed && !stopped && slot.Nonce >= last) continue;
            // A reorg took back a transaction without effect and the one that was signed after it for the same intent: only the later may act.
            if (failing?.Contains(slot.Nonce) == true || ((stopped || (superseded && !needed)) && !slot.IsFill))
            {
                moves.Add((slot.Nonce, Move.ReplaceByFill));
                continue;
            }
            // Only the oldest is stuck by its price; the others wait for it.
            bool stuck = slot.Nonce == count && head - attempt.Head >= replaceAfter;
            moves.Add((slot.Nonce, !stuck && !refused.Contains(slot.Nonce) ? Move.Offer : needed && !stopped ? Move.Replace : Move.ReplaceByFill));
        }
        return moves.ToImmutable();
    }

    static bool CarriedLater(ImmutableArray<Slot> slots, Slot slot, Guid intent) =>
        slots.Any(later => later.Nonce > slot.Nonce && later.IsSigned && later.Intents.Contains(intent));

    /// <summary>Nonces from <paramref name="count"/> on that nobody took while a later signed one waits.</summary>
    public static ImmutableArray<long> Gaps(ImmutableArray<Slot> slots, long count)
    {
        long last = slots.Where(slot => slot.IsSigned).Select(slot => slot.Nonce).DefaultIfEmpty(-1).Max();
        HashSet<long> taken = [.. slots.Select(slot => slot.Nonce)];
        ImmutableArray<long>.Builder gaps = ImmutableArray.CreateBuilder<long>();
        for (long nonce = count; nonce < last; nonce++)
            if (!taken.Contains(nonce)) gaps.Add(nonce);
        return gaps.ToImmutable();
    }

    /// <summary>
    /// State of an intent after a verdict. Wanted and carried by a transaction that is not mined, or mined in a block that the verdict may not
    /// know: resting. Wanted and mined in a block that the verdict rests on: the transaction did not bring it about, so it is wanted again.
    /// </summary>
    /// <param name="intent">The intent.</param>
    /// <param name="verdict">What its owner says.</param>
    /// <param name="slots">Slots of the sender.</param>
    /// <param name="chain">The chain as the verdict saw it.</param>
    /// <param name="isMirrored">True when the verdict rests on the block that the slot was mined in.</param>
    public static IntentState StateOf(
        Intent intent, IntentVerdict verdict, IEnumerable<Slot> slots, ChainView chain, Func<Slot, bool> isMirrored) => verdict switch
        {
            IntentVerdict.Done => IntentState.Done,
            IntentVerdict.Obsolete => IntentState.Obsolete,
            _ when intent.WantedUntil < chain.Time => IntentState.Obsolete,
            _ => slots.Any(slot => slot.IsSigned && !slot.Final && slot.Intents.Contains(intent.Id)
                && (slot.MinedBlock is null || !isMirrored(slot))) ? IntentState.Resting : IntentState.Wanted,
        };

    /// <summary>Pause after the n-th time an intent was put back: 1, 2, 4 up to 60 seconds.</summary>
    public static TimeSpan Backoff(int attempts) => TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Clamp(attempts, 0, 6)));
}
