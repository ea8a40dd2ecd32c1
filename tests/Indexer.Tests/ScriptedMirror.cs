using System.Globalization;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>A mirror of a scripted chain that a test moves step by step, in a real database.</summary>
sealed class ScriptedMirror
{
    static readonly Guid Holder = new("7f0b8f5e-3f8e-4c0e-9a53-0f6f3d1f0c11");

    readonly NpgsqlDataSource _source;
    readonly MirrorPass _pass;

    readonly int? _finalityDepth;

    readonly long _startBlock;

    readonly IReadOnlyList<IEthereumNode> _nodes;

    ScriptedMirror(
        NpgsqlDataSource source, MirrorStore writer, ScriptedNode node, IndexerOptions options, int? finalityDepth, long startBlock, long epoch,
        IReadOnlyList<IEthereumNode>? nodes)
    {
        (_source, Node, Options, _finalityDepth, _startBlock, Epoch, _nodes) = (source, node, options, finalityDepth, startBlock, epoch, nodes ?? [node]);
        Store = new MirrorStore(source);
        Headers = new UnknownHeaders(Microsoft.Extensions.Options.Options.Create(options), new Said<UnknownHeaders>(Warnings));
        _pass = Pass(writer, _nodes, halted: false);
    }

    public UnknownHeaders Headers { get; }

    public ScriptedNode Node { get; }

    public IndexerOptions Options { get; }

    public MirrorStore Store { get; }

    public long Epoch { get; }

    public ShiftedClock Clock { get; } = new();

    /// <summary>What it logged as a warning or worse.</summary>
    public List<string> Warnings { get; } = [];

    public static Task<ScriptedMirror> BeginAsync(TestDatabase database, ScriptedNode node, IndexerOptions? options = null, int? finalityDepth = null, long startBlock = 1) =>
        BeginAsync(database.Source, node, options, finalityDepth: finalityDepth, startBlock: startBlock);

    /// <param name="source">The database.</param>
    /// <param name="node">The chain's only node.</param>
    /// <param name="options">Settings; null for the usual ones.</param>
    /// <param name="through">Another way to the database, which the indexer takes.</param>
    /// <param name="finalityDepth">Blocks on top that make one final; null for the node's word.</param>
    /// <param name="startBlock">First block of the mirror.</param>
    /// <param name="nodes">Whom it asks; null for <paramref name="node"/> alone.</param>
    /// <param name="epoch">Epoch of a lease that is held; null to take it.</param>
    public static async Task<ScriptedMirror> BeginAsync(
        NpgsqlDataSource source, ScriptedNode node, IndexerOptions? options = null, NpgsqlDataSource? through = null, int? finalityDepth = null, long startBlock = 1,
        IReadOnlyList<IEthereumNode>? nodes = null, long? epoch = null)
    {
        MirrorStore store = new(source);
        ChainIdentity identity = await ChainIdentityReader.ReadAsync(node, ScriptedNode.Escrow, CancellationToken.None);
        await store.EnsureAsync(identity, startBlock, CancellationToken.None);
        long held = epoch ?? (await store.TakeLeaseAsync(node.ChainId, Holder, TimeSpan.FromMinutes(10), CancellationToken.None))!.Value;
        return new ScriptedMirror(
            source, through is null ? store : new MirrorStore(through), node, options ?? new IndexerOptions(), finalityDepth, startBlock, held, nodes);
    }

    /// <summary>Takes one look; false when nothing more was to be done.</summary>
    public Task<bool> PollAsync() => _pass.RunAsync(Epoch, CancellationToken.None);

    /// <summary>As <see cref="PollAsync"/>; true as well when another one had written what it was about to write.</summary>
    public async Task<bool> PollOrReadAgainAsync()
    {
        try
        {
            return await PollAsync();
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Looks until the mirror is where the node is.</summary>
    public async Task FollowAsync()
    {
        while (await PollAsync())
        {
            // There is more.
        }
    }

    /// <summary>The reason why the node's answer was refused.</summary>
    public async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<ContradictionException>(PollAsync)).Message;

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql.Replace("$chain", Node.ChainId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        object? value = await command.ExecuteScalarAsync();
        return value is null or DBNull ? default : (T)value;
    }

    public Task<long> RevisionAsync() => ScalarAsync<long>("select revision from chain.position where chain_id = $chain");

    public async Task<string> DumpAsync()
    {
        await using StringWriter writer = new(CultureInfo.InvariantCulture);
        await new MirrorDump(_source).WriteAsync(Node.ChainId, writer, CancellationToken.None);
        return writer.ToString();
    }

    /// <summary>The dump of a mirror that sees the node's chain for the first time.</summary>
    public async Task<string> FreshDumpAsync()
    {
        await Store.ResetAsync(Node.ChainId, Epoch, _startBlock, "Rebuilding.", CancellationToken.None);
        MirrorPass fresh = Pass(Store, [Node], halted: true);
        while (await fresh.RunAsync(Epoch, CancellationToken.None))
        {
            // There is more.
        }
        return await DumpAsync();
    }

    /// <summary>Another indexer that believes in the same lease.</summary>
    /// <param name="node">Its node; null for the same one.</param>
    public MirrorPass Twin(IEthereumNode? node = null) => Pass(Store, node is null ? _nodes : [node], halted: false);

    /// <summary>Proves again what is marked, as a process does that has just started.</summary>
    public ProofRenewal Renewal() => new(Store, new MirrorProofs(_source), _nodes, Chain(), Options, Clock, new Said(Warnings));

    ChainOptions Chain() => new() { ChainId = Node.ChainId, Escrow = ScriptedNode.Escrow.ToString(), EscrowBlock = _startBlock, FinalityDepth = _finalityDepth };

    MirrorPass Pass(MirrorStore store, IReadOnlyList<IEthereumNode> nodes, bool halted) => new(store, nodes, Chain(), Options, Clock, new Said(Warnings)) { WhileHalted = halted, Headers = Headers };

    sealed class Said<T>(List<string> lines) : Said(lines), ILogger<T>;

    class Said(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
