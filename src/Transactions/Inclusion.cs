using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres.Faults;
using Microsoft.Extensions.Logging;

namespace Keystone.Transactions;

/// <summary>
/// What became of the transactions of a sender. A transaction counts as mined by its receipt in a block that the mirror calls canonical, and as
/// final only behind the mirror's finalized block; where there is no mirror the node's word is taken.
/// </summary>
internal sealed partial class Inclusion(DeskStore store, Address sender, ILogger log)
{
    /// <summary>Head and finality as the node has them, where no mirror says anything.</summary>
    public async Task<ChainView> ReadChainAsync(IEthereumNode node, BlockHeader head, CancellationToken cancellationToken)
    {
        BlockHeader? finalized = (await Finality.ReadAsync(node, cancellationToken)).Block;
        return new ChainView(head.Number, (long)head.Timestamp, finalized?.Number ?? -1, Halted: false, Genesis: null);
    }

    /// <summary>The slots as they are now: mined, taken back, final, used by somebody else; what has changed is written.</summary>
    public async Task<ImmutableArray<Slot>> ObserveAsync(
        IEthereumNode node, long epoch, ImmutableArray<Slot> slots, long count, ChainView chain, CancellationToken cancellationToken)
    {
        Dictionary<long, Hash32> canonical = await store.ReadCanonicalAsync(
            [.. slots.Where(slot => slot.MinedBlock is not null).Select(slot => slot.MinedBlock!.Value).Distinct()], cancellationToken);
        ImmutableArray<Slot>.Builder seen = ImmutableArray.CreateBuilder<Slot>(slots.Length);
        List<long> final = [];
        long? finalCount = null;
        foreach (Slot slot in slots)
        {
            if (slot.Nonce >= count)
            {
                if (slot.MinedBlock is null) seen.Add(slot);
                else seen.Add(await TakenBackAsync(epoch, slot, cancellationToken));
                continue;
            }
            if (!slot.IsSigned)
            {
                // Others used the nonce before we signed anything for it.
                await store.DeleteAsync(epoch, slot.Nonce, cancellationToken);
                continue;
            }
            Slot now = slot;
            if (slot.MinedBlock is not { } height || await CanonicalAsync(node, height, canonical, cancellationToken) != slot.MinedIn)
                now = await FindAsync(node, epoch, slot, canonical, cancellationToken);
            if (now.MinedBlock <= chain.Finalized)
            {
                final.Add(now.Nonce);
            }
            else if (now.MinedBlock is null)
            {
                finalCount ??= await FinalCountAsync(node, chain, cancellationToken);
                if (now.Nonce < finalCount && !await IsMinedAnywhereAsync(node, now, cancellationToken))
                {
                    UsedByOthers(now.Nonce);
                    await store.SetMinedAsync(epoch, now.Nonce, null, final: true, cancellationToken);
                    now = now with { Final = true };
                }
            }
            seen.Add(now);
        }
        if (final.Count > 0) await store.SetFinalAsync(epoch, final, chain.Finalized, cancellationToken);
        return seen.ToImmutable();
    }

    /// <summary>False while node and mirror stand on different forks.</summary>
    public async Task<bool> IsOnMirrorsForkAsync(IEthereumNode node, ChainView chain, CancellationToken cancellationToken)
    {
        // Without a mirror, or with one that is still behind finality, there is no fork to be on.
        if (chain.Revision < 0 || chain.Number <= chain.Finalized) return true;
        Dictionary<long, Hash32> mirrored = await store.ReadCanonicalAsync([chain.Number], cancellationToken);
        BlockHeader? header = await node.GetBlockAsync(BlockTag.AtNumber(chain.Number), cancellationToken);
        return mirrored.TryGetValue(chain.Number, out Hash32 hash) && header?.Hash == hash;
    }

    // The mirror's word on a height where it has one, else the node's.
    async Task<Hash32?> CanonicalAsync(IEthereumNode node, long height, Dictionary<long, Hash32> canonical, CancellationToken cancellationToken)
    {
        if (canonical.TryGetValue(height, out Hash32 known)) return known;
        BlockHeader? header = await node.GetBlockAsync(BlockTag.AtNumber(height), cancellationToken);
        if (header is null) return null;
        canonical[height] = header.Hash;
        return header.Hash;
    }

    async Task<Slot> FindAsync(IEthereumNode node, long epoch, Slot slot, Dictionary<long, Hash32> canonical, CancellationToken cancellationToken)
    {
        foreach (Attempt attempt in slot.Attempts.Reverse())
        {
            TransactionReceipt? receipt = await node.GetTransactionReceiptAsync(attempt.Hash, cancellationToken);
            if (receipt is null || await CanonicalAsync(node, receipt.BlockNumber, canonical, cancellationToken) != receipt.BlockHash) continue;
            CrashPoint.Reach(CrashPoint.BeforeInclusionRecorded);
            await store.SetMinedAsync(epoch, slot.Nonce, receipt, final: false, cancellationToken);
            Mined(slot.Nonce, attempt.Hash, receipt.BlockNumber, receipt.Succeeded);
            return slot with { MinedBlock = receipt.BlockNumber, MinedIn = receipt.BlockHash, MinedHash = attempt.Hash };
        }
        return slot.MinedBlock is null ? slot : await TakenBackAsync(epoch, slot, cancellationToken);
    }

    // The count where the mirror says that nothing changes any more. A node that has thrown that state away gives no count: nothing is concluded.
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

    // A mirror that is late, or still on another fork, does not know the block that one of ours is in.
    async Task<bool> IsMinedAnywhereAsync(IEthereumNode node, Slot slot, CancellationToken cancellationToken)
    {
        foreach (Attempt attempt in slot.Attempts)
            if (await node.GetTransactionReceiptAsync(attempt.Hash, cancellationToken) is not null) return true;
        return false;
    }

    async Task<Slot> TakenBackAsync(long epoch, Slot slot, CancellationToken cancellationToken)
    {
        TakenBack(slot.Nonce, slot.MinedBlock!.Value);
        await store.SetMinedAsync(epoch, slot.Nonce, null, final: false, cancellationToken);
        return slot with { MinedBlock = null, MinedIn = null, MinedHash = null };
    }

    [LoggerMessage(5002, LogLevel.Information, "Nonce {Nonce}: {Transaction} mined in block {Block}, succeeded: {Succeeded}")]
    partial void Mined(long nonce, Hash32 transaction, long block, bool succeeded);

    [LoggerMessage(5003, LogLevel.Warning, "Nonce {Nonce}: block {Block} is no longer canonical, its transaction is offered again")]
    partial void TakenBack(long nonce, long block);

    [LoggerMessage(5004, LogLevel.Warning, "Nonce {Nonce} was used by a transaction that is not ours; does something else sign with this key?")]
    partial void UsedByOthers(long nonce);
}
