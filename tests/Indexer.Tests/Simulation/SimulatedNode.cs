using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Proofs;
using Keystone.Indexer.Reading;
using Keystone.Testing.Scripted;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>What a node sees of the chain.</summary>
sealed record Sight(ImmutableArray<Hash32> Hashes, long Finalized);

/// <summary>What is wrong with a node for a while: the share of its answers that fail in each way.</summary>
sealed record Weather
{
    public static readonly Weather Fair = new();

    /// <summary>It does not hear of new blocks.</summary>
    public bool Stale { get; init; }

    /// <summary>Behind a balancer: this share of the questions goes to one that stands where it once was.</summary>
    public double Balanced { get; init; }

    public double Errors { get; init; }

    public double Silence { get; init; }

    public double Nulls { get; init; }

    public double Lies { get; init; }

    /// <summary>Blocks that it takes in one question; 0 for any number.</summary>
    public int MostBlocks { get; init; }

    /// <summary>Every question is refused, and it says how long to wait.</summary>
    public TimeSpan? Busy { get; init; }
}

/// <summary>A node of the simulated chain.</summary>
sealed class SimulatedNode(ScriptedChain chain, Random random, ProofLevel level)
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    static readonly string[] Refusals = ["internal error", "header not found", "query timeout exceeded", "limit exceeded", "service unavailable", "the method is out of order"];

    readonly HashSet<Hash32> _known = [];
    Sight _sight = new([], 0);
    Sight _once = new([], 0);
    bool _isElsewhere;

    public Weather Weather { get; set; } = Weather.Fair;

    /// <summary>Hears of the chain as it is.</summary>
    public void Hear()
    {
        // Behind a balancer the other one stands still.
        if (Weather.Balanced == 0 && random.Next(8) == 0) _once = _sight;
        _sight = new Sight(chain.View, chain.Finalized);
        if (_once.Hashes.IsEmpty) _once = _sight;
        foreach (Hash32 hash in _sight.Hashes.Reverse())
            if (!_known.Add(hash)) break;
    }

    /// <summary>The one beside it behind the balancer has stopped on a fork that was left, and calls nothing of it final.</summary>
    public void StandBeside(ImmutableArray<Hash32> fork)
    {
        ImmutableArray<Hash32> alive = chain.View;
        int common = 0;
        while (common < fork.Length && common < alive.Length && fork[common] == alive[common]) common++;
        _once = new Sight(fork, Math.Min(chain.Finalized, common - 1));
    }

    public BlockHeader? Block(BlockTag block) => Spoken(HeaderOf(block, Seen()));

    public IReadOnlyList<BlockHeader?> Blocks(IReadOnlyList<BlockTag> blocks)
    {
        Sight sight = Seen();
        return [.. blocks.Select(block => Spoken(HeaderOf(block, sight)))];
    }

    public IReadOnlyList<LogEntry> Logs(LogFilter filter)
    {
        Sight sight = Seen();
        if (Weather.MostBlocks > 0 && filter.ToBlock - filter.FromBlock >= Weather.MostBlocks)
            throw new NodeException("block range exceeds the maximum", -32005) { MaxBlocks = random.Next(2) == 0 ? Weather.MostBlocks : null };
        IEnumerable<LogEntry> from;
        if (filter.BlockHash is { } hash)
        {
            if (!Knows(hash, sight)) return random.Next(2) == 0 ? [] : throw new NodeException("unknown block", -32000);
            from = chain.Find(hash)!.Logs;
        }
        else
        {
            // What is above its head is silently not there.
            long to = Math.Min(filter.ToBlock!.Value, sight.Hashes.Length - 1);
            from = Enumerable.Range(0, (int)Math.Max(0, to - filter.FromBlock!.Value + 1)).SelectMany(i => chain.Find(sight.Hashes[(int)filter.FromBlock.Value + i])!.Logs);
        }
        List<LogEntry> found = [.. from.Where(log => Fits(filter, log))];
        if (level == ProofLevel.Linked || !Chance(Weather.Lies) || found.Count == 0) return found;
        int at = random.Next(found.Count);
        // A whole block's logs, missing from a range, are only found out where all headers are read.
        switch (level == ProofLevel.Bloom && filter.BlockHash is null ? random.Next(1, 3) : random.Next(4))
        {
            case 0: found.Clear(); break;
            case 1: found.Add(found[at]); break;
            case 2: found[at] = found[at] with { Data = new byte[] { 1 } }; break;
            default: found.RemoveAt(at); break;
        }
        return found;
    }

    public IReadOnlyList<TransactionReceipt>? Receipts(Hash32 hash)
    {
        if (!Knows(hash, Seen()) || Chance(Weather.Nulls)) return null;
        ImmutableArray<TransactionReceipt> truth = chain.Find(hash)!.Receipts;
        if (level != ProofLevel.Receipts || !Chance(Weather.Lies) || truth.IsEmpty) return truth;
        // The same lie that a node tells whose index lost a log, or whose answer was cut.
        return random.Next(2) == 0
            ? truth[..^1]
            : [.. truth.Select(receipt => receipt.Logs.IsEmpty ? receipt : receipt with { Logs = receipt.Logs[..^1] })];
    }

    Sight Seen()
    {
        if (Weather.Busy is { } wait) throw new NodeBusyException("too many requests", wait, 429);
        if (Chance(Weather.Silence)) throw new SilenceException(Deadline, new NodeException("No answer in time.") { Kind = NodeFaultKind.TooSlow });
        if (Chance(Weather.Errors)) throw new NodeException(Refusals[random.Next(Refusals.Length)], -32000);
        // A balancer stays with one for some questions: a whole range may come from the wrong one.
        if (Weather.Balanced == 0) _isElsewhere = false;
        else if (random.Next(6) == 0) _isElsewhere = Chance(Weather.Balanced);
        return _isElsewhere ? _once : _sight;
    }

    BlockHeader? HeaderOf(BlockTag block, Sight sight)
    {
        if (block.Hash is { } hash) return Knows(hash, sight) ? chain.Find(hash)!.Header : null;
        long height = block.Tag switch
        {
            null => block.Number!.Value,
            "finalized" => Math.Min(sight.Finalized, sight.Hashes.Length - 1),
            _ => sight.Hashes.Length - 1,
        };
        return height < sight.Hashes.Length ? chain.Find(sight.Hashes[(int)height])!.Header : null;
    }

    BlockHeader? Spoken(BlockHeader? header)
    {
        if (header is null || Chance(Weather.Nulls)) return null;
        if (level != ProofLevel.Receipts || !Chance(Weather.Lies)) return header;
        return random.Next(2) == 0 ? header with { LogsBloom = new byte[LogsBloom.Size] } : header with { ReceiptsRoot = OrderedTrie.EmptyRoot };
    }

    // Blocks of forks that it left are known to a node, and not to its stale neighbour.
    bool Knows(Hash32 hash, Sight sight) => sight == _sight
        ? _known.Contains(hash)
        : chain.Find(hash) is { } block && block.Header.Number < sight.Hashes.Length && sight.Hashes[(int)block.Header.Number] == hash;

    bool Chance(double share) => share > 0 && random.NextDouble() < share;

    static bool Fits(LogFilter filter, LogEntry log)
    {
        if (filter.Addresses.Count > 0 && !filter.Addresses.Contains(log.Address)) return false;
        for (int i = 0; i < filter.Topics.Count; i++)
            if (filter.Topics[i] is { Count: > 0 } accepted && (i >= log.Topics.Length || !accepted.Contains(log.Topics[i]))) return false;
        return true;
    }
}

