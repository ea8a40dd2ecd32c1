using System.Collections.Concurrent;

namespace Keystone.Api.Identity;

/// <summary>Callers for five seconds: a token lives for a day, so the row is what suspends somebody.</summary>
internal sealed class CallerCache(CredentialStore store, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    const int Capacity = 10_000;
    readonly ConcurrentDictionary<string, (Caller? Caller, DateTimeOffset Until)> _entries = new(StringComparer.Ordinal);

    public async Task<Caller?> FindAsync(string clientId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_entries.TryGetValue(clientId, out (Caller? Caller, DateTimeOffset Until) entry) && entry.Until > now)
            return entry.Caller;
        Caller? caller = await store.FindCallerAsync(clientId, cancellationToken);
        if (caller is not null)
            await store.TouchAsync(clientId, now, cancellationToken);
        if (_entries.Count >= Capacity)
            _entries.Clear();
        _entries[clientId] = (caller, now + Lifetime);
        return caller;
    }
}
