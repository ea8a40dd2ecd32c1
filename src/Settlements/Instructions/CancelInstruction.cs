using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Instructions;

/// <summary>Use case: take an instruction back that has not been matched.</summary>
public sealed class CancelInstruction
{
    readonly EndInstructionStore _store;
    readonly InstructionReadStore _reads;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal CancelInstruction(EndInstructionStore store, InstructionReadStore reads, WakeSignals signals, TimeProvider time) =>
        (_store, _reads, _signals, _time) = (store, reads, signals, time);

    /// <summary>The instruction, cancelled. One that was cancelled before is answered likewise.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The instruction.</param>
    /// <param name="reason">Why; checked only.</param>
    /// <param name="found">Faults that the host found while it read the request.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<InstructionView>> ExecuteAsync(Caller caller, Guid id, string? reason, Faults found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(found);
        if (await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is null) return DomainError.NotFound("Instruction");
        new MemberRules(found).Text("reason", reason, max: 500);
        if (found.Any) return DomainError.Validation(found.All);
        if (await _store.CancelAsync(caller, id, _time.UtcNowMicroseconds(), cancellationToken)) _signals.Raise(WakeSignals.Webhooks);
        return await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is not var (now, mismatches) ? DomainError.NotFound("Instruction")
            : now.Status == "cancelled" ? InstructionViewer.View(now, mismatches)
            : DomainError.Conflict(ErrorCodes.InstructionNotPending, now.Status == "matched"
                ? $"The instruction was matched; what it became is settlement {now.SettlementId}, and is cancelled there." : "The instruction has expired.", now.Status);
    }
}
