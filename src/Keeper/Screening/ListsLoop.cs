using Keystone.Compliance.Lists;
using Keystone.Postgres;
using Keystone.Settlements.Screening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Screening;

/// <summary>Takes new files of lists into use, and has parties of live settlements screened again whom a change of a list touches, or a later result of a provider.</summary>
internal sealed class ListsLoop(SanctionsLists lists, CompareListChange compare, ApplyLaterResults later, TimeProvider time, ILogger<ListsLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    // A large list takes minutes on a small machine.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new PolledLoop("lists", TimeSpan.FromSeconds(2), time, log, pulses) { Limit = Limit }.RunAsync(PollAsync, stoppingToken);

    async Task PollAsync(CancellationToken stoppingToken)
    {
        await lists.RefreshAsync(stoppingToken);
        while (await compare.ExecuteAsync(stoppingToken)) pulses?.Turn("lists", Limit);
        await later.ExecuteAsync(stoppingToken);
    }
}
