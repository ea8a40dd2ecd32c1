using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres.Faults;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// Observes which transactions of a sender were mined. A transaction is mined if it has a receipt in a block that is canonical in the mirror, and final
/// if the mirror has finalized that block. Without a mirror the node's view is used.
/// </summary>
internal sealed partial class Inclusion(SenderStores stores, Address sender, ILogger log)
{
    /// <summary>Head and finalized block of the node, used if there is no mirror.</summary>
    public static async Task<ChainView> ReadChainAsync(IEthereumNode node, BlockHeader head, CancellationToken cancellationToken)
    {
        BlockHeader? finalized = (await Finality.ReadAsync(node, cancellationToken)).Block;
        return new ChainView(head.Number, head.Timestamp, finalized?.Number ?? -1, Halted: false, Genesis: null);
    }

    /// <summary>Updates the pending set: mined, reverted by a reorg, final, or nonce used by another program. Changes are stored.</summary>
    public async Task<ImmutableArray<NonceEntry>> ObserveAsync(
        PollContext poll, ImmutableArray<NonceEntry> entries, CancellationToken cancellationToken)
    {
        Dictionary<long, Hash32> canonical = await stores.Chain.ReadCanonicalAsync(
            [.. entries.Where(entry => entry.MinedBlock is not null).Select(entry => entry.MinedBlock!.Value).Distinct()], cancellationToken);
        ImmutableArray<NonceEntry>.Builder seen = ImmutableArray.CreateBuilder<NonceEntry>(entries.Length);
        List<long> final = [];
        List<(long Nonce, TransactionReceipt Receipt)> mined = [];
        long? finalCount = null;
        Dictionary<Hash32, TransactionReceipt> receipts = await ReceiptsAsync(
            poll.Node, [.. entries.Where(entry => entry.Nonce < poll.Count && (entry.MinedBlock is not { } at || canonical.GetValueOrDefault(at) != entry.MinedIn))], cancellationToken);
        foreach (NonceEntry entry in entries)
        {
            if (entry.Nonce >= poll.Count)
            {
                // That its count is lower is one node's word; that the block is canonical is the mirror's, and the mirror takes it back when it is not.
                bool isMined = entry.MinedBlock is { } block && await CanonicalAsync(poll.Node, block, canonical, cancellationToken) == entry.MinedIn;
                if (isMined && entry.MinedBlock <= poll.Chain.Finalized) final.Add(entry.Nonce);
                seen.Add(isMined || entry.MinedBlock is null ? entry : await TakenBackAsync(poll.Epoch, entry, cancellationToken));
                continue;
            }
            if (!entry.IsSigned)
            {
                // Another program used the nonce before anything was signed for it here.
                await stores.Nonces.DeleteAsync(poll.Epoch, entry.Nonce, cancellationToken);
                continue;
            }
            NonceEntry now = entry;
            if (entry.MinedBlock is not { } height || await CanonicalAsync(poll.Node, height, canonical, cancellationToken) != entry.MinedIn)
                now = await FindAsync(poll, entry, canonical, receipts, mined, cancellationToken);
            if (now.MinedBlock <= poll.Chain.Finalized)
            {
                final.Add(now.Nonce);
            }
            else if (now.MinedBlock is null)
            {
                finalCount ??= await FinalCountAsync(poll.Node, poll.Chain, cancellationToken);
                if (now.Nonce < finalCount && !await IsMinedAnywhereAsync(poll.Node, now, cancellationToken))
                {
                    UsedByOthers(now.Nonce);
                    await stores.Nonces.SetUnminedAsync(poll.Epoch, now.Nonce, final: true, cancellationToken);
                    now = now with { Final = true };
                }
            }
            seen.Add(now);
        }
        if (mined.Count > 0)
        {
            CrashPoint.Reach(CrashPoint.BeforeInclusionRecorded);
            await stores.Nonces.SetMinedAsync(poll.Epoch, mined, cancellationToken);
        }
        if (final.Count > 0) await stores.Nonces.SetFinalAsync(poll.Epoch, final, poll.Chain.Finalized, cancellationToken);
        return seen.ToImmutable();
    }

    /// <summary>False while node and mirror are on different forks.</summary>
    public async Task<bool> IsOnMirrorsForkAsync(PollContext poll, CancellationToken cancellationToken)
    {
        // Without a mirror, or while it is still below finality, there is only one fork.
        if (poll.Chain.Revision < 0 || poll.Chain.Number <= poll.Chain.Finalized) return true;
        Dictionary<long, Hash32> mirrored = await stores.Chain.ReadCanonicalAsync([poll.Chain.Number], cancellationToken);
        BlockHeader? header = await poll.Node.GetBlockAsync(BlockTag.AtNumber(poll.Chain.Number), cancellationToken);
        return mirrored.TryGetValue(poll.Chain.Number, out Hash32 hash) && header?.Hash == hash;
    }

