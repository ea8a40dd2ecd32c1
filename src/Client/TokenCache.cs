using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>One access token, asked for when the first call needs it and again shortly before it expires. Callers at the same time share one request.</summary>
internal sealed class TokenCache(Func<CancellationToken, Task<IssuedToken>> ask, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim _asking = new(1);
    string? _token;
    DateTimeOffset _until;

    /// <summary>A token that is valid for another minute.</summary>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_token is null || now >= _until)
            {
                IssuedToken token = await ask(cancellationToken).ConfigureAwait(false);
                (_token, _until) = (token.AccessToken, now + TimeSpan.FromSeconds(token.ExpiresIn) - Margin);
            }
            return _token;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Forgets a token that the API refused, unless another call has replaced it already.</summary>
    public async Task ForgetAsync(string token, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_token == token) _token = null;
        _asking.Release();
    }

    public void Dispose() => _asking.Dispose();
}
