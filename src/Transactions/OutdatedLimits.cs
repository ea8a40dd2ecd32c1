using System.Collections.Immutable;
using Keystone.Ethereum;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Finds pending transactions whose gas limit has become too low because the chain's price of a storage slot rose after they were signed, as at a fork. A
/// transaction with the same nonce and a larger limit replaces them; otherwise they could fail once, and be paid for.
/// </summary>
internal sealed partial class OutdatedLimits(GasLimits gas, BatchBuilder batches, Address sender, ILogger log)
{
    readonly Dictionary<Hash32, Hash32> _checked = [];

    /// <summary>Nonces that need a larger gas limit, with the call and the limit that replace the old ones. Each is simulated at most once at a head.</summary>
    public async Task<IReadOnlyDictionary<long, Batch>> FindAsync(
        PollContext poll, ImmutableArray<NonceEntry> entries, ImmutableArray<(long Nonce, NonceAction Action)> actions, Dictionary<Guid, Intent> wanted,
        CancellationToken cancellationToken)
    {
        Dictionary<long, Batch> raised = [];
        foreach ((long nonce, NonceAction action) in actions)
        {
            if (action is not (NonceAction.Broadcast or NonceAction.Replace)) continue;
            NonceEntry entry = entries.First(one => one.Nonce == nonce);
            if (entry.IsFill || entry.Latest is not { } attempt || entry.Intents.IsEmpty || !entry.Intents.All(wanted.ContainsKey)) continue;
            await gas.RefreshAsync(poll.Node, sender, poll.Head, cancellationToken);
            // Measurements under the rules of one fork differ by less than an eighth.
            if (gas.NewStorageSlot <= attempt.StorageSlotGas + (attempt.StorageSlotGas / 8)) continue;
            if (_checked.TryGetValue(attempt.Hash, out Hash32 head) && head == poll.Head.Hash) continue;
            _checked[attempt.Hash] = poll.Head.Hash;
            if (await batches.RebuildAsync(poll, [.. entry.Intents.Select(id => wanted[id])], cancellationToken) is not { } batch || batch.Gas <= entry.Gas) continue;
            Raising(nonce, entry.Gas, batch.Gas);
            raised[nonce] = batch;
        }
        return raised;
    }

    /// <summary>Forgets all attempts but these.</summary>
    public void Keep(HashSet<Hash32> open)
    {
        foreach (Hash32 gone in _checked.Keys.Where(hash => !open.Contains(hash)).ToArray()) _checked.Remove(gone);
    }

    [LoggerMessage(5017, LogLevel.Information, "Nonce {Nonce}: the price of a storage slot rose, so its gas limit of {Old} may be too low; a transaction with {Larger} replaces it")]
    partial void Raising(long nonce, ulong old, ulong larger);
}
