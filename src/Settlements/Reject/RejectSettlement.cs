using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Reject;

/// <summary>Use case: a counterparty refuses to take part. The first rejection ends the settlement.</summary>
public sealed class RejectSettlement
{
    readonly SettlementReadStore _reads;
    readonly AnswerStore _answers;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal RejectSettlement(SettlementReadStore reads, AnswerStore answers, WakeSignals signals, TimeProvider time) =>
        (_reads, _answers, _signals, _time) = (reads, answers, signals, time);

    /// <summary>Rejects one role of the caller, or all. Any reason again is a repeat; the first is kept.</summary>
    /// <param name="caller">Who rejects.</param>
    /// <param name="answerable">From <see cref="ConfirmSettlement.FindAsync"/>.</param>
    /// <param name="request">Why.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Answered>> ExecuteAsync(
        Caller caller, AnswerableSettlement answerable, RejectSettlementRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(answerable);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsConfirm) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? reason = rules.Text("reason", request.Reason, required: true, max: 500);
        string? role = rules.Slug("role", request.Role);
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);
        Guid id = answerable.Record.Id;
        Result<AnswerStore.Written> written = await _answers.RejectAsync(id, caller, reason!, role, _time.UtcNowMicroseconds(), cancellationToken);
        return await ConfirmSettlement.AnsweredAsync(caller, id, written, _reads, _signals, cancellationToken);
    }
}
