using System.Collections.Concurrent;

namespace Keystone.Api.Identity;

/// <summary>Caches callers for 5 s, so that a suspension takes effect within 5 s although a token lives for a day.</summary>
internal sealed class CallerCache(CredentialStore store, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    const int Capacity = 10_000;
    readonly ConcurrentDictionary<(string? Issuer, string ClientId), (Caller? Caller, DateTimeOffset Until)> _entries = new();

    /// <summary>The caller behind an active credential of an issuer (null: the built-in one); null when there is none.</summary>
    public async Task<Caller?> FindAsync(string? issuer, string clientId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_entries.TryGetValue((issuer, clientId), out (Caller? Caller, DateTimeOffset Until) entry) && entry.Until > now)
            return entry.Caller;
        Caller? caller = await store.FindCallerAsync(issuer, clientId, cancellationToken);
        if (caller is not null)
            await store.TouchAsync(clientId, now, cancellationToken);
        if (_entries.Count >= Capacity)
            _entries.Clear();
        _entries[(issuer, clientId)] = (caller, now + Lifetime);
        return caller;
    }
}