    // The canonical hash at a height: the mirror's if it has the block, else the node's.
    async Task<Hash32?> CanonicalAsync(IEthereumNode node, long height, Dictionary<long, Hash32> canonical, CancellationToken cancellationToken)
    {
        if (canonical.TryGetValue(height, out Hash32 known)) return known;
        BlockHeader? header = await node.GetBlockAsync(BlockTag.AtNumber(height), cancellationToken);
        if (header is null) return null;
        canonical[height] = header.Hash;
        return header.Hash;
    }

    // Several at once: a flood has many in one block, and the node answers them beside each other.
    static async Task<Dictionary<Hash32, TransactionReceipt>> ReceiptsAsync(IEthereumNode node, IReadOnlyList<NonceEntry> entries, CancellationToken cancellationToken)
    {
        Dictionary<Hash32, TransactionReceipt> receipts = [];
        foreach (Hash32[] hashes in entries.SelectMany(entry => entry.Attempts).Select(attempt => attempt.Hash).Chunk(CallSimulator.AtOnce))
            foreach (TransactionReceipt? receipt in await Task.WhenAll(hashes.Select(hash => node.GetTransactionReceiptAsync(hash, cancellationToken))))
                if (receipt is not null) receipts[receipt.TransactionHash] = receipt;
        return receipts;
    }

    // What is found is stored for all nonces of a poll at once.
    async Task<NonceEntry> FindAsync(
        PollContext poll, NonceEntry entry, Dictionary<long, Hash32> canonical, Dictionary<Hash32, TransactionReceipt> receipts,
        List<(long Nonce, TransactionReceipt Receipt)> mined, CancellationToken cancellationToken)
    {
        foreach (Attempt attempt in entry.Attempts.Reverse())
        {
            if (!receipts.TryGetValue(attempt.Hash, out TransactionReceipt? receipt)
                || await CanonicalAsync(poll.Node, receipt.BlockNumber, canonical, cancellationToken) != receipt.BlockHash) continue;
            mined.Add((entry.Nonce, receipt));
            Mined(entry.Nonce, attempt.Hash, receipt.BlockNumber, receipt.Succeeded);
            return entry with { MinedBlock = receipt.BlockNumber, MinedIn = receipt.BlockHash, MinedHash = attempt.Hash };
        }
        return entry.MinedBlock is null ? entry : await TakenBackAsync(poll.Epoch, entry, cancellationToken);
    }

    // The sender's transaction count at the mirror's finalized block. A node that has pruned that state gives no count, and nothing is concluded.
    async Task<long> FinalCountAsync(IEthereumNode node, ChainView chain, CancellationToken cancellationToken)
    {
        if (chain.Finalized < 0) return 0;
        try
        {
            return (long)await node.GetTransactionCountAsync(sender, BlockTag.AtNumber(chain.Finalized), cancellationToken);
        }
        catch (NodeException e) when (e.Code is not null)
        {
            return 0;
        }
    }

    // A mirror that lags, or is on another fork, does not know the block that contains the transaction.
    async Task<bool> IsMinedAnywhereAsync(IEthereumNode node, NonceEntry entry, CancellationToken cancellationToken)
    {
        foreach (Attempt attempt in entry.Attempts)
            if (await node.GetTransactionReceiptAsync(attempt.Hash, cancellationToken) is not null) return true;
        return false;
    }

    async Task<NonceEntry> TakenBackAsync(long epoch, NonceEntry entry, CancellationToken cancellationToken)
    {
        TakenBack(entry.Nonce, entry.MinedBlock!.Value);
        await stores.Nonces.SetUnminedAsync(epoch, entry.Nonce, final: false, cancellationToken);
        return entry with { MinedBlock = null, MinedIn = null, MinedHash = null };
    }

    [LoggerMessage(5002, LogLevel.Information, "Nonce {Nonce}: {Transaction} mined in block {Block}, succeeded: {Succeeded}")]
    partial void Mined(long nonce, Hash32 transaction, long block, bool succeeded);

    [LoggerMessage(5003, LogLevel.Warning, "Nonce {Nonce}: block {Block} is no longer canonical, its transaction is broadcast again")]
    partial void TakenBack(long nonce, long block);

    [LoggerMessage(5004, LogLevel.Warning, "Nonce {Nonce} was used by a transaction that this system did not sign; check whether another program uses the key")]
    partial void UsedByOthers(long nonce);
}
