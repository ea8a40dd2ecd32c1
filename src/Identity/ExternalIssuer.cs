using Microsoft.Extensions.Logging;

namespace Keystone.Identity;

/// <summary>
/// Whether the keys of the issuer of <c>Auth:Authority</c> are known. The token handler loads them with the first token and keeps them while the
/// issuer is down; here one request loads them for all, and after a failure none tries again for some seconds.
/// </summary>
/// <param name="countKeys">Asks the issuer for its keys and counts them.</param>
/// <param name="time">Clock of the pause.</param>
/// <param name="log">Receives failures.</param>
public sealed partial class ExternalIssuer(Func<CancellationToken, Task<int>> countKeys, TimeProvider time, ILogger<ExternalIssuer> log)
{
    /// <summary>Seconds from a failed request for the keys to the next.</summary>
    public const int PauseSeconds = 5;

    readonly Lock _gate = new();
    volatile bool _known;
    Task<bool>? _asking;
    DateTimeOffset _notBefore;

    /// <summary>False when the issuer has never answered and does not answer now.</summary>
    public async ValueTask<bool> IsKnownAsync(CancellationToken cancellationToken)
    {
        if (_known) return true;
        Task<bool> asking;
        lock (_gate)
        {
            if (_asking is null && time.GetUtcNow() < _notBefore) return false;
            asking = _asking ??= Task.Run(AskAsync, CancellationToken.None);
        }
        return await asking.WaitAsync(cancellationToken);
    }

    async Task<bool> AskAsync()
    {
        string reason = "";
        try
        {
            _known = await countKeys(CancellationToken.None) > 0;
            if (!_known) reason = "its key set is empty";
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or HttpRequestException or OperationCanceledException or ArgumentException)
        {
            reason = fault.GetBaseException().Message;
        }
        lock (_gate)
        {
            (_asking, _notBefore) = (null, time.GetUtcNow().AddSeconds(PauseSeconds));
        }
        if (!_known) Unavailable(reason);
        return _known;
    }

    [LoggerMessage(EventId = 10001, Level = LogLevel.Warning, Message = "The keys of the issuer in Auth:Authority cannot be read, so requests with its tokens get 503: {Reason}")]
    partial void Unavailable(string reason);
}
