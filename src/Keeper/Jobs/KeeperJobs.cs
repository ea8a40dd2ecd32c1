using System.Globalization;
using Keystone.Compliance;
using Keystone.Compliance.Lists;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Keeper.Mail;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Instructions;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Repo;
using Keystone.Settlements.Statements;
using Keystone.Transactions;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Mail;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>
/// The fixed list of scheduled jobs. No work depends on them, because the loops poll: a job that runs twice or not at all only changes a delay.
/// </summary>
internal static class KeeperJobs
{
    /// <summary>Name, seconds-first cron expression (UTC) and type of each.</summary>
    public static IReadOnlyList<(string Name, string Cron, Type Job)> All { get; } =
    [
        ("deadline-sweep", "0/5 * * * * ?", typeof(DeadlineSweep)),
        ("instruction-expiry", "0/5 * * * * ?", typeof(InstructionExpiry)),
        ("repo-maturity", "0/5 * * * * ?", typeof(RepoMaturity)),
        ("balance-check", "0 * * * * ?", typeof(BalanceCheck)),
        ("sanctions-refresh", "0 0/5 * * * ?", typeof(SanctionsRefresh)),
        ("retention", "0 30 3 * * ?", typeof(Retention)),
        ("audit-check", "0 0 4 * * ?", typeof(AuditCheck)),
        ("statement-check", "30 * * * * ?", typeof(StatementDay)),
    ];

    /// <summary>Services from which jobs are created: the keeper's own.</summary>
    public static IReadOnlyList<Type> Needs { get; } =
    [
        typeof(MarkDue), typeof(IEthereumNodes), typeof(WakeSignals), typeof(TimeProvider), typeof(OperateSenders), typeof(IOptions<KeeperOptions>),
        typeof(DenyListProvider), typeof(ListFileStore), typeof(IOptions<ScreeningOptions>), typeof(BroadcastStore), typeof(AuditCheckStore), typeof(MessageRetention), typeof(ExpireInstructions), typeof(CloseRepos),
        typeof(CheckStatement), typeof(AlarmStore), typeof(MailPlanner), typeof(MailStore),
    ];

    public static void Add(IQuartzBuilder quartz)
    {
        foreach ((string name, string cron, Type job) in All)
        {
            JobKey key = new(name, "keeper");
            quartz.AddJob(job, configure => configure.WithIdentity(key).StoreDurably());
            quartz.AddTrigger(trigger => trigger.ForJob(key).WithIdentity(name, "keeper").WithCronSchedule(cron, schedule => schedule
                .InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing)));
        }
    }
}

/// <summary>Marks settlements due whose block height, finality or time has been reached.</summary>
[DisallowConcurrentExecution]
internal sealed class DeadlineSweep(MarkDue due, IEthereumNodes nodes, WakeSignals signals, TimeProvider time) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (ChainOptions chain in nodes.Chains) await due.ExecuteAsync(chain.ChainId, time.GetUtcNow(), cancellationToken);
        signals.Raise(WakeSignals.Engine);
    }
}

/// <summary>Raises an alarm before an account that sends or attests, or ends what it began, has too little ether for gas.</summary>
[DisallowConcurrentExecution]
internal sealed partial class BalanceCheck(
    IEthereumNodes nodes, OperateSenders senders, IOptions<KeeperOptions> options, ILogger<BalanceCheck> log, MailPlanner? mail = null) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        UInt256 floor = UInt256.Parse(options.Value.LowBalanceWei);
        foreach (SenderView sender in (await senders.ListAsync(cancellationToken)).Where(IsAtWork))
        {
            if (nodes.Chains.FirstOrDefault(one => one.ChainId == sender.ChainId) is not { } chain) continue;
            Address account = Address.Parse(sender.Address);
            try
            {
                UInt256 balance = await nodes.For(chain.ChainId).GetBalanceAsync(account, BlockTag.Latest, cancellationToken);
                if (balance.CompareTo(floor) >= 0) continue;
                Low(account, chain.ChainId, balance);
                KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "low_balance"));
                if (mail is not null) await mail.LowBalanceAsync(chain.ChainId, account.ToString(), cancellationToken);
            }
            catch (NodeException e)
            {
                Unknown(chain.ChainId, e.Message);
            }
        }
    }

    // One that drains and holds nothing more needs nothing more.
    static bool IsAtWork(SenderView sender) => sender.Status is "active" or "dedicated" || (sender.Status == "draining" && sender.OpenSettlements + sender.OpenNonces + sender.OpenIntents > 0);

    [LoggerMessage(7070, LogLevel.Error, "ALARM low_balance: {Account} has {Wei} wei on chain {ChainId}; refill it before transactions stop")]
    partial void Low(Address account, long chainId, UInt256 wei);

    [LoggerMessage(7071, LogLevel.Warning, "The balance on chain {ChainId} could not be read: {Reason}")]
    partial void Unknown(long chainId, string reason);
}

