using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Keystone.Api.Identity;

/// <summary>
/// Whether the keys of the issuer of <c>Auth:Authority</c> are known. The library asks for them at the first token and keeps them while the issuer is
/// down; this class has the first question asked by one request for all, and not again for some seconds after it failed.
/// </summary>
internal sealed partial class ExternalIssuer(IOptionsMonitor<JwtBearerOptions> options, TimeProvider time, ILogger<ExternalIssuer> log)
{
    /// <summary>Seconds from a failed question to the next.</summary>
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
            IConfigurationManager<OpenIdConnectConfiguration> manager = options.Get(BearerRegistration.ExternalSchemeName).ConfigurationManager!;
            _known = (await manager.GetConfigurationAsync(CancellationToken.None)).SigningKeys.Count > 0;
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

    [LoggerMessage(EventId = 8003, Level = LogLevel.Warning, Message = "The issuer of Auth:Authority cannot be read, so its tokens are answered with 503: {Reason}")]
    partial void Unavailable(string reason);
}
