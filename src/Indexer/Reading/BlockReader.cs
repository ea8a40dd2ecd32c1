using System.Collections.Immutable;
using System.Diagnostics;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Proofs;
using Keystone.Mirror;

namespace Keystone.Indexer.Reading;

/// <summary>
/// Reads blocks with their logs from one node. All answers of a call come from that node and are compared with each other; what does not fit is
/// refused as a whole.
/// </summary>
internal sealed class BlockReader(IEthereumNode node, Address escrow, IndexerOptions options, ProofLevel level)
{
    const int AtOnce = 8;
    const int HeadersInABatch = 200;

    // Of blocks as full as those of a mainnet, some megabytes; a node that finds it too much gets less.
    const int ReceiptsInABatch = 10;

    // While the answer to one question is checked, the node works on the next.
    const int BatchesOnTheirWay = 2;

    // Of a range where fewer than one block in so many may hold something of ours, the logs are also asked for themselves.
    const int OthersInAFullRange = 4;

    readonly ProofLevel _level = level;
    readonly Hash32 _topic = TransferLog.TopicOf(escrow);
    readonly BloomBits _escrowBits = LogsBloom.BitsOf(escrow.ToBytes());
    readonly BloomBits[] _transferBits = [LogsBloom.BitsOf(TransferLog.Topic.ToBytes()), LogsBloom.BitsOf(TransferLog.TopicOf(escrow).ToBytes())];

    long _verifying;

    /// <summary>At the level of the settings.</summary>
    public BlockReader(IEthereumNode node, Address escrow, IndexerOptions options)
        : this(node, escrow, options, options.Level)
    {
    }

