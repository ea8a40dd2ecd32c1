using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Processing;
using Keystone.Indexer.Reading;
using Keystone.Indexer.Tests.Simulation;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer.Tests;

/// <summary>
/// Nethereum's processor has no pause of its own, and goes on at once after whatever it swallows. In a second of virtual time there are no more rounds than
/// the interval between polls, and the pause after faults, allow.
/// </summary>
public sealed class ProcessorRoundsTests
{
    const int PollMilliseconds = 100;

    /// <summary>Logged by the follower before it pauses.</summary>
    const int Interrupted = 4022, Failed = 4023, Refused = 4024;

    [Fact]
    public void Polls_that_find_nothing_come_at_the_interval()
    {
        Rounds rounds = Play(node: null, mirror: null);
        Assert.InRange(rounds.Polls, 8, 13);
        Assert.Empty(rounds.Logged);
    }

    [Theory]
    [InlineData("node", Interrupted)]
    [InlineData("busy", Interrupted)]
    [InlineData("bug", Failed)]
    public void A_poll_that_fails_is_repeated_after_a_pause_that_grows(string fault, int logged)
    {
        Rounds rounds = Play(node: () => Fault(fault), mirror: null);
        // After 200, 400 and 800 ms, each a little varied.
        Assert.InRange(rounds.Polls, 2, 4);
        Assert.Equal(Enumerable.Repeat(logged, rounds.Polls), rounds.Logged);
    }

    [Fact]
    public void A_poll_whose_answers_contradict_each_other_is_repeated_at_the_interval()
    {
        Rounds rounds = Play(node: () => new ContradictionException("Of the test."), mirror: null);
        Assert.InRange(rounds.Polls, 8, 13);
        Assert.Equal(Enumerable.Repeat(Refused, rounds.Polls), rounds.Logged);
    }

    [Theory]
    [InlineData("database", Interrupted)]
    [InlineData("bug", Failed)]
    public void A_step_that_fails_reaches_the_same_pause_though_each_poll_succeeds(string fault, int logged)
    {
        Rounds rounds = Play(node: null, mirror: () => Fault(fault), blocks: 3);
        Assert.InRange(rounds.Polls, 2, 4);
        Assert.Equal(Enumerable.Repeat(logged, rounds.Polls), rounds.Logged);
        Assert.Equal(0, rounds.Commits);
    }

    [Fact]
    public void A_step_that_succeeds_is_followed_by_the_next_one_at_once_and_the_last_one_by_the_interval()
    {
        Rounds rounds = Play(node: null, mirror: null, blocks: 40);
        Assert.Equal(10, rounds.Commits);
        Assert.InRange(rounds.Polls, 17, 23);
    }

    [Fact]
    public void The_processor_waits_for_nothing_by_itself() => Assert.Equal(0, MirrorLoop.WaitInterval);

    static Exception Fault(string kind) => kind switch
    {
        "node" => new NodeException("internal error", -32603),
        "busy" => new NodeBusyException("Too many requests.", TimeSpan.FromMilliseconds(10)),
        "database" => new DatabaseGoneException(),
        _ => new InvalidOperationException("A bug."),
    };

    sealed record Rounds(int Polls, int Commits, List<int> Logged);

    /// <summary>A follower for one second.</summary>
    static Rounds Play(Func<Exception>? node, Func<Exception>? mirror, int blocks = 0)
    {
        Rounds? rounds = null;
        Seeds.OnOwnThread(() =>
        {
            Agenda agenda = new();
            SimulatedProcess process = new(agenda, TimeSpan.Zero);
            ScriptedNode chain = new(1, "rounds");
            for (int i = 0; i < blocks; i++) chain.Mine();
            MirrorModel model = new(() => agenda.Now);
            FailingMirror store = new(model, mirror);
            CountingNode counted = new(chain);
            ChainOptions settings = new() { ChainId = 1, Escrow = ScriptedNode.Escrow.ToString(), EscrowBlock = 1, FinalityDepth = 1_000 };
            EventIds events = new();
            ChainFollower follower = new(
                store, new OneNode(counted, settings), settings, new IndexerOptions { PollMilliseconds = PollMilliseconds, MaxBlocksPerStep = 4 }, Guid.NewGuid(),
                new IndexerPulse(process), process, new Jitter(() => 0.5), events)
            {
                Through = parts => new ProcessorBridge(process, parts, () => (store.Commits, model.Number), fault => throw new InvalidOperationException(fault), () => { }).Parts,
            };
            using CancellationTokenSource stop = new();
            process.Run(() => _ = follower.ServeAsync(stop.Token));
            // The lease is taken, and from now on a second is counted.
            counted.Fault = node;
            DateTimeOffset end = agenda.Now + TimeSpan.FromSeconds(1);
            for (int happened = 0; agenda.Now < end && agenda.Next(); happened++)
                if (happened > 10_000) throw new InvalidOperationException($"It turns round without a pause: {counted.Polls} polls.");
            rounds = new Rounds(counted.Polls, store.Commits, events.Logged);
        });
        return rounds!;
    }

    /// <summary>Counts polls of the head, and fails them.</summary>
    sealed class CountingNode(ScriptedNode inner) : PassingNode
    {
        protected override IEthereumNode Inner => inner;

        public int Polls { get; private set; }

        public Func<Exception>? Fault { get; set; }

        public override Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
        {
            if (block.Tag != "latest") return base.GetBlockAsync(block, cancellationToken);
            Polls++;
            return Fault is null ? base.GetBlockAsync(block, cancellationToken) : Task.FromException<BlockHeader?>(Fault());
        }
    }

    sealed class OneNode(IEthereumNode node, ChainOptions chain) : IEthereumNodes
    {
        public IReadOnlyList<ChainOptions> Chains { get; } = [chain];

        public IEthereumNode For(long chainId) => node;

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [node];
    }

    sealed class EventIds : ILogger
    {
        public List<int> Logged { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Logged.Add(eventId.Id);
        }
    }
}
