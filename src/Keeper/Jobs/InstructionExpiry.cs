using Keystone.Settlements.Instructions;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>Ends instructions whose time is over, and tells both sides.</summary>
[DisallowConcurrentExecution]
internal sealed class InstructionExpiry(ExpireInstructions expire) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await expire.ExecuteAsync(cancellationToken);
}
