using Keystone.Dashboard.Callers;
using Keystone.Identity;
using Keystone.Settlements.Actions;
using Keystone.Settlements.Annotations;
using Keystone.Settlements.Cancel;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Decide;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Hold;
using Keystone.Settlements.Reject;

namespace Keystone.Dashboard.Settlement;

/// <summary>
/// What a member does with a settlement. Each order asks for the caller as stored now and for the scope that the API asks of a credential; the page's own buttons decide nothing.
/// </summary>
internal sealed class SettlementOrders(
    PageCaller page, ConfirmSettlement confirm, RejectSettlement reject, CancelSettlement cancel, HoldSettlement hold, DecideCompliance decide, ReportAction report, PageActivity activity)
{
    static readonly DomainError SignedOut = new("signed_out", "You are signed out. Nothing was done; sign in and try again.");

    /// <summary>Confirms a party.</summary>
    public Task<DomainError?> ConfirmAsync(Guid id, ConfirmSettlementRequest request, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsConfirm], "confirmed", "Confirm your party in a settlement of another platform", async caller =>
        {
            Result<AnswerableSettlement> found = await confirm.FindAsync(caller, id, cancellationToken);
            return found.Value is { } answerable ? (await confirm.ExecuteAsync(caller, answerable, request, null, cancellationToken)).Error : found.Error;
        }, cancellationToken);

    /// <summary>Rejects a party.</summary>
    public Task<DomainError?> RejectAsync(Guid id, string? role, string reason, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsConfirm], "rejected", "Refuse to take part in a settlement of another platform", async caller =>
        {
            Result<AnswerableSettlement> found = await confirm.FindAsync(caller, id, cancellationToken);
            return found.Value is { } answerable
                ? (await reject.ExecuteAsync(caller, answerable, new RejectSettlementRequest { Role = role, Reason = reason }, null, cancellationToken)).Error : found.Error;
        }, cancellationToken);

    /// <summary>Asks for the end.</summary>
    public Task<DomainError?> CancelAsync(Guid id, string reason, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsInstruct, Scopes.SettlementsConfirm], "cancelled", "Ask for the end of a settlement", async caller =>
            (await cancel.ExecuteAsync(caller, id, new CancelSettlementRequest { Reason = reason }, null, cancellationToken)).Error, cancellationToken);

    /// <summary>Holds or releases.</summary>
    public Task<DomainError?> HoldAsync(Guid id, bool holds, string reason, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsInstruct, Scopes.SettlementsConfirm], holds ? "held" : "released", holds ? "Hold a settlement before its terms are published" : "Release your hold", async caller =>
            (await hold.ExecuteAsync(caller, id, holds, new HoldRequest { Reason = reason }, null, cancellationToken)).Error, cancellationToken);

    /// <summary>Decides on flagged parties.</summary>
    public Task<DomainError?> DecideAsync(Guid id, bool approves, string reason, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.ComplianceDecide], "decided", "Decide on a flagged party of yours", async caller =>
            (await decide.ExecuteAsync(caller, id, new ComplianceDecisionRequest { Decision = approves ? "approve" : "reject", Reason = reason }, null, cancellationToken)).Error, cancellationToken);

    /// <summary>Reports what became of the step of a state that the platform does in systems of its own.</summary>
    public Task<DomainError?> ReportAsync(Guid id, string state, bool isDone, string reference, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsInstruct], "action_reported", "Report a step that was done in systems of your own", async caller =>
            (await report.ExecuteAsync(caller, id, state, new ActionResultRequest { Result = isDone ? "completed" : "failed", Reference = reference }, null, cancellationToken)).Error, cancellationToken);

    /// <summary>Writes who looks after it, and a note of the own desk.</summary>
    public Task<DomainError?> AnnotateAsync(AnnotateSettlement annotate, Guid id, Guid? assignee, string? note, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.ComplianceDecide], "annotated", "Assign a settlement or note something of it", caller =>
            annotate.WriteAsync(caller, id, assignee, note, cancellationToken), cancellationToken);

    /// <summary>Asks a second person to decide, for a time.</summary>
    public Task<DomainError?> AskAsync(AnnotateSettlement annotate, Guid id, Guid second, string question, CancellationToken cancellationToken) =>
        RunAsync(id, [Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.ComplianceDecide], "second_person_asked", "Ask a second person to decide on a party", caller =>
            annotate.AskAsync(caller, id, second, question, cancellationToken), cancellationToken);

    async Task<DomainError?> RunAsync(
        Guid id, string[] scopes, string what, string description, Func<Caller, Task<DomainError?>> order, CancellationToken cancellationToken)
    {
        if (await page.CurrentAsync(cancellationToken) is not { } caller) return SignedOut;
        if (!scopes.Any(caller.May)) return new DomainError("insufficient_scope", $"This needs the scope {scopes[0]}, which your roles do not hold.");
        return await activity.RunAsync(caller.Caller, $"settlement.{what}", what == "decided" ? "compliance" : "settlement", description, "settlement", id.ToString(), order, cancellationToken);
    }
}
