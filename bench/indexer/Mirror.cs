using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer;
using Keystone.Indexer.Processing;
using Keystone.Mirror;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.IndexerBench;

/// <summary>The indexer itself, wired as its executable is, driven step by step so that nothing but its steps is timed.</summary>
internal sealed class Mirror : IAsyncDisposable
{
    readonly IHost _host;
    readonly MirrorStore _store;
    readonly MirrorPass _pass;
    readonly long _epoch;

    Mirror(IHost host, MirrorStore store, MirrorPass pass, long epoch) => (_host, _store, _pass, _epoch) = (host, store, pass, epoch);

    public static IEnumerable<(string Key, string Value)> Settings(EscrowChain chain, string connectionString, string proof) =>
    [
        ("Storage:ConnectionString", connectionString),
        ("Chains:0:ChainId", EscrowChain.ChainId.ToString(CultureInfo.InvariantCulture)),
        ("Chains:0:RpcUrls:0", chain.Url.ToString()),
        ("Chains:0:Escrow", chain.Escrow.ToString()),
        ("Chains:0:EscrowBlock", "1"),
        ("Indexer:Proof", proof),
    ];

    public static IHost Build(EscrowChain chain, string connectionString, string proof, params (string Key, string Value)[] more)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([.. Settings(chain, connectionString, proof).Concat(more).Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))]);
        builder.Services.AddIndexer(builder.Configuration);
        return builder.Build();
    }

    /// <param name="chain">The chain.</param>
    /// <param name="connectionString">A migrated database.</param>
    /// <param name="proof">Proof level.</param>
    /// <param name="cap">Height that the node has at most, as far as this mirror can see; null for its own.</param>
    /// <param name="more">Further settings.</param>
    public static async Task<Mirror> BeginAsync(EscrowChain chain, string connectionString, string proof, Func<long>? cap = null, params (string Key, string Value)[] more)
    {
        IHost host = Build(chain, connectionString, proof, more);
        MirrorStore store = host.Services.GetRequiredService<MirrorStore>();
        IEthereumNodes nodes = host.Services.GetRequiredService<IEthereumNodes>();
        ChainOptions options = nodes.Chains[0];
        await store.EnsureAsync(await ChainIdentityReader.ReadAsync(nodes.For(options.ChainId), options, CancellationToken.None), options.EscrowBlock, CancellationToken.None);
        long epoch = await store.TakeLeaseAsync(options.ChainId, Guid.NewGuid(), TimeSpan.FromHours(1), CancellationToken.None)
            ?? throw new InvalidOperationException("The lease is taken.");
        IReadOnlyList<IEthereumNode> all = nodes.AllFor(options.ChainId);
        if (cap is not null) all = [CappedNode.Of(all[0], cap)];
        MirrorPass pass = new(
            store, all, options, host.Services.GetRequiredService<IOptions<IndexerOptions>>().Value, TimeProvider.System, NullLogger.Instance);
        return new Mirror(host, store, pass, epoch);
    }

    /// <summary>Moves the mirror by Nethereum's processor until nothing more is to be done; the time of it.</summary>
    public Task<TimeSpan> FollowAsync() =>
        UntilDoneAsync(() => new MirrorLoop(_pass, _epoch, static (isMore, _) => Task.FromResult(isMore != false)).RunAsync(CancellationToken.None));

    /// <summary>The same polls and steps in a loop of two lines, without the processor; the time of it.</summary>
    public Task<TimeSpan> FollowDirectlyAsync() => UntilDoneAsync(async () =>
    {
        while (await _pass.PollAsync(CancellationToken.None) is { } work && await _pass.TakeAsync(_epoch, work, CancellationToken.None))
        {
            // There is more.
        }
    });

    static async Task<TimeSpan> UntilDoneAsync(Func<Task> run)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await run();
                return Stopwatch.GetElapsedTime(start);
            }
            catch (NodeException fault) when (fault.Kind == NodeFaultKind.TooMuch)
            {
                // The next range is smaller; the time of this one counts.
            }
        }
    }

    /// <summary>A new database mirrored from the first block to the last; the time of it. Counts what came of it.</summary>
    public static async Task<TimeSpan> BackfillAsync(EscrowChain chain, string connectionString, string proof, int settlements, bool directly = false)
    {
        TimeSpan elapsed;
        await using (Mirror mirror = await BeginAsync(chain, connectionString, proof)) elapsed = await (directly ? mirror.FollowDirectlyAsync() : mirror.FollowAsync());
        await RequireAsync(connectionString, "select count(*) from chain.log where decoded", settlements * EscrowChain.EventsEach);
        await RequireAsync(connectionString, "select count(*) from chain.escrow where state = 2 and registered", settlements);
        await RequireAsync(connectionString, "select count(*) from chain.escrow_leg where status = 'released'", settlements * 2);
        return elapsed;
    }

    public static async Task RequireAsync(string connectionString, string count, long expected)
    {
        long found = (long)(await Database.ScalarAsync(connectionString, count))!;
        if (found != expected) throw new InvalidOperationException($"{count}: {found}, not {expected}");
    }

    public async ValueTask DisposeAsync()
    {
        // For the next one on this database.
        await _store.RenewLeaseAsync(EscrowChain.ChainId, _epoch, TimeSpan.Zero, CancellationToken.None);
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }
}

/// <summary>A node whose head is not above a height: everything else is the node's own answer.</summary>
internal class CappedNode : DispatchProxy
{
    IEthereumNode _node = null!;
    Func<long> _cap = null!;

    public static IEthereumNode Of(IEthereumNode node, Func<long> cap)
    {
        IEthereumNode proxy = Create<IEthereumNode, CappedNode>();
        CappedNode capped = (CappedNode)(object)proxy;
        (capped._node, capped._cap) = (node, cap);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IEthereumNode.GetBlockAsync) && args![0] is BlockTag { Tag: not null }) args[0] = BlockTag.AtNumber(_cap());
        return targetMethod.Invoke(_node, args);
    }
}