    /// <summary>Processor time that went into hashes, roots and comparisons.</summary>
    public TimeSpan Verifying => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _verifying));

    /// <summary>The blocks of these heights one by one, their logs by block hash. Each is the child of the one before, the first of <paramref name="parent"/>.</summary>
    /// <param name="parent">Hash of the block below; null for none.</param>
    /// <param name="from">Lowest height.</param>
    /// <param name="to">Highest height.</param>
    /// <param name="head">A header that the node gave a moment ago: when it is the only one, it is not asked again.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ContradictionException">The answers do not fit together.</exception>
    public async Task<ImmutableArray<ReadBlock>> ReadAsync(Hash32? parent, long from, long to, BlockHeader? head, CancellationToken cancellationToken)
    {
        List<BlockHeader> chain = [];
        Hash32? above = parent;
        if (from == to && head?.Number == to) Append(chain, ref above, head);
        else chain = await ReadHeadersAsync(parent, from, to, cancellationToken);
        ImmutableArray<ReadBlock>.Builder blocks = ImmutableArray.CreateBuilder<ReadBlock>(chain.Count);
        foreach (BlockHeader[] chunk in chain.Chunk(AtOnce))
        {
            IReadOnlyList<LogEntry>[] logs = await Task.WhenAll(chunk.Select(header => AskAsync(filter => filter with { BlockHash = header.Hash }, cancellationToken)));
            blocks.AddRange(await ProveAsync([.. chunk.Zip(logs, (header, own) => (header, (ImmutableArray<LogEntry>?)Check(header, own)))], cancellationToken));
        }
        return blocks.MoveToImmutable();
    }

    /// <summary>
    /// Headers of these heights, each the child of the one before; at the level of receipts, with the hash that follows from its fields, and no further than to a header of
    /// a fork that is not known.
    /// </summary>
    /// <exception cref="UnknownHeaderException">The first one is of such a fork.</exception>
    async Task<List<BlockHeader>> ReadHeadersAsync(Hash32? parent, long from, long to, CancellationToken cancellationToken)
    {
        List<BlockHeader> chain = new((int)(to - from + 1));
        Hash32? above = parent;
        for (long first = from; first <= to; first += HeadersInABatch)
        {
            List<BlockTag> asked = [];
            for (long number = first; number <= to && asked.Count < HeadersInABatch; number++) asked.Add(BlockTag.AtNumber(number));
            IReadOnlyList<BlockHeader?> headers = await node.GetBlocksAsync(asked, cancellationToken);
            long started = Stopwatch.GetTimestamp();
            try
            {
                for (int i = 0; i < headers.Count; i++) Append(chain, ref above, Require(headers[i], first + i));
            }
            catch (UnknownHeaderException) when (chain.Count > 0)
            {
                // The blocks before the fork are proved; the next step begins with the one that is not.
                return chain;
            }
            finally
            {
                Verified(started);
            }
        }
        return chain;
    }

    void Append(List<BlockHeader> chain, ref Hash32? above, BlockHeader header)
    {
        if (above is { } expected && header.ParentHash != expected)
            throw new ContradictionException($"Block {header.Number} is not the child of the block before it.");
        if (_level == ProofLevel.Receipts) HeaderProof.Require(header, node.Name, options.HashOf);
        above = header.Hash;
        chain.Add(header);
    }

    /// <summary>
    /// The blocks of a finalized range that carry logs, and its last one; of a range with very many the first part. The node's head is asked after everything else: one that had not the whole range
    /// when it answered is found out. At the level of receipts every header of the range is read: its filter proves that a block without logs has none.
    /// </summary>
    /// <exception cref="ContradictionException">The answers do not fit together.</exception>
    public async Task<ImmutableArray<ReadBlock>> ReadRangeAsync(Hash32? parent, long from, long to, CancellationToken cancellationToken)
    {
        List<(BlockHeader Header, ImmutableArray<LogEntry>? Logs)> kept =
            _level == ProofLevel.Receipts ? await ReadProvableAsync(parent, from, to, cancellationToken) : await ReadReportedAsync(parent, from, to, cancellationToken);
        BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new ContradictionException("The node has no head.", "missing");
        if (head.Number < to) throw new ContradictionException($"The node's head is {head.Number}, below the block {to} that it answered for.");
        List<ReadBlock> blocks = new(kept.Count);
        Queue<Task<ReadBlock[]>> asked = [];
        int unforeseen = 0;
        try
        {
            foreach ((BlockHeader Header, ImmutableArray<LogEntry>? Logs)[] part in kept.Chunk(ReceiptsInABatch))
            {
                // How much a full range holds shows while it is read: when it is enough, the range ends there.
                if (unforeseen >= options.MostLogsOfAFullRange) break;
                asked.Enqueue(ProveAsync(part, cancellationToken));
                if (asked.Count < BatchesOnTheirWay) continue;
                ReadBlock[] proved = await asked.Dequeue();
                blocks.AddRange(proved);
                if (kept[blocks.Count - 1].Logs is null) unforeseen += proved.Sum(block => block.Logs.Length);
            }
            while (asked.TryDequeue(out Task<ReadBlock[]>? last)) blocks.AddRange(await last);
        }
        finally
        {
            // After one failure the results of the others are not needed.
            await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
        // Where the filter was full of others' logs there was nothing to keep.
        return [.. blocks.Where((block, i) => block.Logs.Length > 0 || i == blocks.Count - 1)];
    }

    /// <summary>By the logs that the node has of a range, with the headers of their blocks, which are asked after them.</summary>
    async Task<List<(BlockHeader Header, ImmutableArray<LogEntry>? Logs)>> ReadReportedAsync(Hash32? parent, long from, long to, CancellationToken cancellationToken)
    {
        BlockHeader last = Require(await node.GetBlockAsync(BlockTag.AtNumber(to), cancellationToken), to);
        ILookup<long, LogEntry> logs = await ReadLogsAsync(from, to, cancellationToken);
        List<(BlockHeader Header, ImmutableArray<LogEntry>? Logs)> kept = [];
        foreach (BlockHeader header in await ReadSomeHeadersAsync([.. logs.Select(block => block.Key).Append(from).Append(to).Distinct().Order()], cancellationToken))
        {
            if (header.Number == to && header.Hash != last.Hash) throw new ContradictionException($"Block {to} changed between two answers.");
            if (header.Number == from && parent is { } expected && header.ParentHash != expected)
                throw new ContradictionException($"Block {from} is not the child of the block before it.");
            ImmutableArray<LogEntry> own = Check(header, logs[header.Number]);
            if (own.Length > 0 || header.Number == to) kept.Add((header, own));
        }
        return kept;
    }

    /// <summary>
    /// By all headers of a range. Those whose filter lets there be something of ours are proved by their receipts, which hold the logs too. Where they are few,
    /// the node is also asked for the logs: two readings that have to agree find a node whose index of logs lost something, and a chain whose filters
    /// are empty. Where they are many, that would double the work and prove nothing more.
    /// </summary>
    async Task<List<(BlockHeader Header, ImmutableArray<LogEntry>? Logs)>> ReadProvableAsync(Hash32? parent, long from, long to, CancellationToken cancellationToken)
    {
        List<BlockHeader> headers = await ReadHeadersAsync(parent, from, to, cancellationToken);
        to = headers[^1].Number;
        int open = headers.Count(MayHoldOurs);
        ILookup<long, LogEntry>? reported = open < options.BlocksOfAFullRange || open * OthersInAFullRange < headers.Count ? await ReadLogsAsync(from, to, cancellationToken) : null;
        List<(BlockHeader Header, ImmutableArray<LogEntry>? Logs)> kept = [];
        foreach (BlockHeader header in headers)
        {
            ImmutableArray<LogEntry>? own = reported is null ? null : Check(header, reported[header.Number]);
            if (own?.Length > 0 || header.Number == to || MayHoldOurs(header)) kept.Add((header, own));
        }
        return kept;
    }

    async Task<ILookup<long, LogEntry>> ReadLogsAsync(long from, long to, CancellationToken cancellationToken)
    {
        ILookup<long, LogEntry> logs = (await AskAsync(filter => filter with { FromBlock = from, ToBlock = to }, cancellationToken)).ToLookup(log => log.BlockNumber);
        return logs.All(block => block.Key >= from && block.Key <= to)
            ? logs
            : throw new ContradictionException($"The logs of the blocks {from} to {to} belong to another block.");
    }

    async Task<List<BlockHeader>> ReadSomeHeadersAsync(long[] heights, CancellationToken cancellationToken)
    {
        List<BlockHeader> found = new(heights.Length);
        foreach (long[] part in heights.Chunk(HeadersInABatch))
        {
            IReadOnlyList<BlockHeader?> headers = await node.GetBlocksAsync([.. part.Select(BlockTag.AtNumber)], cancellationToken);
            for (int i = 0; i < part.Length; i++) found.Add(Require(headers[i], part[i]));
        }
        return found;
    }

    async Task<IReadOnlyList<LogEntry>> AskAsync(Func<LogFilter, LogFilter> where, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<LogEntry>> own = node.GetLogsAsync(where(new LogFilter([escrow], [])), cancellationToken);
        Task<IReadOnlyList<LogEntry>> transfers =
            node.GetLogsAsync(where(new LogFilter([], [[TransferLog.Topic], null, [_topic]])), cancellationToken);
        IReadOnlyList<LogEntry>[] both = await Task.WhenAll(own, transfers);
        return [.. both[0], .. both[1].Where(log => log.Address != escrow)];
    }

    ImmutableArray<LogEntry> Check(BlockHeader header, IEnumerable<LogEntry> logs)
    {
        ImmutableArray<LogEntry> ordered = InOrder([.. logs]);
        for (int i = 0; i < ordered.Length; i++)
        {
            LogEntry log = ordered[i];
            if (log.BlockHash != header.Hash || log.BlockNumber != header.Number)
                throw new ContradictionException($"A log of block {header.Number} belongs to another block of that height.");
            if (!IsOurs(log)) throw new ContradictionException($"A log of block {header.Number} is not one that was asked for.", "logs");
            if (i > 0 && ordered[i - 1].LogIndex == log.LogIndex)
                throw new ContradictionException($"Block {header.Number} has two logs with the index {log.LogIndex}.", "logs");
        }
        return ordered;
    }

    /// <summary>
    /// The blocks with their proof; receipts are asked only of those whose filter lets there be something of ours. Logs that nobody was asked for are taken from them.
    /// </summary>
    async Task<ReadBlock[]> ProveAsync((BlockHeader Header, ImmutableArray<LogEntry>? Logs)[] blocks, CancellationToken cancellationToken)
    {
        ReadBlock[] proved = new ReadBlock[blocks.Length];
        BloomMaker blooms = new();
        List<int> open = [];
        for (int i = 0; i < blocks.Length; i++)
        {
            (BlockHeader header, ImmutableArray<LogEntry>? logs) = blocks[i];
            proved[i] = new ReadBlock(header, logs ?? [], _level switch { ProofLevel.Linked => "linked", ProofLevel.Bloom => "bloom", _ => "receipts" });
            if (_level == ProofLevel.Linked) continue;
            RequireBloom(header, proved[i].Logs, blooms);
            // A block's hash does not cover the node's log index, which may be incomplete: if the bloom filter may match, the receipts decide.
            if (MayHoldOurs(header)) open.Add(i);
        }
        if (open.Count == 0) return proved;
        IReadOnlyList<IReadOnlyList<TransactionReceipt>?> receipts = await node.GetReceiptsOfAsync([.. open.Select(i => blocks[i].Header.Hash)], cancellationToken);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < open.Count; i++)
        {
            (BlockHeader header, ImmutableArray<LogEntry>? logs) = blocks[open[i]];
            ImmutableArray<LogEntry> theirs =
                InReceipts(header, receipts[i] ?? throw new ContradictionException($"The node has no receipts of block {header.Number}.", "missing"), blooms);
            if (logs is { } reported && !IsSame(theirs, reported))
                throw new ContradictionException($"The receipts of block {header.Number} and the logs that the node gave of it are not the same.", "receipts");
            proved[open[i]] = proved[open[i]] with { Logs = theirs };
        }
        Verified(started);
        return proved;
    }

    static void RequireBloom(BlockHeader header, ImmutableArray<LogEntry> logs, BloomMaker blooms)
    {
        if (header.LogsBloom.Length != LogsBloom.Size)
            throw new ContradictionException($"Block {header.Number} has no bloom filter; Indexer:Proof = linked does without.", "bloom");
        foreach (LogEntry log in logs)
        {
            if (!blooms.MayHold(header.LogsBloom.Span, log))
            {
                throw new ContradictionException(
                    $"Block {header.Number} has a log that its bloom filter excludes; Indexer:Proof = linked is for chains without such filters.", "bloom");
            }
        }
    }

    ImmutableArray<LogEntry> InReceipts(BlockHeader header, IReadOnlyList<TransactionReceipt> receipts, BloomMaker blooms)
    {
        if (_level == ProofLevel.Receipts) RequireReceipts(header, receipts, blooms);
        ImmutableArray<LogEntry>.Builder ours = ImmutableArray.CreateBuilder<LogEntry>(receipts.Sum(receipt => receipt.Logs.Length));
        for (int i = 0; i < receipts.Count; i++)
        {
            foreach (LogEntry log in receipts[i].Logs)
            {
                if (!IsOurs(log)) continue;
                if (log.BlockHash != header.Hash || log.BlockNumber != header.Number)
                    throw new ContradictionException($"A log in the receipts of block {header.Number} belongs to another block.", "receipts");
                ours.Add(log);
            }
        }
        return InOrder(ours.DrainToImmutable());
    }

    void Verified(long started) => Interlocked.Add(ref _verifying, Stopwatch.GetTimestamp() - started);

    // The receipts root does not cover the indices of logs and transactions; they are counted here instead of trusted.
    static void RequireReceipts(BlockHeader header, IReadOnlyList<TransactionReceipt> receipts, BloomMaker blooms)
    {
        Span<byte> bloom = stackalloc byte[LogsBloom.Size];
        if (!ReceiptCodec.HaveRoot(receipts, header.ReceiptsRoot, bloom, blooms))
            throw new ContradictionException($"The receipts of block {header.Number} do not have the root that its header names; Indexer:Proof = bloom is for chains with other receipts.", "receipts");
        if (!bloom.SequenceEqual(header.LogsBloom.Span))
            throw new ContradictionException($"The receipts of block {header.Number} do not have the bloom filter that its header names.", "receipts");
        int index = 0;
        for (int i = 0; i < receipts.Count; i++)
        {
            if (receipts[i].TransactionIndex != i) throw new ContradictionException($"The receipts of block {header.Number} are out of order.", "receipts");
            foreach (LogEntry log in receipts[i].Logs)
            {
                if (log.LogIndex != index++ || log.TransactionIndex != i || log.TransactionHash != receipts[i].TransactionHash)
                    throw new ContradictionException($"The logs in the receipts of block {header.Number} are out of order.", "receipts");
            }
        }
    }

    bool MayHoldOurs(BlockHeader header) => header.LogsBloom.Length != LogsBloom.Size || LogsBloom.MayHold(header.LogsBloom.Span, _escrowBits)
        || _transferBits.All(bits => LogsBloom.MayHold(header.LogsBloom.Span, bits));

    // Usually already sorted.
    static ImmutableArray<LogEntry> InOrder(ImmutableArray<LogEntry> logs)
    {
        for (int i = 1; i < logs.Length; i++)
            if (logs[i - 1].LogIndex > logs[i].LogIndex) return logs.Sort(static (one, other) => one.LogIndex.CompareTo(other.LogIndex));
        return logs;
    }

    static bool IsSame(ImmutableArray<LogEntry> ones, ImmutableArray<LogEntry> others)
    {
        if (ones.Length != others.Length) return false;
        for (int i = 0; i < ones.Length; i++)
            if (!IsSame(ones[i], others[i])) return false;
        return true;
    }

    static bool IsSame(LogEntry one, LogEntry other) =>
        one.LogIndex == other.LogIndex && one.BlockHash == other.BlockHash && one.TransactionHash == other.TransactionHash && one.Address == other.Address
        && one.Topics.AsSpan().SequenceEqual(other.Topics.AsSpan()) && one.Data.Span.SequenceEqual(other.Data.Span);

    bool IsOurs(LogEntry log) =>
        log.Address == escrow || (log.Topics.Length >= 3 && log.Topics[0] == TransferLog.Topic && log.Topics[2] == _topic);

    static BlockHeader Require(BlockHeader? header, long number)
    {
        if (header is null) throw new ContradictionException($"The node does not have block {number}, which it announced.", "missing");
        return header.Number == number ? header : throw new ContradictionException($"The node answered block {header.Number} for block {number}.");
    }
}
