using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;
using Keystone.Webhooks.Messages;

namespace Keystone.Settlements.Cancel;

/// <summary>
/// Use case: a platform asks for the end of a settlement. Deposits are returned before it ends. Once every leg is in the escrow the request races with the swap:
/// the chain decides, and the same request again gives what it decided.
/// </summary>
public sealed class CancelSettlement
{
    readonly FactStore _facts;
    readonly SettlementReadStore _reads;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal CancelSettlement(FactStore facts, SettlementReadStore reads, WakeSignals signals, TimeProvider time) =>
        (_facts, _reads, _signals, _time) = (facts, reads, signals, time);

    /// <summary>True when the caller's environment may see the settlement. Ask first: messages about a body would reveal that a foreign one exists.</summary>
    public Task<bool> IsVisibleAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken);
    }

    /// <summary>Asks for the end. Any reason again is a repeat; the first is kept.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="request">Why.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<CancelResult>> ExecuteAsync(Caller caller, Guid id, CancelSettlementRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? reason = rules.Text("reason", request.Reason, required: true, max: 500);
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);
        Result<CancelRules.Verdict> judged = await WriteAsync(caller, id, reason!, cancellationToken);
        if (judged.Value is not { } verdict)
            return judged.Error!;
        if (!verdict.IsRepeated)
        {
            _signals.Raise(WakeSignals.Engine);
            _signals.Raise(WakeSignals.Webhooks);
        }
        SettlementRecord? settlement = await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken);
        return settlement is null ? DomainError.NotFound("Settlement")
            : new CancelResult(SettlementViewer.View(settlement, caller.EnvironmentId), verdict.IsEffective, verdict.IsRepeated);
    }

    async Task<Result<CancelRules.Verdict>> WriteAsync(Caller caller, Guid id, string reason, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.UtcNowMicroseconds();
        await using FactStore.Session session = await _facts.BeginAsync(cancellationToken);
        if (await _facts.LockAsync(session, id, caller.EnvironmentId, cancellationToken) is not { } settlement)
            return DomainError.NotFound("Settlement");
        Result<CancelRules.Verdict> judged = CancelRules.Judge(settlement, caller.EnvironmentId, now);
        if (judged.Value is not { IsRepeated: false } verdict)
            return judged;
        string body = JsonSerializer.Serialize(new FactBody(reason, caller.PlatformSlug), FactJson.Default.FactBody);
        await FactStore.InsertAsync(session, id, "cancel_request", caller.ClientId, body, now, cancellationToken, environment: caller.EnvironmentId);
        // The reason of whoever asked first is that of the end.
        if (verdict.IsEffective)
            await FactStore.InsertAsync(session, id, "cancel", caller.ClientId, settlement.Facts.Find(fact => fact.Kind == "cancel_request")?.Body ?? body, now, cancellationToken);
        PrivateFields fields = new();
        JsonObject details = new()
        {
            ["platform_slug"] = caller.PlatformSlug,
            ["effective"] = verdict.IsEffective,
            ["reason"] = fields.Commit("", "reason", reason),
        };
        await FactStore.CommitAsync(session, settlement, "cancel_request", now, reader => FactStore.By(caller, reader, details), ($"cancel/{caller.EnvironmentId}", fields),
            envelope => MessageComposer.Cancel(envelope, new CancelRequested(id, caller.PlatformSlug, verdict.IsEffective)), cancellationToken);
        return verdict;
    }
}
