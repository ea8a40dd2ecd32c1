using System.Collections.Immutable;
using Keystone.Ethereum;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Fills nonces without a transaction that later nonces wait for, each with an empty transfer from the sender to itself, and releases those that no later
/// nonce waits for.
/// </summary>
internal sealed partial class NonceGaps(
    SenderStores stores, Broadcaster broadcaster, GasLimits gas, FeePolicy fees, Address sender, ILogger log)
{
    /// <summary>Fills or releases.</summary>
    /// <param name="poll">The poll.</param>
    /// <param name="entries">Pending set.</param>
    /// <param name="free">Nonces that have a row and no signature.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task FillAsync(PollContext poll, ImmutableArray<NonceEntry> entries, IReadOnlyCollection<long> free, CancellationToken cancellationToken)
    {
        ImmutableArray<long> gaps = NonceRules.Gaps(entries, poll.Count);
        if (free.Count == 0 && gaps.IsEmpty) return;
        long last = entries.Where(entry => entry.IsSigned).Select(entry => entry.Nonce).DefaultIfEmpty(-1).Max();
        // From the highest down, so that a crash in between leaves no gap below a nonce that still has a row.
        foreach (long nonce in free.OrderDescending())
            if (nonce > last) await stores.Nonces.DeleteAsync(poll.Epoch, nonce, cancellationToken);
        List<long> holes = [.. free.Where(nonce => nonce < last).Concat(gaps).Order()];
        if (holes.Count == 0) return;
        await gas.RefreshAsync(poll.Node, sender, poll.Head, cancellationToken);
        UInt256 tip = await fees.TipAsync(poll.Node, cancellationToken);
        foreach (long nonce in holes)
        {
            Filling(nonce);
            await stores.Nonces.FillAsync(poll.Epoch, nonce, exists: !gaps.Contains(nonce), gas.Fill, cancellationToken);
            NonceEntry entry = NonceEntry.Unsigned(nonce, sender, ReadOnlyMemory<byte>.Empty, gas.Fill, isFill: true, []);
            AttemptFee fee = fees.First(poll, tip, [], gas.Fill);
            if (await broadcaster.SignAsync(poll.Epoch, entry, fee, poll.Head.Number, asFill: true, "fill", cancellationToken) is { } attempt)
                await broadcaster.BroadcastAsync(attempt, poll.Head.Number, cancellationToken);
        }
    }

    [LoggerMessage(5006, LogLevel.Information, "Nonce {Nonce} has no transaction and blocks later ones: it is filled with an empty transfer to the sender itself")]
    partial void Filling(long nonce);
}
