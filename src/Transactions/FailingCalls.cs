using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Finds pending transactions whose call would revert, so that an empty transfer with the same nonce saves their gas. Simulates each at every head;
/// two heads must agree, because a revert at a single head may be a passing state.
/// </summary>
internal sealed partial class FailingCalls(GasLimits gas, Address sender, ILogger log)
{
    readonly Dictionary<Hash32, (long First, long Last)> _failing = [];

    /// <summary>
    /// Nonces whose call would revert at this head and did at an earlier one. Left out are batches, whose items fail one by one, and calls that
    /// cost no more than the empty transfer.
    /// </summary>
    public async Task<HashSet<long>> FindAsync(
        PollContext poll, ImmutableArray<NonceEntry> entries, Dictionary<Guid, Intent> wanted, CancellationToken cancellationToken)
    {
        HashSet<long> failing = [];
        NonceEntry[] pending = [.. entries.Where(entry => !entry.IsFill && entry.MinedBlock is null && entry.Nonce >= poll.Count && entry.IsSigned
            && entry.Intents.Length == 1 && wanted.ContainsKey(entry.Intents[0]))];
        if (pending.Length == 0) return failing;
        await gas.RefreshAsync(poll.Node, sender, poll.Head, cancellationToken);
        foreach (NonceEntry[] group in pending.Where(entry => entry.Gas > 2 * gas.Fill).Chunk(CallSimulator.AtOnce))
        {
            // Several at once: most of the time is spent waiting for the node.
            bool[] fails = await Task.WhenAll(group.Select(entry => FailsAtAsync(poll, entry, cancellationToken)));
            for (int i = 0; i < group.Length; i++)
            {
                Hash32 hash = group[i].Latest!.Hash;
                if (!fails[i])
                {
                    _failing.Remove(hash);
                    continue;
                }
                long first = _failing.TryGetValue(hash, out (long First, long Last) seen) ? seen.First : poll.Head.Number;
                _failing[hash] = (first, poll.Head.Number);
                if (first >= poll.Head.Number) continue;
                WouldFail(group[i].Nonce);
                failing.Add(group[i].Nonce);
            }
        }
        return failing;
    }

    // At one head the node is asked once.
    Task<bool> FailsAtAsync(PollContext poll, NonceEntry entry, CancellationToken cancellationToken) =>
        _failing.TryGetValue(entry.Latest!.Hash, out (long First, long Last) seen) && seen.Last == poll.Head.Number ? Task.FromResult(true) : FailsAsync(poll.Node, entry, cancellationToken);

    async Task<bool> FailsAsync(IEthereumNode node, NonceEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await node.CallAsync(new CallRequest(sender, entry.To, entry.Data, Gas: entry.Gas), BlockTag.Latest, cancellationToken);
            return false;
        }
        catch (CallRevertedException)
        {
            return true;
        }
        catch (NodeException e) when (CallSimulator.IsAboutTheCall(e))
        {
            // One call that a node cannot execute must not block all other transactions.
            return e.Message.Contains("out of gas", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("OutOfGas", StringComparison.Ordinal);
        }
    }

    /// <summary>Forgets all attempts but these.</summary>
    public void Keep(HashSet<Hash32> open)
    {
        foreach (Hash32 gone in _failing.Keys.Where(hash => !open.Contains(hash)).ToArray()) _failing.Remove(gone);
    }

    [LoggerMessage(5011, LogLevel.Warning, "Nonce {Nonce}: its call would fail now; an empty transfer takes its place")]
    partial void WouldFail(long nonce);
}
