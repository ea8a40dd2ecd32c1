using System.Collections.Immutable;

namespace Keystone.Transactions;

/// <summary>What to do next with one nonce.</summary>
internal enum NonceAction
{
    /// <summary>Nothing is signed for it: another call may take the nonce.</summary>
    Free,

    /// <summary>Broadcast the same bytes again.</summary>
    Broadcast,

    /// <summary>Sign the same call again at a higher price.</summary>
    Replace,

    /// <summary>Sign an empty transfer to the sender itself at a higher price: the call is no longer wanted, but later nonces wait for this one.</summary>
    ReplaceByFill,
}

/// <summary>Decides what to do with each nonce. Pure: the same pending set gives the same actions.</summary>
internal static class NonceRules
{
    /// <summary>Actions for the nonces that are not mined, in order.</summary>
    /// <param name="entries">Pending set, in order of nonce.</param>
    /// <param name="count">The sender's next nonce at the head.</param>
    /// <param name="head">Height of the head.</param>
    /// <param name="replaceAfter">Blocks without inclusion after which an attempt is replaced.</param>
    /// <param name="wanted">Intents that are wanted.</param>
    /// <param name="refused">Nonces whose latest attempt was rejected as underpriced.</param>
    /// <param name="failing">Nonces whose call would fail now, so that an empty transfer in its place is cheaper.</param>
    /// <param name="paused">Intents that are stopped: what waits for them must not act.</param>
    public static ImmutableArray<(long Nonce, NonceAction Action)> Next(
        ImmutableArray<NonceEntry> entries, long count, long head, int replaceAfter, IReadOnlySet<Guid> wanted, IReadOnlySet<long> refused,
        IReadOnlySet<long>? failing = null, IReadOnlySet<Guid>? paused = null)
    {
        ImmutableArray<(long, NonceAction)>.Builder actions = ImmutableArray.CreateBuilder<(long, NonceAction)>();
        long last = entries.Where(entry => entry.IsSigned).Select(entry => entry.Nonce).DefaultIfEmpty(-1).Max();
        foreach (NonceEntry entry in entries)
        {
            if (entry.Nonce < count || entry.MinedBlock is not null) continue;
            if (entry.Latest is not { } attempt)
            {
                actions.Add((entry.Nonce, NonceAction.Free));
                continue;
            }
            bool superseded = entry.Intents.Any(intent => wanted.Contains(intent) && CarriedLater(entries, entry, intent));
            bool needed = entry.Intents.Any(intent => wanted.Contains(intent) && !CarriedLater(entries, entry, intent));
            bool stopped = paused is not null && entry.Intents.Any(paused.Contains);
            // An unwanted transaction that nobody waits behind may be forgotten by the nodes. One that is stopped must not be: it could still act.
            if (!needed && !stopped && entry.Nonce >= last) continue;
            // A reorg took back a transaction without effect and the one that was signed after it for the same intent: only the later may act.
            if (failing?.Contains(entry.Nonce) == true || ((stopped || (superseded && !needed)) && !entry.IsFill))
            {
                actions.Add((entry.Nonce, NonceAction.ReplaceByFill));
                continue;
            }
            // Only the oldest is stuck by its price; the others wait for it.
            bool stuck = entry.Nonce == count && head - attempt.Head >= replaceAfter;
            actions.Add((entry.Nonce, !stuck && !refused.Contains(entry.Nonce) ? NonceAction.Broadcast : needed && !stopped ? NonceAction.Replace : NonceAction.ReplaceByFill));
        }
        return actions.ToImmutable();
    }

    static bool CarriedLater(ImmutableArray<NonceEntry> entries, NonceEntry entry, Guid intent) =>
        entries.Any(later => later.Nonce > entry.Nonce && later.IsSigned && later.Intents.Contains(intent));

    /// <summary>Nonces from <paramref name="count"/> on that nobody took while a later signed one waits.</summary>
    public static ImmutableArray<long> Gaps(ImmutableArray<NonceEntry> entries, long count)
    {
        long last = entries.Where(entry => entry.IsSigned).Select(entry => entry.Nonce).DefaultIfEmpty(-1).Max();
        HashSet<long> taken = [.. entries.Select(entry => entry.Nonce)];
        ImmutableArray<long>.Builder gaps = ImmutableArray.CreateBuilder<long>();
        for (long nonce = count; nonce < last; nonce++)
            if (!taken.Contains(nonce)) gaps.Add(nonce);
        return gaps.ToImmutable();
    }
}
