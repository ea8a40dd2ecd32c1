using Keystone.Identity;
using Keystone.Identity.Members;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Annotations;

/// <summary>Use case: who of the caller's platform looks after a settlement, and what the desk notes of it. It changes nothing of the settlement, and no other platform reads it.</summary>
public sealed class AnnotateSettlement
{
    /// <summary>For so many hours a question to a second person stands.</summary>
    public const int QuestionHours = 24;

    const int LongestNote = 2000;
    const string UnknownMember = "unknown_member";

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

    /// <summary>Open settlements that the caller, a member, looks after or is asked to decide on; the one that was written last first. A question that was not answered in time is left out.</summary>
    public async Task<IReadOnlyList<Guid>> AssignedAsync(Caller caller, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.MemberId is { } member && caller.May(Scopes.SettlementsRead) ? await _store.AssignedAsync(caller.EnvironmentId, member, most, _time.UtcNowMicroseconds(), cancellationToken) : [];
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
        if (await RefuseAsync(caller, id, cancellationToken) is { } refusal) return refusal;
        Faults faults = new();
        if (note is not null) CheckText(note, "/note", faults);
        if (assignee is { } member && (await _members.FindAsync(caller.PlatformId, member, cancellationToken)).Value is not { Status: "active" })
            faults.Add("/assignee", UnknownMember, "There is no such member of your platform.");
        if (faults.Any) return DomainError.Validation(faults.All);
        await _store.WriteAsync(id, caller.EnvironmentId, assignee, note, null, caller.ClientId, _time.UtcNowMicroseconds(), cancellationToken);
        return null;
    }

    /// <summary>Assigns the settlement to a second person with a question that stands for <see cref="QuestionHours"/>. It decides nothing. Null when it is done.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="second">Another active member of the caller's platform, with the role compliance.</param>
    /// <param name="question">What the second person reads, in place of the note.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<DomainError?> AskAsync(Caller caller, Guid id, Guid second, string question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(question);
        if (await RefuseAsync(caller, id, cancellationToken) is { } refusal) return refusal;
        Faults faults = new();
        CheckText(question, "/question", faults);
        if (second == caller.MemberId || (await _members.FindAsync(caller.PlatformId, second, cancellationToken)).Value is not { Status: "active" } member || !member.Roles.Contains(MemberRoles.Compliance))
            faults.Add("/assignee", UnknownMember, "Ask another active member of your platform who has the role compliance.");
        if (faults.Any) return DomainError.Validation(faults.All);
        DateTimeOffset now = _time.UtcNowMicroseconds();
        await _store.WriteAsync(id, caller.EnvironmentId, second, question, now.AddHours(QuestionHours), caller.ClientId, now, cancellationToken);
        return null;
    }

    async Task<DomainError?> RefuseAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (caller.Refuse(Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.ComplianceDecide) is { } forbidden) return forbidden;
        return await _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken) ? null : DomainError.NotFound("Settlement");
    }

    static void CheckText(string text, string at, Faults faults)
    {
        if (text.Length is 0 or > LongestNote || text.Any(c => char.IsControl(c) && c is not '\n'))
            faults.Add(at, "length", $"Between 1 and {LongestNote} characters are allowed, without control characters.");
    }
}
