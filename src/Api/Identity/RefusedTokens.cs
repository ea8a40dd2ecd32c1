using System.Diagnostics.Metrics;
using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Keystone.Api.Identity;

/// <summary>Counts bearer tokens that are not valid, and says so at most once a minute: whoever sends them does not choose how much is logged.</summary>
internal sealed partial class RefusedTokens([FromKeyedServices(Clocks.Machine)] TimeProvider time, ILogger<RefusedTokens> log)
{
    static readonly Meter Meter = new("Keystone.Api");
    static readonly Counter<long> Refused = Meter.CreateCounter<long>("keystone.api.tokens.refused", description: "Requests with a bearer token that is not valid.");
    static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    DateTimeOffset _said;
    long _count;

    /// <summary>A token was refused.</summary>
    /// <param name="reason">Why, in our words.</param>
    public void Add(string reason)
    {
        Refused.Add(1);
        long count;
        lock (_gate)
        {
            _count++;
            DateTimeOffset now = time.GetUtcNow();
            if (now - _said < Quiet) return;
            (_said, count, _count) = (now, _count, 0);
        }
        Said(count, reason);
    }

    [LoggerMessage(EventId = 8003, Level = LogLevel.Information, Message = "{Count} requests since the last such message had an invalid bearer token; the last one: {Reason}")]
    partial void Said(long count, string reason);
}
