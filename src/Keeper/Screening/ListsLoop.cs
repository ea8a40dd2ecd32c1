using Keystone.Compliance.Lists;
using Keystone.Postgres;
using Keystone.Settlements.Screening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Screening;

/// <summary>Takes new files of lists into use, and has parties of live settlements screened again whom a change of a list touches, or a later result of a provider.</summary>
internal sealed class ListsLoop(SanctionsLists lists, CompareListChange compare, ApplyLaterResults later, TimeProvider time, ILogger<ListsLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A large list takes minutes on a small machine.
        PolledLoop loop = new("lists", TimeSpan.FromSeconds(2), time, log, pulses) { Limit = TimeSpan.FromMinutes(15) };
        return loop.RunAsync(async token =>
        {
            await lists.RefreshAsync(token);
            while (await compare.ExecuteAsync(token)) loop.Turn();
            await later.ExecuteAsync(token);
        }, stoppingToken);
    }
}
