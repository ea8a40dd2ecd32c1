using System.Collections.Immutable;
using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Testing.Scripted;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>
/// A chain that forks, nodes that fail and lie, a database that goes away, and indexers that are killed, suspended and started again: minutes of virtual
/// time, all of it chosen by one number. Then everything is well again, and the mirror has to be what the chain says.
/// </summary>
sealed class SimulatedWorld
{
    const int StartBlock = 1;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    readonly Agenda _agenda = new();
    readonly Wire _wire;
    readonly Random _random;
    readonly ScriptedChain _chain;
    readonly ChainOptions _settings;
    readonly IndexerOptions _options;
    readonly SimulatedNode[] _nodes;
    readonly DatabaseWeather _database = new();
    readonly IMirror _mirror;
    readonly Indexer?[] _indexers;
    readonly EscrowTerms[] _terms;
    readonly bool _isDeep;
    readonly List<ImmutableArray<Hash32>> _seen = [];
    readonly List<string> _history = [];
    readonly Dictionary<Hash32, string> _read = [];
    int _readFeed;
    long _highest;
    bool _wentDeep, _calm;
    Task? _operator;
    string? _broken;

    /// <param name="chainId">A chain of its own in the database.</param>
    /// <param name="seed">Chooses everything.</param>
    /// <param name="mirror">Where the indexers write; given the model to shadow it.</param>
    public SimulatedWorld(long chainId, int seed, Func<MirrorModel, IMirror>? mirror = null)
    {
        _wire = new Wire(_agenda);
        // Neighbouring seeds of the class library's generator begin alike.
        _random = new Random((int)((uint)seed * 2654435761u >> 1));
        Model = new MirrorModel(() => _agenda.Now);
        _mirror = mirror?.Invoke(Model) ?? Model;
        _chain = new ScriptedChain(chainId, "simulated");
        // Some of the worlds cross the fork, most often at a height that reorgs reach.
        if (seed % 2 == 0) _chain.AmsterdamFrom = 1 + seed % 40;
        _terms = [.. Enumerable.Range(1, _random.Next(1, 6)).Select(salt => Emit.Terms(chainId, (byte)salt))];
        _isDeep = _random.Next(10) == 0;
        int kind = _random.Next(10);
        _options = new IndexerOptions
        {
            PollMilliseconds = _random.Next(100, 2_500),
            LeaseSeconds = _random.Next(2, 11),
            MaxBlocksPerStep = _random.Next(1, 17),
            RangeBlocks = _random.Next(1, 41),
            Proof = kind == 0 ? "linked" : kind == 1 ? "bloom" : "receipts",
        };
        // In every second world receipts alone are read as soon as two blocks of a range may hold something, and end it early.
        if (_options.RangeBlocks % 2 == 0) (_options.BlocksOfAFullRange, _options.MostLogsOfAFullRange) = (2, 4);
        _settings = new ChainOptions
        {
            ChainId = chainId,
            Escrow = ScriptedNode.Escrow.ToString(),
            EscrowBlock = StartBlock,
            FinalityDepth = _random.Next(3) == 0 ? _random.Next(8, 40) : null,
        };
        _nodes = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => new SimulatedNode(_chain, _random, _options.Level))];
        _indexers = new Indexer?[_random.Next(1, 3)];
    }

    public MirrorModel Model { get; }

    /// <summary>How often what is worth simulating happened.</summary>
    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>What happened, newest last.</summary>
    public IEnumerable<string> History => _history;

    /// <summary>Plays it to the end.</summary>
    /// <exception cref="SimulationException">Something is not as it has to be.</exception>
    public void Run()
    {
        try
        {
            RunThrough();
        }
        catch (Exception fault) when (fault is not SimulationException)
        {
            _broken = fault.ToString();
        }
        if (_broken is not null) throw new SimulationException($"{_broken}\n{string.Join('\n', _history.TakeLast(80))}");
    }

    void RunThrough()
    {
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{_nodes.Length} nodes, {_indexers.Length} indexers, proof {_options.Proof}, finality {_settings.FinalityDepth?.ToString(CultureInfo.InvariantCulture) ?? "tag"}, deep {_isDeep}, poll {_options.PollMilliseconds}, lease {_options.LeaseSeconds}, step {_options.MaxBlocksPerStep}, range {_options.RangeBlocks}"));
        Mine(_random.Next(0, 60));
        MoveFinality();
        bool divided = _options.Level == ProofLevel.Receipts && _random.Next(5) == 0;
        if (divided) LeaveBehind();
        foreach (SimulatedNode node in _nodes) node.Hear();
        if (divided) Divide(_nodes[_random.Next(_nodes.Length)]);
        for (int i = 0; i < _indexers.Length; i++) Start(i);
        TimeSpan time = TimeSpan.Zero;
        for (int moves = _random.Next(15, 50); moves > 0; moves--)
        {
            time += TimeSpan.FromMilliseconds(_random.Next(0, 5_000));
            _agenda.In(time, Move);
        }
        _agenda.In(time, Calm);
        DateTimeOffset limit = _agenda.Now + time + Patience;
        while (!(_calm && IsQuiet()))
        {
            if (_broken is not null) return;
            if (!_agenda.Next() || _agenda.Now > limit)
            {
                Break($"The mirror does not come to rest: it is at {Model.Number} (final {Model.Finalized}), the chain at {_chain.Length - 1} (final {Final}); halted: {Model.Halted ?? "no"}.");
                return;
            }
        }
        RequireSameAsReplay();
        RequireFeedWithoutHoles();
    }

    /// <summary>The content of a mirror that sees the chain as it is now for the first time, from a node that tells the truth.</summary>
    public string Replay()
    {
        MirrorModel fresh = new(() => _agenda.Now);
        ScriptedView node = new(_chain);
        ChainIdentity identity = ChainIdentityReader.ReadAsync(node, ScriptedNode.Escrow, CancellationToken.None).GetAwaiter().GetResult();
        fresh.EnsureAsync(identity, StartBlock, CancellationToken.None).GetAwaiter().GetResult();
        long epoch = fresh.TakeLeaseAsync(_chain.ChainId, Guid.Empty, TimeSpan.FromDays(1), CancellationToken.None).GetAwaiter().GetResult()!.Value;
        MirrorPass pass = new(fresh, [node], _settings, new IndexerOptions { Proof = _options.Proof }, TimeProvider.System, NullLogger.Instance);
        while (pass.RunAsync(epoch, CancellationToken.None).GetAwaiter().GetResult())
        {
            // There is more.
        }
        return fresh.Dump();
    }

    // ---- the world

    /// <summary>A fork that was left long ago, below what is final when the mirror begins.</summary>
    void LeaveBehind()
    {
        Mine(_random.Next(26, 60));
        // With finality by depth, a fork of so many blocks would be final by its own.
        Fork(_chain.Length - 1 - _random.Next(5, Math.Min(25, _settings.FinalityDepth ?? 25)));
        Mine(_random.Next(10, 50));
        MoveFinality();
    }

    /// <summary>Part of what this node is asked for meets, for a while, one that still stands on that fork.</summary>
    void Divide(SimulatedNode node)
    {
        Weather set = node.Weather = new Weather { Balanced = 0.5 };
        node.StandBeside(_seen[^1]);
        Say($"node {Array.IndexOf(_nodes, node)} stands beside a dead fork");
        _agenda.In(TimeSpan.FromMilliseconds(_random.Next(1_000, 60_000)), () =>
        {
            if (node.Weather == set) node.Weather = Weather.Fair;
        });
    }

    long Final => _settings.FinalityDepth is { } depth ? Math.Max(_chain.Length - 1 - depth, -1) : _chain.Finalized;

    void Move()
    {
        switch (_random.Next(20))
        {
            case < 9:
                Mine(_random.Next(1, 4));
                break;
            case < 13:
                long floor = Floor();
                int deepest = (int)(_chain.Length - 1 - floor);
                if (deepest > 0) Fork(_chain.Length - 1 - (_random.Next(3) == 0 ? _random.Next(1, deepest + 1) : _random.Next(1, Math.Min(deepest, 4) + 1)));
                break;
            case 13:
                // Back to a fork that was left.
                ImmutableArray<Hash32>[] still = [.. _seen.Where(view => view.Length > Floor() && view[(int)Floor()] == _chain.View[(int)Floor()])];
                if (still.Length == 0) break;
                _chain.Return(still[_random.Next(still.Length)]);
                Say($"flips to {_chain.Head.Header.Ref}");
                break;
            case 14:
                MoveFinality();
                break;
            case 15 when _isDeep && !_wentDeep && Floor() > StartBlock + 2:
                _wentDeep = true;
                long below = Math.Max(0, Floor() - _random.Next(1, 10));
                Fork(below);
                Mine(_settings.FinalityDepth + 2 ?? 3);
                _seen.Clear();
                _chain.Finalized = Math.Max(below + 1, _chain.Length - 3);
                Say($"deep: final {Final}");
                break;
            case 15 or 16:
                Change(_nodes[_random.Next(_nodes.Length)]);
                break;
            case 17:
                _database.IsDown = _random.Next(2) == 0;
                _database.Lost = _random.Next(3) == 0 ? 0.3 : 0;
                Say($"database down {_database.IsDown}, lost {_database.Lost}");
                if (_database.IsDown) _agenda.In(TimeSpan.FromMilliseconds(_random.Next(100, 20_000)), () => _database.IsDown = false);
                break;
            default:
                Disturb(_random.Next(_indexers.Length));
                break;
        }
        Spread();
    }

    /// <summary>Deepest height that a plain reorg may leave: what may count as final somewhere.</summary>
    long Floor() => Math.Max(0, _settings.FinalityDepth is { } depth ? _highest - depth : _chain.Finalized);

    void Mine(int count)
    {
        for (int i = 0; i < count; i++) _chain.Mine([.. Transactions()]);
        _highest = Math.Max(_highest, _chain.Length - 1);
        if (count > 0) Say($"mined to {_chain.Head.Header.Ref}");
    }

    void Fork(long height)
    {
        _seen.Add(_chain.View);
        int depth = (int)(_chain.Length - 1 - height);
        _chain.ForkAt(height);
        Say($"forks at {height}, {depth} deep");
        Mine(Math.Max(1, depth + _random.Next(-1, 3)));
    }

    void MoveFinality()
    {
        if (_settings.FinalityDepth is not null) return;
        _chain.Finalized = Math.Max(_chain.Finalized, _chain.Length - 1 - _random.Next(2, 25));
        Say($"final {_chain.Finalized}");
    }

    void Change(SimulatedNode node)
    {
        node.Weather = new Weather
        {
            Stale = _random.Next(2) == 0,
            Balanced = _options.Level == ProofLevel.Receipts && _random.Next(4) == 0 ? 0.4 : 0,
            Errors = _random.Next(3) == 0 ? 0.3 : 0,
            Silence = _random.Next(5) == 0 ? 0.2 : 0,
            Nulls = _random.Next(4) == 0 ? 0.2 : 0,
            Lies = _options.Level == ProofLevel.Linked ? 0 : _random.Next(2) == 0 ? 0.4 : 0,
            MostBlocks = _random.Next(4) == 0 ? _random.Next(1, 8) : 0,
            Busy = _random.Next(8) == 0 ? TimeSpan.FromSeconds(_random.Next(0, 40)) : null,
        };
        if (node.Weather.Balanced > 0 && _seen.Count > 0 && _random.Next(2) == 0) node.StandBeside(_seen[_random.Next(_seen.Count)]);
        Say($"node {Array.IndexOf(_nodes, node)}: {node.Weather}");
        Weather set = node.Weather;
        _agenda.In(TimeSpan.FromMilliseconds(_random.Next(1_000, 120_000)), () =>
        {
            if (node.Weather == set) node.Weather = Weather.Fair;
        });
    }

    /// <summary>The nodes hear of the chain, sooner or later, and some tell it.</summary>
    void Spread()
    {
        foreach (SimulatedNode node in _nodes)
        {
            _agenda.In(TimeSpan.FromMilliseconds(_random.Next(0, 800)), () =>
            {
                if (!node.Weather.Stale) node.Hear();
            });
        }
        foreach (Indexer? indexer in _indexers)
            if (indexer is not null && _random.Next(2) == 0) indexer.Process.In(TimeSpan.FromMilliseconds(_random.Next(0, 800)), indexer.Nodes.Publish);
    }

    void Calm()
    {
        Say("calm");
        _calm = true;
        (_database.IsDown, _database.Lost) = (false, 0);
        // Longer than anything that was seen of it.
        Mine((int)Math.Max(1, _highest + 2 - _chain.Length));
        foreach (SimulatedNode node in _nodes)
        {
            node.Weather = Weather.Fair;
            node.Hear();
        }
        for (int i = 0; i < _indexers.Length; i++)
        {
            if (_indexers[i] is { Process.IsSuspended: true } suspended) suspended.Process.Resume();
            if (_indexers[i] is null && (i == 0 || _random.Next(2) == 0)) Start(i);
        }
    }

    IEnumerable<ScriptedTransaction> Transactions()
    {
        for (int count = _random.Next(0, 4); count > 0; count--)
        {
            EscrowTerms about = _terms[_random.Next(_terms.Length)];
            Emitted[] emitted = _random.Next(10) switch
            {
                0 => [Emit.Registered(about), .. Emit.Deposited(about, 0)],
                1 or 2 => Emit.Deposited(about, _random.Next(2)),
                3 => [Emit.Withdrawn(about, _random.Next(2))],
                4 => [Emit.Transfer(Emit.Bob, (ulong)_random.Next(1, 200))],
                5 => [Emit.Executed(about)],
                6 => [new Emitted(ScriptedNode.Escrow, [Keccak256.Hash([7]), about.Id], [1, 2, 3])],
                7 => [new Emitted(Emit.Token, [Keccak256.Hash([8])], [])],
                8 => [Emit.Ether(Emit.Bob, (ulong)_random.Next(0, 200)), .. Emit.Deposited(about, _random.Next(2))],
                _ => [],
            };
            yield return ScriptedTransaction.Emitting([.. emitted.Select(one => new ScriptedLog(one.By, one.Topics, one.Data))]);
        }
    }

    // ---- the indexers

    sealed record Indexer(SimulatedProcess Process, SimulatedNodes Nodes, CancellationTokenSource Stop)
    {
        public Task? Work { get; set; }
    }

    void Start(int place)
    {
        SimulatedProcess process = new(_agenda, TimeSpan.FromSeconds(_random.Next(-600, 601)));
        SimulatedNodes nodes = new(process, _wire, _random, _settings, _nodes);
        Indexer indexer = new(process, nodes, new CancellationTokenSource());
        byte[] id = new byte[16];
        _random.NextBytes(id);
        Watched watched = new(this);
        ChainFollower follower = new(Reach(process, watched), nodes, _settings, _options, new Guid(id), new IndexerPulse(process), process, new Jitter(_random.NextDouble), new Ears(this, place))
        {
            Through = parts => Bridge(process, parts, watched),
        };
        Say($"indexer {place} starts");
        _indexers[place] = indexer;
        process.Run(() => indexer.Work = WorkAsync(place, indexer, follower));
    }

    async Task WorkAsync(int place, Indexer indexer, ChainFollower follower)
    {
        try
        {
            await follower.BeginAsync(indexer.Stop.Token);
            await follower.ServeAsync(indexer.Stop.Token);
        }
        catch (Exception fault) when (fault is DatabaseGoneException or OperationCanceledException)
        {
            // The host ends, and is started again.
        }
        catch (Exception fault)
        {
            _broken ??= $"Indexer {place} ended: {fault}";
        }
        if (_indexers[place] != indexer) return;
        _indexers[place] = null;
        if (_operator is null) Again(place);
    }

    void Again(int place) => _agenda.In(TimeSpan.FromMilliseconds(_random.Next(10, 15_000)), () =>
    {
        if (_indexers[place] is null && _operator is null) Start(place);
    });

    void Disturb(int place)
    {
        if (_indexers[place] is not { } indexer || indexer.Process.IsSuspended) return;
        switch (_random.Next(4))
        {
            case 0:
                Say($"indexer {place} is told to stop");
                indexer.Stop.Cancel();
                break;
            case 1:
                Say($"indexer {place} is suspended");
                Count("suspensions");
                indexer.Process.Suspend();
                _agenda.In(TimeSpan.FromMilliseconds(_random.Next(100, 40_000)), indexer.Process.Resume);
                break;
            default:
                Say($"indexer {place} is killed");
                Count("kills");
                Kill(place);
                Again(place);
                break;
        }
    }

    void Kill(int place)
    {
        _indexers[place]?.Process.Kill();
        _indexers[place] = null;
    }

    /// <summary>An operator finds the mirror halted and rebuilds it, now and then not in one go.</summary>
    void Operate()
    {
        Say($"operator: {Model.Halted}");
        for (int i = 0; i < _indexers.Length; i++) Kill(i);
        SimulatedProcess process = new(_agenda, TimeSpan.Zero);
        Watched watched = new(this);
        MirrorRebuild rebuild = new(
            Reach(process, watched), new SimulatedNodes(process, _wire, _random, _settings, _nodes), Options.Create(_options), new WakeSignals(), process,
            new Jitter(_random.NextDouble), NullLogger<MirrorRebuild>.Instance)
        {
            Through = parts => Bridge(process, parts, watched),
        };
        Task work = Task.CompletedTask;
        process.Run(() => _operator = work = rebuild.FromChainAsync(_chain.ChainId, CancellationToken.None));
        if (_random.Next(3) == 0)
        {
            _agenda.In(TimeSpan.FromMilliseconds(_random.Next(10, 1_000)), () =>
            {
                if (work.IsCompleted) return;
                Say("operator is interrupted");
                process.Kill();
                _operator = Task.CompletedTask;
            });
        }
    }

    IMirror Reach(SimulatedProcess process, Watched watched) => new SimulatedMirror(process, _wire, _random, _database, watched);

    ProcessorParts Bridge(SimulatedProcess process, ProcessorParts parts, Watched watched) =>
        new ProcessorBridge(process, parts, () => (watched.Commits, watched.Number), Break, () => Count("rewinds")).Parts;

    // ---- what has to be true

    bool IsQuiet()
    {
        if (_operator is { IsCompleted: true } done)
        {
            // An indexer that was killed holds its lease for a while yet.
            if (done.IsFaulted && done.Exception.InnerException is not InvalidOperationException) _broken ??= $"The rebuild failed: {done.Exception.InnerException}";
            _operator = null;
            if (Model.Halted is null)
            {
                Start(0);
            }
            else
            {
                _operator = new TaskCompletionSource().Task;
                _agenda.In(TimeSpan.FromSeconds(3), Operate);
            }
        }
        if (Model.Halted is not null && _operator is null)
        {
            if (!_wentDeep) _broken ??= $"Halted without a reorg below finality: {Model.Halted}";
            Operate();
        }
        return _operator is null && Model.Halted is null && Model.Head == _chain.Head.Header.Hash && Model.Finalized == Final;
    }

    /// <summary>After each commit: only blocks that there are, every log of them, and nothing changed that the feed does not name.</summary>
    void RequireTruth()
    {
        if (!_wentDeep && Model.Halted is not null) Break($"Halted without a reorg below finality: {Model.Halted}");
        for (; _readFeed < Model.Feed.Count; _readFeed++)
        {
            if (Model.Feed[_readFeed].Id is not { } id) continue;
            _read[id] = Model.RowsOf(id);
        }
        foreach (Hash32 id in Model.Known.Union(_read.Keys))
            if (_read.GetValueOrDefault(id, "") != Model.RowsOf(id)) Break($"A reader of the feed has another settlement {id} than the mirror.");
        if (Model.Head is not { } head) return;
        List<LogEntry> expected = [];
        for (ScriptedBlock? block = _chain.Find(head); ; block = _chain.Find(block.Header.ParentHash))
        {
            if (block is null)
            {
                Break("The mirror has a block that nobody mined.");
                return;
            }
            if (block.Header.Number < StartBlock) break;
            expected.AddRange(block.Logs.Reverse().Where(log => log.Address == ScriptedNode.Escrow || (log.Topics.Length == 3 && log.Topics[0] == TransferLog.Topic)));
        }
        expected.Reverse();
        if (!expected.Select(Key).SequenceEqual(Model.Logs.Select(Key))) Break($"The mirror at {head} does not have the logs of its chain.");

        static (Hash32, int, Hash32, int) Key(LogEntry log) => (log.BlockHash, log.LogIndex, log.TransactionHash, log.Data.Length);
    }

    void RequireSameAsReplay()
    {
        string expected = Replay(), actual = Model.Dump();
        if (expected != actual) Break($"The mirror is not what its chain gives.\nexpected:\n{expected}\nactual:\n{actual}");
    }

    void RequireFeedWithoutHoles()
    {
        long revision = 0;
        int ordinal = -1;
        foreach (MirrorModel.FeedEntry entry in Model.Feed)
        {
            bool next = entry.Revision == revision + 1 && entry.Ordinal == 0, same = entry.Revision == revision && entry.Ordinal == ordinal + 1;
            if (!next && !same) Break($"The feed has a hole before {entry}.");
            (revision, ordinal) = (entry.Revision, entry.Ordinal);
        }
        if (revision != Model.Revision) Break($"The feed ends at {revision}, the mirror is at {Model.Revision}.");
    }

    void Break(string how) => _broken ??= how;

    void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

    void Say(string what) => _history.Add($"{_agenda.Now:HH:mm:ss.fff} {what}");

    /// <summary>Watches each commit.</summary>
    sealed class Watched(SimulatedWorld world) : IMirror
    {
        /// <summary>Steps that were committed through this one.</summary>
        public int Commits { get; private set; }

        /// <summary>Height of the mirror after the last of them.</summary>
        public long Number { get; private set; }

        public Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken) => world._mirror.EnsureAsync(identity, startBlock, cancellationToken);

        public Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken) =>
            world._mirror.TakeLeaseAsync(chainId, holder, ttl, cancellationToken);

        public Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken) =>
            world._mirror.RenewLeaseAsync(chainId, epoch, ttl, cancellationToken);

        public Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken) => world._mirror.ReadPositionAsync(chainId, cancellationToken);

        public Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken) =>
            world._mirror.ReadKnownAsync(position, most, cancellationToken);

        public async Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken)
        {
            StepOutcome outcome = await world._mirror.WriteAsync(chainId, epoch, step, cancellationToken);
            (Commits, Number) = (Commits + 1, world.Model.Number);
            world.Say(string.Create(CultureInfo.InvariantCulture,
                $"epoch {epoch} commits revision {outcome.Revision}: fork {step.ForkPoint}, {step.Blocks.Length} blocks, at {world.Model.Number}, final {world.Model.Finalized}"));
            world.Count("commits");
            if (outcome.RemovedBlocks > 0) world.Count(outcome.RemovedBlocks > 16 ? "rollbacks of more than 16 blocks" : "rollbacks");
            if (outcome.Retracted > 0) world.Count("retractions");
            world.RequireTruth();
            return outcome;
        }

        public async Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken)
        {
            await world._mirror.HaltAsync(chainId, epoch, reason, cancellationToken);
            world.RequireTruth();
        }

        public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) =>
            world._mirror.RefoldAsync(chainId, epoch, escrow, cancellationToken);

        public async Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken)
        {
            await world._mirror.ResetAsync(chainId, epoch, startBlock, reason, cancellationToken);
            world.RequireTruth();
        }

        public async Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken)
        {
            await world._mirror.ClearHaltAsync(chainId, epoch, cancellationToken);
            world.Count("rebuilds");
            world.RequireTruth();
        }
    }

    /// <summary>Hears what an indexer logs. An error is one that it did not expect, but for the alarm of tokens that came by a plain transfer: every world has some.</summary>
    sealed class Ears(SimulatedWorld world, int place) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            world.Say($"indexer {place}: {formatter(state, exception)}");
            world.Count(eventId.Id switch { 4020 => "leases taken", 4021 => "leases lost", 4022 => "interruptions", 4024 => "answers refused", 4031 => "halts", 4034 => "nodes without our final block", 4033 => "strays", _ => "other" });
            if (logLevel == LogLevel.Error && eventId.Id != 4033) world.Break($"Indexer {place}: {formatter(state, exception)} {exception}");
        }
    }

    /// <summary>The chain as it is, told by nobody.</summary>
    sealed class ScriptedView(ScriptedChain chain) : PassingNode
    {
        readonly SimulatedNode _node = Heard(chain);

        protected override IEthereumNode Inner => throw new NotSupportedException();

        public override Task<long> GetChainIdAsync(CancellationToken cancellationToken) => Task.FromResult(chain.ChainId);

        public override Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) => Task.FromResult(_node.Block(block));

        public override Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<BlockTag> blocks, CancellationToken cancellationToken) => Task.FromResult(_node.Blocks(blocks));

        public override Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) => Task.FromResult(_node.Logs(filter));

        public override Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken) =>
            Task.FromResult(_node.Receipts(block.Hash!.Value));

        public override Task<byte[]> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken) => Task.FromResult<byte[]>([0x60, 0x80]);

        static SimulatedNode Heard(ScriptedChain chain)
        {
            SimulatedNode node = new(chain, new Random(0), ProofLevel.Linked);
            node.Hear();
            return node;
        }
    }
}

/// <summary>Something in a simulated world is not as it has to be.</summary>
sealed class SimulationException(string message) : Exception(message);