/// <summary>Reads the deny list, so that a damaged list is reported before a settlement waits for it.</summary>
[DisallowConcurrentExecution]
internal sealed partial class SanctionsRefresh(DenyListProvider provider, ILogger<SanctionsRefresh> log) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            provider.Current();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            Unusable(e.Message);
            KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "screening_list"));
        }
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(7072, LogLevel.Error, "ALARM screening_list: the deny list cannot be used, so no party is cleared: {Reason}")]
    partial void Unusable(string reason);
}

/// <summary>Deletes broadcast responses older than 30 days, rows of mail older than 90, messages that have left the feeds of events, and files of lists on which no answer rests that has to be kept.</summary>
[DisallowConcurrentExecution]
internal sealed partial class Retention(
    BroadcastStore store, MessageRetention messages, ListFileStore lists, IOptions<ScreeningOptions> screening, TimeProvider time, ILogger<Retention> log, MailStore? mail = null) : IJob
{
    const int MailDays = 90;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        int deleted = await store.DeleteBeforeAsync(time.GetUtcNow() - TimeSpan.FromDays(30), cancellationToken);
        int left = await messages.DeleteAsync(time.GetUtcNow(), cancellationToken);
        Deleted(deleted.ToString(CultureInfo.InvariantCulture), left.ToString(CultureInfo.InvariantCulture));
        int files = await lists.DeleteBeforeAsync(time.GetUtcNow() - TimeSpan.FromDays(screening.Value.RetentionDays), cancellationToken);
        DeletedLists(files.ToString(CultureInfo.InvariantCulture));
        if (mail is not null) await mail.DeleteBeforeAsync(time.GetUtcNow() - TimeSpan.FromDays(MailDays), cancellationToken);
    }

    [LoggerMessage(7073, LogLevel.Information, "Deleted {Count} old broadcast responses and {Messages} old messages of webhooks")]
    partial void Deleted(string count, string messages);

    [LoggerMessage(7210, LogLevel.Information, "Deleted {Count} files of lists on which no answer rests any more")]
    partial void DeletedLists(string count);
}

/// <summary>Verifies the audit trail once a day, as <c>keystone audit check</c> does: a row that somebody changed is found before anybody relies on it.</summary>
[DisallowConcurrentExecution]
internal sealed partial class AuditCheck(AuditCheckStore store, ILogger<AuditCheck> log) : IJob
{
    const int Listed = 20;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        AuditReport report = await store.CheckAsync(null, cancellationToken);
        foreach (string fault in report.Faults.Take(Listed)) Broken(fault);
        if (report.Faults.Count > 0) KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "audit_chain_broken"));
        Checked(report.Chains, report.Events, report.Faults.Count);
    }

    [LoggerMessage(7077, LogLevel.Error, "ALARM audit_chain_broken: {Fault} Run keystone audit check for all of them")]
    partial void Broken(string fault);

    [LoggerMessage(7078, LogLevel.Information, "Checked the audit trail: {Chains} chains, {Events} events, {Faults} faults")]
    partial void Checked(long chains, long events, int faults);
}
