using System.Net;
using Keystone.Identity.IpRules;

namespace Keystone.Identity.Sessions;

/// <summary>Makes callers of use cases out of sessions: the member in one environment of its platform.</summary>
public sealed class MemberCallers
{
    readonly MemberSessions _sessions;
    readonly SessionStore _store;
    readonly MemberCallerStore _callers;

    internal MemberCallers(MemberSessions sessions, SessionStore store, MemberCallerStore callers) => (_sessions, _store, _callers) = (sessions, store, callers);

    /// <summary>
    /// The member of a session in an environment of its platform. Null when the session is over, or the environment is unknown, another platform's, not active, or closed to the
    /// address of the session: these cannot be told apart.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="environment">Slug of the environment.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Caller?> FindAsync(Guid session, string environment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (await _sessions.FindAsync(session, cancellationToken) is not { PlatformId: { } platform } live) return null;
        if (await _callers.FindAsync(platform, environment, live, cancellationToken) is not { } caller) return null;
        return AddressRules.Allow(caller.Networks, IPAddress.TryParse(live.Address, out IPAddress? address) ? address : null) ? caller : null;
    }

    /// <summary>The operator's member of a session; null when the session is over or a tenant's.</summary>
    public async Task<Caller?> FindOperatorAsync(Guid session, CancellationToken cancellationToken) =>
        await _sessions.FindAsync(session, cancellationToken) is { IsOperator: true } live ? MemberCallerStore.OfOperator(live) : null;

    /// <summary>Active environments of the session's platform, the default ones first; none for the operator.</summary>
    public async Task<IReadOnlyList<MemberEnvironment>> EnvironmentsAsync(Guid session, CancellationToken cancellationToken) =>
        await _sessions.FindAsync(session, cancellationToken) is { PlatformId: { } platform } ? await _store.EnvironmentsAsync(platform, cancellationToken) : [];
}
