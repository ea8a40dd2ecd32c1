using System.Collections.Concurrent;

namespace Keystone.Identity;

/// <summary>Caches callers for 5 s, so that a suspension takes effect within 5 s although a token lives for a day.</summary>
public sealed class CallerCache
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    const int Capacity = 10_000;
    readonly CredentialStore _store;
    readonly TimeProvider _time;
    readonly ConcurrentDictionary<(string? Issuer, string ClientId), (Caller? Caller, DateTimeOffset Until)> _entries = new();
    // What is being read: a thousand requests at once ask once.
    readonly ConcurrentDictionary<(string? Issuer, string ClientId), Lazy<Task<Caller?>>> _reading = new();

    internal CallerCache(CredentialStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>The caller behind an active credential; null when there is none.</summary>
    /// <param name="issuer">Claim <c>iss</c> of an external issuer; null for the built-in one.</param>
    /// <param name="clientId">The credential. An id that no credential can have is answered without a query.</param>
    /// <param name="address">Address of whoever calls, for the note of the last use; null when it is not known.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<Caller?> FindAsync(string? issuer, string clientId, string? address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        if (clientId.Length is 0 or > CredentialStore.MaxClientIdLength || clientId.Contains('\0', StringComparison.Ordinal)) return null;
        DateTimeOffset now = _time.GetUtcNow();
        if (_entries.TryGetValue((issuer, clientId), out (Caller? Caller, DateTimeOffset Until) entry) && entry.Until > now)
            return entry.Caller;
        // Nobody's cancellation ends what others wait for.
        return await _reading.GetOrAdd((issuer, clientId), key => new Lazy<Task<Caller?>>(() => ReadAsync(key.Issuer, key.ClientId, now, address))).Value.WaitAsync(cancellationToken);
    }

    async Task<Caller?> ReadAsync(string? issuer, string clientId, DateTimeOffset now, string? address)
    {
        try
        {
            Caller? caller = await _store.FindCallerAsync(issuer, clientId, now, CancellationToken.None);
            if (caller is not null)
                await _store.TouchAsync(clientId, now, address, CancellationToken.None);
            if (_entries.Count >= Capacity)
                _entries.Clear();
            _entries[(issuer, clientId)] = (caller, now + Lifetime);
            return caller;
        }
        finally
        {
            _reading.TryRemove((issuer, clientId), out _);
        }
    }
}
