using System.Collections.Concurrent;
using Keystone.Postgres;

namespace Keystone.Identity.Sessions;

/// <summary>Use cases around the sessions of members. What a session may is read at most 5 s late; a signal between processes makes it sooner.</summary>
public sealed class MemberSessions
{
    /// <summary>Age at which a cached session is read again.</summary>
    public static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(5);

    static readonly TimeSpan BetweenTouches = TimeSpan.FromMinutes(1);
    const int Capacity = 10_000;
    readonly ConcurrentDictionary<Guid, (MemberSession? Session, DateTimeOffset Until)> _entries = new();
    readonly SessionStore _store;
    readonly WakeSignals _wake;
    readonly TimeProvider _time;

    internal MemberSessions(SessionStore store, WakeSignals wake, TimeProvider time) => (_store, _wake, _time) = (store, wake, time);

    /// <summary>Opens a session for a person in the place where it signed in last, or in the one that is named. Null when the person has no place, or may not sign in this way.</summary>
    /// <param name="person">Who signed in.</param>
    /// <param name="member">The place; null for the one of last time.</param>
    /// <param name="method"><c>passkey</c>, <c>password</c> or <c>external</c>.</param>
    /// <param name="address">Address of the browser.</param>
    /// <param name="userAgent">What the browser calls itself.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public Task<MemberSession?> OpenAsync(Guid person, Guid? member, string method, string? address, string? userAgent, CancellationToken cancellationToken) =>
        OpenAsync(person, member, method, address, userAgent, null, cancellationToken);

    /// <summary>Opens a session in another place of the same person. It keeps the last proof of presence and the end of the one before: changing the place proves nothing.</summary>
    public Task<MemberSession?> ContinueAsync(MemberSession before, Guid member, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(before);
        return OpenAsync(before.PersonId, member, before.Method, address, userAgent, before, cancellationToken);
    }

    async Task<MemberSession?> OpenAsync(Guid person, Guid? member, string method, string? address, string? userAgent, MemberSession? before, CancellationToken cancellationToken)
    {
        foreach (Guid place in await _store.MembersAsync(person, cancellationToken))
        {
            if (member is not null && member != place) continue;
            // Of version 4: the id is a secret of the cookie, and 74 of its bits alone would be random in a version 7.
            Guid id = new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
            if (await _store.OpenAsync(id, place, method, address, userAgent, before, cancellationToken)) return await _store.FindAsync(id, cancellationToken);
        }
        return null;
    }

    /// <summary>The session, if it is live; at most 5 s old.</summary>
    public async Task<MemberSession?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_entries.TryGetValue(id, out (MemberSession? Session, DateTimeOffset Until) entry) && entry.Until > now) return entry.Session;
        MemberSession? session = await _store.FindAsync(id, cancellationToken);
        if (_entries.Count >= Capacity) _entries.Clear();
        _entries[id] = (session, now + CacheLife);
        return session;
    }

    /// <summary>Notes that the member did something; written at most once a minute.</summary>
    public async Task TouchAsync(MemberSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_time.GetUtcNow() - session.LastSeenAt < BetweenTouches) return;
        await _store.TouchAsync(session.Id, cancellationToken);
        _entries.TryRemove(session.Id, out _);
    }

    /// <summary>Notes a proof of presence.</summary>
    public async Task SetPresentAsync(Guid id, CancellationToken cancellationToken)
    {
        await _store.SetPresentAsync(id, cancellationToken);
        Changed();
    }

    /// <summary>Live sessions of a member, newest first.</summary>
    public Task<IReadOnlyList<MemberSession>> ListAsync(Guid member, CancellationToken cancellationToken) => _store.ListAsync(member, cancellationToken);

    /// <summary>Ends a session; its open pages end within seconds. False when it had ended.</summary>
    /// <param name="id">The session.</param>
    /// <param name="member">Whose it has to be; null for any.</param>
    /// <param name="by">Who ended it: id of a member, or <c>operator</c>.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> EndAsync(Guid id, Guid? member, string by, CancellationToken cancellationToken)
    {
        bool ended = await _store.EndAsync(id, member, by, cancellationToken);
        Changed();
        return ended;
    }

    /// <summary>Those of the sessions that are live, read now.</summary>
    public Task<IReadOnlySet<Guid>> LiveAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => _store.LiveAsync(ids, cancellationToken);

    /// <summary>Says here and to the other processes that what a session may has changed.</summary>
    public void Changed()
    {
        Forget();
        _wake.Raise(WakeSignals.Sessions);
    }

    /// <summary>Sessions are read again at their next use.</summary>
    internal void Forget() => _entries.Clear();
}
