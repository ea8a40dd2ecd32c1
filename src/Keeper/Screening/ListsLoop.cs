using System.Data.Common;
using Keystone.Compliance.Lists;
using Keystone.Postgres;
using Keystone.Settlements.Screening;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Keeper.Screening;

/// <summary>Takes new files of lists into use, and has parties of live settlements screened again whom a change of a list touches, or a later result of a provider.</summary>
internal sealed partial class ListsLoop(SanctionsLists lists, CompareListChange compare, ApplyLaterResults later, TimeProvider time, ILogger<ListsLoop> log, LoopPulses? pulses = null) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // A large list takes minutes on a small machine.
            pulses?.Turn("lists", TimeSpan.FromMinutes(15));
            try
            {
                await lists.RefreshAsync(stoppingToken);
                while (await compare.ExecuteAsync(stoppingToken)) pulses?.Turn("lists", TimeSpan.FromMinutes(15));
                await later.ExecuteAsync(stoppingToken);
            }
            catch (DbException e)
            {
                Interrupted(e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Broken(e);
            }
            await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(7207, LogLevel.Warning, "The lists were interrupted: {Reason}")]
    partial void Interrupted(string reason);

    [LoggerMessage(7208, LogLevel.Error, "A run of the lists failed; it is tried again")]
    partial void Broken(Exception exception);
}
