using System.Collections.Frozen;

namespace Keystone.Ethereum.Nodes;

internal sealed class EthereumNodes : IEthereumNodes, IDisposable
{
    readonly HttpClient _client;
    readonly FrozenDictionary<long, IReadOnlyList<IEthereumNode>> _nodes;

    internal EthereumNodes(IReadOnlyList<ChainOptions> chains, JsonRpcNodeOptions options)
    {
        Chains = chains;
        // Each call has its own deadline. Connections are renewed, so that a node behind a name can move.
        _client = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            AllowAutoRedirect = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _nodes = chains.ToFrozenDictionary(chain => chain.ChainId,
            chain => (IReadOnlyList<IEthereumNode>)[.. chain.RpcUrls.Select(url => new JsonRpcNode(_client, new Uri(url), options))]);
    }

    public IReadOnlyList<ChainOptions> Chains { get; }

    public IEthereumNode For(long chainId) => AllFor(chainId)[0];

    public IReadOnlyList<IEthereumNode> AllFor(long chainId) => _nodes.TryGetValue(chainId, out IReadOnlyList<IEthereumNode>? nodes)
        ? nodes
        : throw new KeyNotFoundException($"Chain {chainId} is not configured; add it to Chains.");

    public void Dispose() => _client.Dispose();
}
