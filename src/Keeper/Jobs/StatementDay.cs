using System.Globalization;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Settlements.Statements;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>
/// Compares the statements of each day with the chain, as <c>keystone statement check</c> does, as soon as no block of the day can change any more: few nodes keep the state of a block for
/// longer than half an hour. Days that a keeper missed are caught up, the oldest first; days with differences are compared again each hour, until they have none.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class StatementDay(CheckStatement check, IEthereumNodes nodes, AlarmStore alarms, TimeProvider time, ILogger<StatementDay> log) : IJob
{
    /// <summary>Days that are caught up at most.</summary>
    const int Most = 31;

    const int Listed = 20;

    static readonly TimeSpan Again = TimeSpan.FromHours(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (ChainOptions chain in nodes.Chains) await CheckAsync(chain.ChainId, cancellationToken);
    }

    /// <summary>Compares the days of a chain that are final and were not compared, and again those with differences; returns how many.</summary>
    internal async Task<int> CheckAsync(long chainId, CancellationToken cancellationToken)
    {
        if (await check.LastFinalDayAsync(chainId, cancellationToken) is not { } last) return 0;
        // The first day of a system is the one before it began to look.
        DateOnly first = await check.LastCheckedDayAsync(chainId, cancellationToken) is { } done ? done.AddDays(1) : last, oldest = last.AddDays(1 - Most);
        List<DateOnly> days = [.. await check.BrokenDaysAsync(chainId, oldest, time.GetUtcNow() - Again, cancellationToken)];
        for (DateOnly day = first < oldest ? oldest : first; day <= last; day = day.AddDays(1)) days.Add(day);
        int compared = 0;
        foreach (DateOnly day in days)
        {
            try
            {
                if (await check.ExecuteAndKeepAsync(chainId, day, time.GetUtcNow(), cancellationToken) is { } found) await ReportAsync(found, cancellationToken);
                compared++;
            }
            catch (NodeException fault)
            {
                // The next minute tries again.
                Unread(Text(day), chainId, fault.Message);
                break;
            }
        }
        return compared;
    }

    async Task ReportAsync(StatementCheck found, CancellationToken cancellationToken)
    {
        string subject = string.Create(CultureInfo.InvariantCulture, $"statements of {Text(found.Day)} on chain {found.ChainId}");
        foreach (StatementBreak one in found.Breaks.Take(Listed)) Broken(Text(found.Day), found.ChainId, one.Kind, one.Transaction?.ToString() ?? "none", one.Detail);
        if (!found.BalancesRead) NoState(Text(found.Day), found.ChainId);
        if (found.Breaks.Count > 0)
        {
            KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "statement_break"));
            await alarms.RaiseAsync("statement_break", subject, string.Create(CultureInfo.InvariantCulture,
                $"{found.Breaks.Count} differences on {Text(found.Day)}; the first: {found.Breaks[0].Kind} in transaction {found.Breaks[0].Transaction?.ToString() ?? "none"}. Run keystone statement check --date {Text(found.Day)}."), cancellationToken);
        }
        else if (found.BalancesRead)
        {
            await alarms.ClearAsync(subject, [], cancellationToken);
        }
        Compared(Text(found.Day), found.ChainId, found.Tokens.Count, found.Accounts.Count, found.Breaks.Count);
    }

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [LoggerMessage(7230, LogLevel.Error, "ALARM statement_break: {Day} on chain {ChainId}: {Kind} in transaction {Transaction}: {Detail}")]
    partial void Broken(string day, long chainId, string kind, string transaction, string detail);

    [LoggerMessage(7231, LogLevel.Information, "Statements of {Day} on chain {ChainId}: {Tokens} tokens, {Accounts} accounts that hold something, {Breaks} differences")]
    partial void Compared(string day, long chainId, int tokens, int accounts, int breaks);

    [LoggerMessage(7232, LogLevel.Warning, "Statements of {Day} on chain {ChainId} were compared without balances: no node has the state of that block any more")]
    partial void NoState(string day, long chainId);

    [LoggerMessage(7233, LogLevel.Warning, "Statements of {Day} on chain {ChainId} could not be compared yet: {Reason}")]
    partial void Unread(string day, long chainId, string reason);
}
