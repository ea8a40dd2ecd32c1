using Keystone.Settlements.Errors;
using Keystone.Settlements.Operations;

namespace Keystone.Settlements.Repo;

/// <summary>Use case of the operator: have a repo closed before its maturity. The keeper makes the closing as soon as the opening is final.</summary>
public sealed class TriggerMaturity
{
    readonly RepoStore _store;
    readonly OperatorStore _reads;
    readonly TimeProvider _time;

    internal TriggerMaturity(RepoStore store, OperatorStore reads, TimeProvider time) => (_store, _reads, _time) = (store, reads, time);

    /// <summary>Orders the closing; ordered or made before, nothing changes.</summary>
    public async Task<Result<InterventionView>> ExecuteAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await _reads.StateAsync(id, cancellationToken) is not { } before) return DomainError.NotFound("Settlement");
        return await _store.OrderAsync(id, _time.GetUtcNow(), cancellationToken) is not { } made
            ? DomainError.Conflict(ErrorCodes.NotRepo, "The settlement is no repo_open, or has failed, so there is nothing to close.", before.State)
            : new InterventionView(id, before.State, before.State, made ? "none" : "trigger_maturity");
    }
}
