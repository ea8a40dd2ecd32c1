using System.Text.Json.Nodes;
using Keystone.Domain.Engine;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Actions;

/// <summary>
/// Use case: the platform that instructed reports what became of a step that its template has it do in systems of its own. The first report holds; the engine
/// decides what follows from it.
/// </summary>
public sealed class ReportAction
{
    readonly FactStore _facts;
    readonly SettlementReadStore _reads;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal ReportAction(FactStore facts, SettlementReadStore reads, WakeSignals signals, TimeProvider time) =>
        (_facts, _reads, _signals, _time) = (facts, reads, signals, time);

    /// <summary>True when the caller's environment may see the settlement. Ask first: messages about a body would reveal that a foreign one exists.</summary>
    public Task<bool> IsVisibleAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken);
    }

    /// <summary>Takes a report. The same again is a repeat.</summary>
    /// <param name="caller">Who reports.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="state">State whose step it is, as the template names it.</param>
    /// <param name="request">The result.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Answered>> ExecuteAsync(Caller caller, Guid id, string state, ActionResultRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? result = rules.Word("result", request.Result, required: true, ActionFacts.Completed, ActionFacts.Failed);
        string? reference = rules.Text("reference", request.Reference);
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);
        (bool repeated, DomainError? error) = await WriteAsync(caller, id, new ActionBody(state, result, reference), cancellationToken);
        if (error is not null)
            return error;
        if (!repeated)
            _signals.Raise(WakeSignals.Engine);
        SettlementRecord? settlement = await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken);
        return settlement is null ? DomainError.NotFound("Settlement") : new Answered(SettlementViewer.View(settlement, caller.EnvironmentId), repeated);
    }

    async Task<(bool Repeated, DomainError? Error)> WriteAsync(Caller caller, Guid id, ActionBody said, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.UtcNowMicroseconds();
        await using FactStore.Session session = await _facts.BeginAsync(cancellationToken);
        if (await _facts.LockAsync(session, id, caller.EnvironmentId, cancellationToken) is not { } settlement)
            return (false, DomainError.NotFound("Settlement"));
        if (settlement.EnvironmentId != caller.EnvironmentId)
            return (false, new DomainError(ErrorCodes.NotInitiator, "The platform that instructed the settlement does this step and reports its result."));
        if (settlement.Facts.Find(fact => ActionFacts.Is(fact.Kind, fact.Body, ActionFacts.Result, said.State)) is { } before)
            return ActionFacts.Read(before.Body) == said ? (true, null)
                : (false, DomainError.Conflict(ErrorCodes.ActionResolved, "Another result was reported for this state before. The first one holds.", settlement.State));
        // Whatever is reported later could not be followed by a registration: the engine ends the settlement at the same moment.
        if (settlement.IsEnding(now) || now >= settlement.TimeoutAt - SettlementEngine.LeastTimeToPublish)
            return (false, settlement.Ended);
        if (settlement.State != said.State || !settlement.Facts.Exists(fact => ActionFacts.Is(fact.Kind, fact.Body, ActionFacts.Required, said.State)))
            return (false, DomainError.Conflict(ErrorCodes.ActionNotRequired, "The settlement does not wait for a result for this state. settlement.action_required says when it does.", settlement.State));
        await FactStore.InsertAsync(session, id, ActionFacts.Result, caller.ClientId, ActionFacts.Write(said), now, cancellationToken, environment: caller.EnvironmentId);
        PrivateFields fields = new();
        JsonObject details = new() { ["action"] = said.State, ["result"] = said.Result, ["reference"] = fields.Commit("", "reference", said.Reference) };
        // What a platform does in its own systems is its own business: the others read the states that follow.
        await FactStore.CommitAsync(session, settlement, ActionFacts.Result, now,
            reader => reader == caller.EnvironmentId || reader == AuditTrail.Operator ? FactStore.By(caller, reader, details) : null, ($"action/{said.State}", fields), null, cancellationToken);
        return (false, null);
    }
}
