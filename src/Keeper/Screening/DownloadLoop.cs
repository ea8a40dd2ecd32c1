using Keystone.Compliance.Lists;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Screening;

/// <summary>Fetches the files of lists that have an address; beside the loop that reads them, because a publisher may take minutes.</summary>
internal sealed class DownloadLoop(ListDownloads downloads, TimeProvider time, ILogger<DownloadLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new PolledLoop("downloads", TimeSpan.FromSeconds(30), time, log, pulses) { Limit = TimeSpan.FromHours(3) }.RunAsync(PollAsync, stoppingToken);

    Task PollAsync(CancellationToken stoppingToken) => downloads.FetchAsync(stoppingToken);
}
