using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Keystone.Postgres;
using Keystone.Postgres.Faults;
using Keystone.Webhooks.Sending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks.Delivery;

/// <summary>
/// Sends due deliveries, at least once. The claim of a process that died expires, and another process sends again with the same
/// <c>webhook-id</c>, by which receivers recognise a repeat. The number of concurrent deliveries to an endpoint is limited.
/// </summary>
internal sealed partial class Deliverer(
    DeliveryStore store, ITargetPolicy targets, GuardedSender sender, SecretBox box, WakeSignals signals, IOptions<WebhookOptions> options, TimeProvider time,
    [FromKeyedServices(Clocks.Machine)] TimeProvider machine, ILogger<Deliverer> log, LoopPulses? pulses = null) : BackgroundService
{
    // After this time a slow delivery no longer occupies a worker, so that slow receivers cannot delay fast ones.
    static readonly TimeSpan PlaceTime = TimeSpan.FromSeconds(1);

    // Of a receiver that answers within this time, some deliveries are claimed ahead.
    static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan EndTime = TimeSpan.FromSeconds(2);

    const int WaitingPerPlace = 32;

    readonly Lanes _lanes = new(options.Value.Concurrency, options.Value.ConcurrencyPerEndpoint);
    readonly GroupWriter<DeliveryResult> _delivered = new(store.WriteDeliveredAsync);
    int _waiting;

    public override void Dispose()
    {
        _delivered.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            pulses?.Turn("deliverer");
            int claimed = 0;
            Task next = signals.Next(WakeSignals.Deliveries);
            try
            {
                claimed = await StartDueAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (DbException fault) when (!stoppingToken.IsCancellationRequested)
            {
                ClaimingFailed(fault.Message);
            }
            if (claimed == 0)
                await WakeSignals.WaitAsync(next, pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        using CancellationTokenSource end = new(EndTime, machine);
        await UnclaimAsync(_lanes.Clear(), end.Token).ConfigureAwait(false);
    }

    async Task<int> StartDueAsync(CancellationToken stoppingToken)
    {
        if (Volatile.Read(ref _waiting) >= options.Value.Concurrency * WaitingPerPlace) return 0;
        (int limit, IReadOnlyCollection<(Guid Endpoint, int Room)> rooms) = _lanes.Room();
        if (limit == 0) return 0;
        IReadOnlyList<ClaimedDelivery> due = await store.ClaimAsync(time.GetUtcNow(), limit, options.Value.ConcurrencyPerEndpoint, rooms, stoppingToken).ConfigureAwait(false);
        _lanes.Add(due, limit);
        Start(stoppingToken);
        return due.Count;
    }

    void Start(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && _lanes.Start() is { } delivery)
            _ = Task.Run(() => AttemptAsync(delivery, stoppingToken), CancellationToken.None);
    }

    async Task UnclaimAsync(IReadOnlyList<ClaimedDelivery> deliveries, CancellationToken cancellationToken)
    {
        try
        {
            await store.UnclaimAsync(deliveries, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is DbException or OperationCanceledException)
        {
            // Their claims expire.
            ClaimingFailed(fault.Message);
        }
    }

    async Task AttemptAsync(ClaimedDelivery delivery, CancellationToken stoppingToken)
    {
        bool waiting = false, fast = false;
        using Activity? span = DeliveryTrace.Start(delivery);
        try
        {
            Task<SendOutcome> sending = SendAsync(delivery, stoppingToken);
            await ((Task)sending).WaitAsync(PlaceTime, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!sending.IsCompleted)
            {
                waiting = true;
                Interlocked.Increment(ref _waiting);
                await UnclaimAsync(_lanes.Slow(delivery.EndpointId), stoppingToken).ConfigureAwait(false);
                Start(stoppingToken);
                signals.RaiseHere(WakeSignals.Deliveries);
            }
            SendOutcome outcome = await sending.ConfigureAwait(false);
            WebhookMetrics.Attempts.Add(1, new KeyValuePair<string, object?>("result", outcome.Delivered ? "delivered" : outcome.StatusCode is null ? "failed" : "refused"));
            span?.SetStatus(outcome.Delivered ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
            CrashPoint.Reach(CrashPoint.WebhookSent);
            DateTimeOffset now = time.GetUtcNow();
            double jitter = RandomNumberGenerator.GetInt32(1_000_001) / 1_000_000.0;
            DateTimeOffset? retryAt = outcome.Delivered || outcome.StatusCode == 410
                ? null
                : now + Schedule.After(delivery.Attempt, jitter, outcome.RetryAfter);
            fast = outcome.Delivered && outcome.LatencyMilliseconds < Fast.TotalMilliseconds;
            if (outcome.Delivered) await _delivered.WriteAsync(new DeliveryResult(delivery, outcome, now), stoppingToken).ConfigureAwait(false);
            else await store.WriteAsync(delivery, outcome, retryAt, now, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The claim expires and the delivery is made again.
        }
        catch (DbException fault)
        {
            AttemptFailed(fault, delivery.Id);
        }
        finally
        {
            if (waiting) Interlocked.Decrement(ref _waiting);
            bool more = _lanes.End(delivery.EndpointId, waiting, fast);
            Start(stoppingToken);
            if (more) signals.RaiseHere(WakeSignals.Deliveries);
        }
    }

    async Task<SendOutcome> SendAsync(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(delivery.Payload);
        string[] secrets;
        try
        {
            secrets = [.. delivery.Secrets.Select(one => box.Open(delivery.EndpointId, one))];
        }
        catch (UnopenedSecretException fault)
        {
            // A failed attempt like any other: recorded with its reason and retried by the schedule, and its endpoint counts as failing.
            SecretDoesNotOpen(delivery.EndpointId, fault.Message);
            WebhookMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "webhook_secret"));
            return new SendOutcome(null, 0, fault.Message, null, null);
        }
        bool privateAllowed = options.Value.AllowPrivateTargets && await targets.AllowsPrivateAsync(delivery.EnvironmentId, cancellationToken).ConfigureAwait(false);
        return await sender.SendAsync(
            new Uri(delivery.Url), DeliveryHeaders.For(delivery.MessageId, machine.GetUtcNow(), secrets, body, delivery.TraceId), body,
            privateAllowed, delivery.EndpointId.ToString(), delivery.MutualTls, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "Claiming webhook deliveries failed and is tried again: {Reason}")]
    partial void ClaimingFailed(string reason);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Error, Message = "ALARM webhook_secret: no webhook of endpoint {Endpoint} can be signed: {Reason}")]
    partial void SecretDoesNotOpen(Guid endpoint, string reason);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Error, Message = "An internal error ended an attempt of delivery {Delivery}; it is tried again when its claim expires.")]
    partial void AttemptFailed(Exception fault, Guid delivery);
}