/// <summary>The nodes as one process sees them.</summary>
sealed class SimulatedNodes(SimulatedProcess process, Wire wire, Random random, ChainOptions chain, IReadOnlyList<SimulatedNode> nodes) : IEthereumNodes, IHeadSignal
{
    readonly IEthereumNode[] _clients = [.. nodes.Select(node => new Client(process, wire, random, chain.ChainId, node))];
    TaskCompletionSource _next = new();

    public IReadOnlyList<ChainOptions> Chains { get; } = [chain];

    public Task Next => _next.Task;

    public IEthereumNode For(long chainId) => _clients[0];

    public IReadOnlyList<IEthereumNode> AllFor(long chainId) => _clients;

    public IHeadSignal HeadsOf(long chainId) => this;

    /// <summary>A head is told over the socket.</summary>
    public void Publish()
    {
        TaskCompletionSource told = _next;
        _next = new TaskCompletionSource();
        told.TrySetResult();
    }

    sealed class Client(SimulatedProcess process, Wire wire, Random random, long chainId, SimulatedNode node) : PassingNode
    {
        protected override IEthereumNode Inner => throw new NotSupportedException();

        public override Task<long> GetChainIdAsync(CancellationToken cancellationToken) => AskAsync(() => chainId, cancellationToken);

        public override Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) => AskAsync(() => node.Block(block), cancellationToken);

        public override Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken) =>
            AskAsync(() => node.Blocks(blocks), cancellationToken);

        public override Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) => AskAsync(() => node.Logs(filter), cancellationToken);

        public override Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken) =>
            AskAsync(() => node.Receipts(block.Hash!.Value), cancellationToken);

        public override Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) => AskAsync(() => new byte[] { 0x60, 0x80 }, cancellationToken);

        Task<T> AskAsync<T>(Func<T> answer, CancellationToken cancellationToken) =>
            wire.AskAsync(process, TimeSpan.FromMilliseconds(random.Next(1, 40)), TimeSpan.FromMilliseconds(random.Next(1, 40)), answer, cancellationToken);
    }
}
