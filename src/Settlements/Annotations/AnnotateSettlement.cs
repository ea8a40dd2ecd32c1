using Keystone.Identity;
using Keystone.Identity.Members;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Annotations;

/// <summary>Use case: who of the caller's platform looks after a settlement, and what the desk notes of it. It changes nothing of the settlement, and no other platform reads it.</summary>
public sealed class AnnotateSettlement
{
    const int LongestNote = 2000;

    readonly AnnotationStore _store;
    readonly SettlementReadStore _reads;
    readonly MemberStore _members;
    readonly TimeProvider _time;

    internal AnnotateSettlement(AnnotationStore store, SettlementReadStore reads, MemberStore members, TimeProvider time) => (_store, _reads, _members, _time) = (store, reads, members, time);

    /// <summary>The annotation of the caller's environment; null for none, and for a settlement that it may not see.</summary>
    public async Task<AnnotationView?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.May(Scopes.SettlementsRead) ? await _store.FindAsync(id, caller.EnvironmentId, cancellationToken) : null;
    }

    /// <summary>Open settlements that the caller, a member, looks after; the one that was written last first.</summary>
    public async Task<IReadOnlyList<Guid>> AssignedAsync(Caller caller, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.MemberId is { } member && caller.May(Scopes.SettlementsRead) ? await _store.AssignedAsync(caller.EnvironmentId, member, most, cancellationToken) : [];
    }

    /// <summary>Writes both, in place of those before. Null when it is done.</summary>
    /// <param name="caller">Who writes.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="assignee">A member of the caller's platform; null for nobody.</param>
    /// <param name="note">Words; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<DomainError?> WriteAsync(Caller caller, Guid id, Guid? assignee, string? note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Refuse(Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.ComplianceDecide) is { } forbidden) return forbidden;
        if (!await _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken)) return DomainError.NotFound("Settlement");
        Faults faults = new();
        if (note is not null && (note.Length is 0 or > LongestNote || note.Any(c => char.IsControl(c) && c is not '\n')))
            faults.Add("/note", "length", $"Between 1 and {LongestNote} characters are allowed, without control characters.");
        if (assignee is { } member && (await _members.FindAsync(caller.PlatformId, member, cancellationToken)).Value is not { Status: "active" })
            faults.Add("/assignee", "unknown_member", "There is no such member of your platform.");
        if (faults.Any) return DomainError.Validation(faults.All);
        await _store.WriteAsync(id, caller.EnvironmentId, assignee, note, caller.ClientId, _time.UtcNowMicroseconds(), cancellationToken);
        return null;
    }
}
