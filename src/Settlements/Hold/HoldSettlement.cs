using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;
using Keystone.Webhooks.Messages;

namespace Keystone.Settlements.Hold;

/// <summary>
/// Use case: a platform holds a settlement, or releases it. Each side has a hold of its own; while one is in force the terms are not published. Deadlines run on.
/// </summary>
public sealed class HoldSettlement
{
    readonly FactStore _facts;
    readonly SettlementReadStore _reads;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal HoldSettlement(FactStore facts, SettlementReadStore reads, WakeSignals signals, TimeProvider time) =>
        (_facts, _reads, _signals, _time) = (facts, reads, signals, time);

    /// <summary>True when the caller's environment may see the settlement. Ask first: messages about a body would reveal that a foreign one exists.</summary>
    public Task<bool> IsVisibleAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken);
    }

    /// <summary>Holds or releases, for the caller's side. What is so already is a repeat.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="hold">True to hold, false to release.</param>
    /// <param name="request">Why.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Answered>> ExecuteAsync(Caller caller, Guid id, bool hold, HoldRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if ((hold || !caller.IsMember ? caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm) : caller.Refuse(Scopes.SettlementsConfirm)) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? reason = rules.Text("reason", request.Reason, required: true, max: 500);
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);
        (bool repeated, DomainError? error) = await WriteAsync(caller, id, hold, reason!, cancellationToken);
        if (error is not null)
            return error;
        if (!repeated)
            _signals.Raise(WakeSignals.Engine);
        SettlementRecord? settlement = await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken);
        return settlement is null ? DomainError.NotFound("Settlement") : new Answered(SettlementViewer.View(settlement, caller.EnvironmentId), repeated);
    }

    async Task<(bool Repeated, DomainError? Error)> WriteAsync(Caller caller, Guid id, bool hold, string reason, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.UtcNowMicroseconds();
        await using FactStore.Session session = await _facts.BeginAsync(cancellationToken);
        if (await _facts.LockAsync(session, id, caller.EnvironmentId, cancellationToken) is not { } settlement)
            return (false, DomainError.NotFound("Settlement"));
        if (settlement.IsEnding(now))
            return (false, settlement.Ended);
        if (settlement.IsPublished)
            return (false, DomainError.Conflict(ErrorCodes.TermsPublished, "The terms are published; from here on a settlement can be cancelled but not held.", settlement.State));
        LockedFact? last = settlement.Facts.FindLast(fact => fact.Kind is "hold" or "release" && fact.EnvironmentId == caller.EnvironmentId);
        if (last?.Kind == "hold" == hold)
            return (true, null);
        string kind = hold ? "hold" : "release";
        string body = JsonSerializer.Serialize(new FactBody(reason, caller.PlatformSlug), FactJson.Default.FactBody);
        await FactStore.InsertAsync(session, id, kind, caller.ClientId, body, now, cancellationToken, environment: caller.EnvironmentId);
        PrivateFields fields = new();
        JsonObject details = new() { ["platform_slug"] = caller.PlatformSlug, ["reason"] = fields.Commit("", "reason", reason) };
        await FactStore.CommitAsync(session, settlement, kind, now, reader => FactStore.By(caller, reader, details), ($"{kind}/{Guid.CreateVersion7(now)}", fields),
            envelope => MessageComposer.Hold(envelope, id, caller.PlatformSlug, hold), cancellationToken);
        return (false, null);
    }
}
