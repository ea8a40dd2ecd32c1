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
    /// <param name="failing">Nonces whose call would revert now, so that an empty transfer is cheaper.</param>
    /// <param name="paused">Paused intents: their pending transactions must not be mined.</param>
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
            // If no later nonce depends on an unwanted transaction, nodes may drop it. A paused one must be replaced, because it could still be mined.
            if (!needed && !stopped && entry.Nonce >= last) continue;
            // After a reorg two transactions of the same intent can be pending: one without effect, and the one signed after it. Only the later may be mined.
            if (failing?.Contains(entry.Nonce) == true || ((stopped || (superseded && !needed)) && !entry.IsFill))
            {
                actions.Add((entry.Nonce, NonceAction.ReplaceByFill));
                continue;
            }
            // Only the lowest nonce can be delayed by its price; the others wait for it.
            bool stuck = entry.Nonce == count && head - attempt.Head >= replaceAfter;
            actions.Add((entry.Nonce, !stuck && !refused.Contains(entry.Nonce) ? NonceAction.Broadcast : needed && !stopped ? NonceAction.Replace : NonceAction.ReplaceByFill));
        }
        return actions.ToImmutable();
    }

    static bool CarriedLater(ImmutableArray<NonceEntry> entries, NonceEntry entry, Guid intent) =>
        entries.Any(later => later.Nonce > entry.Nonce && later.IsSigned && later.Intents.Contains(intent));

    /// <summary>Nonces from <paramref name="count"/> on that have no transaction although a later nonce has a signed one.</summary>
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
