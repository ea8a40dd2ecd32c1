using Keystone.Compliance.Lists;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Screening;

/// <summary>Fetches the files of lists that have an address; beside the loop that reads them, because a publisher may take minutes.</summary>
internal sealed partial class DownloadLoop(ListDownloads downloads, TimeProvider time, ILogger<DownloadLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            pulses?.Turn("downloads", TimeSpan.FromHours(3));
            try
            {
                await downloads.FetchAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Broken(e);
            }
            await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(7209, LogLevel.Error, "A run of the downloads failed; it is tried again")]
    partial void Broken(Exception exception);
}
