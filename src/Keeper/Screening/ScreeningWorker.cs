using System.Security.Cryptography;
using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Postgres.Faults;
using Keystone.Settlements.Screening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Screening;

/// <summary>Requests screenings from the provider, outside any database transaction, and stores the responses as facts for the engine.</summary>
internal sealed partial class ScreeningWorker(
    ScreeningStore store, PartyScreeningStore answers, EnvironmentStore environments, IScreeningProvider provider, WakeSignals signals, IOptions<ScreeningOptions> screening, IOptions<KeeperOptions> keeper,
    TimeProvider time, ILogger<ScreeningWorker> log, LoopPulses? pulses = null) : BackgroundService
{
    readonly GroupWriter<AnsweredScreening> _answers = new((group, cancellationToken) => answers.AnswerAsync(group, cancellationToken));

    TimeSpan Limit => TimeSpan.FromSeconds(screening.Value.TimeoutSeconds);

    public override void Dispose()
    {
        _answers.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        PolledLoop loop = new("screening", TimeSpan.FromMilliseconds(keeper.Value.PollMilliseconds), time, log, pulses) { Signal = () => signals.Next(WakeSignals.Screening) };
        return loop.RunAsync(async token =>
        {
            while (await RunAsync(token) > 0) loop.Turn();
        }, stoppingToken);
    }

    /// <summary>Processes the screenings that are due; returns their number.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (screening.Value.Entity.CallbackUrl.Length + screening.Value.Wallet.CallbackUrl.Length > 0) await store.WakeAsync(time.GetUtcNow(), cancellationToken);
        // The claim lasts longer than the slowest response, so that no request is made twice meanwhile.
        IReadOnlyList<ClaimedScreening> claimed = await store.ClaimAsync(keeper.Value.ScreeningWorkers, Limit + Limit, time.GetUtcNow(), cancellationToken);
        IReadOnlyDictionary<Guid, ScreeningSubject> subjects = await answers.SubjectsAsync(claimed, cancellationToken);
        await Task.WhenAll(claimed.Select(one => AnswerAsync(one, subjects[one.Id], cancellationToken)));
        if (claimed.Count > 0) signals.Raise(WakeSignals.Engine);
        return claimed.Count;
    }

    async Task AnswerAsync(ClaimedScreening claimed, ScreeningSubject subject, CancellationToken cancellationToken)
    {
        ScreeningVerdict verdict;
        using (CancellationTokenSource limit = new(Limit, time))
        using (CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken))
        {
            try
            {
                verdict = await provider.ScreenAsync(subject, either.Token);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Any exception of a provider's client: no party is cleared by it.
                ProviderFailed(e, claimed.SettlementId);
                verdict = new ScreeningVerdict(ScreeningStatus.Error, e.GetType().Name);
            }
        }
        if (verdict.Status is ScreeningStatus.Error or ScreeningStatus.Pending) NoResponse(claimed.SettlementId, verdict.Reference);
        KeeperMetrics.Screenings.Add(1, new KeyValuePair<string, object?>("answer", verdict.Status.ToString()));
        CrashPoint.Reach(CrashPoint.ScreeningAnswered);
        DateTimeOffset now = time.GetUtcNow();
        if (verdict.Status == ScreeningStatus.Fail && await IsHeldAsync(claimed, now, cancellationToken)) return;
        TimeSpan pause = verdict.AskAgain ?? TimeSpan.FromSeconds(screening.Value.RetrySeconds);
        await _answers.WriteAsync(new AnsweredScreening(claimed, verdict, now + pause, now), cancellationToken);
    }

    // A settlement that ends at once was stopped by a list; one that waits for a random time could have been stopped by anything.
    async Task<bool> IsHeldAsync(ClaimedScreening claimed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        int most = (int)((await environments.FindAsync(claimed.Lane, cancellationToken))?.ComplianceMinHold.TotalSeconds ?? 0);
        return most > 0 && await store.HoldAsync(claimed, now + TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(1, most + 1)), now, cancellationToken);
    }

    [LoggerMessage(7060, LogLevel.Error, "The screening provider failed for settlement {SettlementId}; the request is repeated")]
    partial void ProviderFailed(Exception exception, Guid settlementId);

    [LoggerMessage(7061, LogLevel.Warning, "Settlement {SettlementId} waits for screening: {Reason}")]
    partial void NoResponse(Guid settlementId, string? reason);
}
