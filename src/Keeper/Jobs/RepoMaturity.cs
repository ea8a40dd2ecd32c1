using Keystone.Settlements.Repo;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>Makes the closings of repos whose maturity is reached, and says which cannot be made or were stopped.</summary>
[DisallowConcurrentExecution]
internal sealed partial class RepoMaturity(CloseRepos close, ILogger<RepoMaturity> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        foreach (ClosedRepo repo in await close.ExecuteAsync(cancellationToken))
        {
            string? reason = null;
            switch (repo.Outcome)
            {
                case RepoOutcome.Closed:
                    Closed(repo.Opening, repo.Closing!.Value);
                    break;
                case RepoOutcome.NotFinal:
                    reason = "repo_not_final";
                    NotFinal(repo.Opening);
                    break;
                case RepoOutcome.Held:
                    reason = "repo_close_held";
                    Held(repo.Opening, repo.Closing!.Value);
                    break;
                case RepoOutcome.Faulted:
                    reason = "repo_close_faulted";
                    Faulted(repo.Fault!, repo.Opening);
                    break;
                case RepoOutcome.CloseFailed:
                    reason = "repo_close_failed";
                    Failed(repo.Opening, repo.Closing!.Value);
                    break;
            }
            if (reason is not null) KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    [LoggerMessage(7220, LogLevel.Information, "The repo of settlement {Opening} is closed by settlement {Closing}")]
    partial void Closed(Guid opening, Guid closing);

    [LoggerMessage(7221, LogLevel.Error, "ALARM repo_not_final: settlement {Opening} has reached its maturity and is not final; its closing is made when it is")]
    partial void NotFinal(Guid opening);

    [LoggerMessage(7222, LogLevel.Error, "ALARM repo_close_held: settlement {Closing} closes settlement {Opening} and is held, because the platform of a party is suspended")]
    partial void Held(Guid opening, Guid closing);

    [LoggerMessage(7224, LogLevel.Error, "ALARM repo_close_faulted: the closing of settlement {Opening} could not be made and is tried again")]
    partial void Faulted(Exception fault, Guid opening);

    [LoggerMessage(7223, LogLevel.Error, "ALARM repo_close_failed: settlement {Closing}, which closes settlement {Opening}, has ended without a swap")]
    partial void Failed(Guid opening, Guid closing);
}
