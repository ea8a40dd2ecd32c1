using System.Collections.Frozen;
using System.Collections.Immutable;
using Keystone.Connections;
using Microsoft.Extensions.Logging;

namespace Keystone.Ethereum.Nodes;

internal sealed class EthereumNodes : IEthereumNodes, IDisposable
{
    readonly HttpClient _client;
    readonly FrozenDictionary<long, NodeSet> _sets;
    readonly FrozenDictionary<long, HeadFeed> _feeds;

    internal EthereumNodes(IReadOnlyList<ChainOptions> chains, JsonRpcNodeOptions options, NodeSetLimits limits, TimeProvider time, ILogger log)
    {
        (Chains, Limits) = (chains, limits);
        for (int i = 0; i < chains.Count; i++) chains[i].Section = $"Chains:{i}";
        // Each call has its own deadline. Connections are renewed, so that a node behind a name can move.
        SocketsHttpHandler handler = HostConnector.Handler();
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        handler.AutomaticDecompression = System.Net.DecompressionMethods.All;
        handler.AllowAutoRedirect = false;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _sets = chains.ToFrozenDictionary(chain => chain.ChainId, chain => new NodeSet(chain, [.. chain.RpcUrls.Select(url =>
        {
            JsonRpcNode node = new(_client, new Uri(url), options, log, time);
            return (node.Name, (IEthereumNode)node);
        })], limits, time, log));
        _feeds = chains.ToFrozenDictionary(chain => chain.ChainId, chain => new HeadFeed(chain.ChainId, [.. chain.SocketUrls.Select(url => new Uri(url))], time, limits.Jitter, log));
    }

    public IReadOnlyList<ChainOptions> Chains { get; }

    internal NodeSetLimits Limits { get; }

    internal IEnumerable<NodeSet> Sets => _sets.Values;

    internal IEnumerable<HeadFeed> Feeds => _feeds.Values;

    public IEthereumNode For(long chainId) => SetOf(chainId).Any;

    public IEthereumNode Pin(long chainId) => SetOf(chainId).Best;

    public IReadOnlyList<IEthereumNode> AllFor(long chainId) => ImmutableArray<IEthereumNode>.CastUp(SetOf(chainId).Members);

    public IReadOnlyList<NodeStatus> StatusOf(long chainId) =>
        [.. SetOf(chainId).Members.Select(node => new NodeStatus(node.Name, node.IsEligible, node.Quarantine, node.OtherChain, node.Lag, node.IsPaused, node.Score))];

    public void Expect(ChainIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (_sets.TryGetValue(identity.ChainId, out NodeSet? set)) set.Genesis = identity.GenesisHash;
    }

    public IHeadSignal HeadsOf(long chainId) => _feeds.TryGetValue(chainId, out HeadFeed? feed) ? feed : throw Unknown(chainId);

    NodeSet SetOf(long chainId) => _sets.TryGetValue(chainId, out NodeSet? set) ? set : throw Unknown(chainId);

    static KeyNotFoundException Unknown(long chainId) => new($"Chain {chainId} is not configured; add it to Chains.");

    public void Dispose() => _client.Dispose();
}
