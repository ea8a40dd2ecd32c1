using Keystone.Domain.Escrow;
using Keystone.Settlements.Advance;
using Keystone.Transactions;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>Judges intents by the escrow at one revision of the mirror.</summary>
internal static class EscrowVerdicts
{
    /// <summary>
    /// Verdict of an intent: done, wanted, paused or obsolete. Null for a purpose that is not the escrow's, which leaves the intent unchanged.
    /// </summary>
    /// <param name="subject">The settlement.</param>
    /// <param name="escrow">Its escrow, with the terms.</param>
    /// <param name="head">Head of the mirror.</param>
    /// <param name="purpose">One of <see cref="EscrowIntents"/>.</param>
    /// <param name="part">Leg of a refund, else -1.</param>
    /// <param name="swapMarginSeconds">Time before the deadline below which a swap is no longer sent, seconds.</param>
    public static IntentVerdict? Judge(TransactionSubject subject, EscrowSnapshot escrow, ChainHead head, string purpose, int part, int swapMarginSeconds)
    {
        bool isOver = escrow.IsExecuted || escrow.IsCancelled;
        bool isLive = subject is { RollingBack: false, Closed: false };
        IntentVerdict? verdict = purpose switch
        {
            EscrowIntents.Register => Verdict(escrow.Registered is not null, isLive && !isOver && !escrow.IsPast(head)),
            EscrowIntents.ExecuteSwap => Verdict(escrow.IsExecuted,
                isLive && escrow is { IsOpen: true, IsFull: true } && !escrow.IsPast(head.Time.Plus((ulong)swapMarginSeconds))),
            EscrowIntents.Refund => Verdict(escrow.StatusOf(part) == LegStatus.Refunded,
                escrow.StatusOf(part) == LegStatus.Deposited && (escrow.IsCancelled || (escrow.IsOpen && escrow.IsPast(head)))),
            // Also if the terms are not registered yet: anybody who knows them can still register them.
            EscrowIntents.Cancel => Verdict(escrow.IsCancelled, subject.RollingBack && !isOver && !escrow.IsPast(head)),
            _ => null,
        };
        return subject.Paused && verdict == IntentVerdict.Wanted && purpose is EscrowIntents.Register or EscrowIntents.ExecuteSwap ? IntentVerdict.Paused : verdict;
    }

    static IntentVerdict Verdict(bool done, bool wanted) => done ? IntentVerdict.Done : wanted ? IntentVerdict.Wanted : IntentVerdict.Obsolete;
}
