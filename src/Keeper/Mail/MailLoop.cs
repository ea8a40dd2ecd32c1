using Keystone.Postgres;
using Keystone.Webhooks.Mail;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Mail;

/// <summary>Writes rows of mail for what happened, and sends them. Several keepers may run it at once: each mail is one's.</summary>
internal sealed partial class MailLoop(
    MailPlanner planner, MailStore store, MailSender sender, IOptions<MailOptions> options, TimeProvider time, ILogger<MailLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    const int MostAtOnce = 100;

    static readonly TimeSpan Deadlines = TimeSpan.FromMinutes(1);

    DateTimeOffset _deadlinesAt = DateTimeOffset.MinValue;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => !options.Value.IsOn ? Task.CompletedTask
        // Each mail may take the server's time for several answers.
        : new PolledLoop("mail", TimeSpan.FromSeconds(2), time, log, pulses) { Limit = TimeSpan.FromMinutes(30) }.RunAsync(PollAsync, stoppingToken);

    async Task PollAsync(CancellationToken stoppingToken)
    {
        await planner.MessagesAsync(stoppingToken);
        if (time.GetUtcNow() - _deadlinesAt >= Deadlines)
        {
            await planner.DeadlinesAsync(stoppingToken);
            _deadlinesAt = time.GetUtcNow();
        }
        await SendAsync(stoppingToken);
    }

    /// <summary>Sends what is due; returns how many mails the server took.</summary>
    internal async Task<int> SendAsync(CancellationToken cancellationToken)
    {
        if (await store.AbandonAsync(cancellationToken) is > 0 and int abandoned) Abandoned(abandoned);
        int sent = 0;
        for (int i = 0; i < MostAtOnce && await store.ClaimAsync(cancellationToken) is { } letter; i++)
        {
            (MailOutcome outcome, string? error) = await sender.SendAsync(letter, cancellationToken);
            // What became of it is noted, though the process is ending.
            switch (outcome)
            {
                case MailOutcome.Sent:
                    sent++;
                    await store.SentAsync(letter, CancellationToken.None);
                    break;
                case MailOutcome.Unknown:
                    await store.UnknownAsync(letter, error!, CancellationToken.None);
                    Unknown(letter.Kind, error!);
                    break;
                default:
                    await store.NotSentAsync(letter, error!, outcome == MailOutcome.Refused, CancellationToken.None);
                    NotSent(letter.Kind, letter.Attempts, error!);
                    // The server is away, most likely for the others too.
                    if (outcome == MailOutcome.Later) return sent;
                    break;
            }
        }
        return sent;
    }

    [LoggerMessage(7240, LogLevel.Warning, "A mail of kind {Kind} was not sent at attempt {Attempt}: {Reason}")]
    partial void NotSent(string kind, int attempt, string reason);

    [LoggerMessage(7241, LogLevel.Warning, "It is not known whether a mail of kind {Kind} was sent, and it is not sent again: {Reason}")]
    partial void Unknown(string kind, string reason);

    [LoggerMessage(7242, LogLevel.Warning, "{Count} notices were in mails that a process began and did not end; they are not sent again")]
    partial void Abandoned(int count);
}
