using Keystone.Postgres;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Operations;

/// <summary>Use cases of the operator over settlements, whosever they are: read, count, and give orders. Orders are facts; the engine decides what follows.</summary>
public sealed class OperateSettlements
{
    const string What = "Settlement";

    readonly OperatorStore _reads;
    readonly WorkStore _work;
    readonly OrderStore _orders;
    readonly ReadStrays _strays;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal OperateSettlements(OperatorStore reads, WorkStore work, OrderStore orders, ReadStrays strays, WakeSignals signals, TimeProvider time) =>
        (_reads, _work, _orders, _strays, _signals, _time) = (reads, work, orders, strays, signals, time);

    /// <summary>Periods of <see cref="TransitionsAsync"/>.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Periods { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal)
    {
        ["1h"] = TimeSpan.FromHours(1),
        ["24h"] = TimeSpan.FromDays(1),
        ["7d"] = TimeSpan.FromDays(7),
        ["30d"] = TimeSpan.FromDays(30),
    };

    /// <summary>A settlement with all its parties' details, and the plain transfers to the escrow that are likely its own.</summary>
    public async Task<Result<OperatorSettlementView>> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await _reads.FindAsync(id, cancellationToken) is { } found
            ? found with { Settlement = await _strays.AddToAsync(found.Settlement, cancellationToken) } : DomainError.NotFound(What);

    /// <summary>Why there is nothing to order; null when the settlement exists. Asked before the rest of an order is looked at.</summary>
    public async Task<DomainError?> RequireAsync(Guid id, CancellationToken cancellationToken) =>
        await _reads.StateAsync(id, cancellationToken) is null ? DomainError.NotFound(What) : null;

    /// <summary>Open settlements by chain and state, and how many have ended.</summary>
    public async Task<PipelineView> PipelineAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<PipelineRow> rows = await _work.PipelineAsync(cancellationToken);
        return new PipelineView(rows, rows.Sum(row => row.Count), await _reads.EndedAsync(cancellationToken));
    }

    /// <summary>Open settlements that do not move, the longest first.</summary>
    /// <param name="minutes">Least time without a change; those with failures are listed regardless of it.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public Task<IReadOnlyList<StuckRow>> StuckAsync(int minutes, int limit, CancellationToken cancellationToken) =>
        _work.StuckAsync(_time.GetUtcNow() - TimeSpan.FromMinutes(minutes), limit, cancellationToken);

    /// <summary>How often settlements moved in a period of <see cref="Periods"/>.</summary>
    public async Task<TransitionsView> TransitionsAsync(string period, CancellationToken cancellationToken) =>
        new(period, await _reads.MovesAsync(_time.GetUtcNow() - Periods[period], cancellationToken));

    /// <summary>Tries a settlement and its transactions again at once.</summary>
    public async Task<Result<InterventionView>> RetryAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await _reads.StateAsync(id, cancellationToken) is not { } before) return DomainError.NotFound(What);
        OrderOutcome outcome = await _orders.RetryAsync(id, cancellationToken);
        return await AnswerAsync(id, before.State, outcome, "retry", cancellationToken);
    }

    /// <summary>
    /// Ends a settlement: at once while nothing is on the chain, else by cancelling there and giving every deposit back. One that has ended rolled back stays so; one
    /// that was executed cannot be taken back.
    /// </summary>
    /// <param name="id">The settlement.</param>
    /// <param name="reason">For the audit trail.</param>
    /// <param name="actor">Who orders it.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<InterventionView>> RollBackAsync(Guid id, string reason, string actor, CancellationToken cancellationToken)
    {
        if (await _reads.StateAsync(id, cancellationToken) is not { } before) return DomainError.NotFound(What);
        OrderOutcome outcome = await _orders.RollBackAsync(id, reason, actor, cancellationToken);
        if (outcome == OrderOutcome.Closed && before.Outcome == "failed") return new InterventionView(id, before.State, before.State, "none");
        return await AnswerAsync(id, before.State, outcome, "rollback", cancellationToken);
    }

    async Task<Result<InterventionView>> AnswerAsync(Guid id, string before, OrderOutcome outcome, string action, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case OrderOutcome.Unknown: return DomainError.NotFound(What);
            case OrderOutcome.Closed: return DomainError.Conflict(ErrorCodes.SettlementEnded, "The settlement has ended; nothing can be ordered any more.", before);
            case OrderOutcome.Executed: return DomainError.Conflict(ErrorCodes.AlreadyExecuted, "The settlement was executed on the chain; there is nothing left to roll back.", before);
        }
        _signals.Raise(WakeSignals.Engine);
        string now = (await _reads.StateAsync(id, cancellationToken))?.State ?? before;
        return new InterventionView(id, before, now, outcome == OrderOutcome.Repeated ? "none" : action);
    }
}
