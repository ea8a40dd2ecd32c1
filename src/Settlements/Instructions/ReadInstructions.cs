using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Instructions;

/// <summary>Use case: read the caller's instructions.</summary>
public sealed class ReadInstructions
{
    readonly InstructionReadStore _store;

    internal ReadInstructions(InstructionReadStore store) => _store = store;

    /// <summary>An instruction of the caller's environment.</summary>
    public async Task<Result<InstructionView>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _store.FindAsync(caller.EnvironmentId, id, cancellationToken) is var (found, mismatches) ? InstructionViewer.View(found, mismatches) : DomainError.NotFound("Instruction");
    }

    /// <summary>A page of them, newest first.</summary>
    public async Task<Page<InstructionView>> ListAsync(Caller caller, string? status, string? tradeReference, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        (IReadOnlyList<(InstructionRecord, IReadOnlyList<InstructionMismatchView>)> items, long total) =
            await _store.ListAsync(caller.EnvironmentId, status, tradeReference, limit, offset, cancellationToken);
        return new Page<InstructionView>([.. items.Select(one => InstructionViewer.View(one.Item1, one.Item2))], Math.Min(total, 10_000), total > 10_000);
    }
}
