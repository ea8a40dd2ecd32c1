using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Keystone.Ethereum.Nodes;

/// <summary>The nodes of one chain, compared with each other from time to time.</summary>
internal sealed partial class NodeSet
{
    readonly ChainOptions _chain;
    readonly NodeSetLimits _limits;
    readonly ILogger _log;

    public NodeSet(ChainOptions chain, IReadOnlyList<(string Name, IEthereumNode Node)> nodes, NodeSetLimits limits, TimeProvider time, ILogger log)
    {
        (_chain, _limits, _log) = (chain, limits, log);
        Members = [.. nodes.Select((node, place) => new NodeMember(chain.ChainId, node.Name, place, node.Node, limits, time, log))];
        Any = new FailoverNode(this);
    }

    public ImmutableArray<NodeMember> Members { get; }

    /// <summary>Hash of block 0 of the chain; null until it was compared with the database.</summary>
    public Hash32? Genesis { get; set; }

    /// <summary>A node that asks the best, and the next when that one does not answer; sends to all.</summary>
    public IEthereumNode Any { get; }

    /// <summary>The best node at this moment, to be asked several times.</summary>
    public NodeMember Best => Ranked().First();

    /// <summary>All nodes, those that may be read from first, the best of them before the others.</summary>
    public IEnumerable<NodeMember> Ranked() => Members.OrderBy(member => member.IsEligible ? 0 : 1).ThenBy(member => member.Score);

    /// <summary>Compares the nodes: chain, heads, and one finalized block.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        NodeSight[] sights = await Task.WhenAll(Members.Select(member => member.IsPaused
            ? Task.FromResult(new NodeSight(null, null, null))
            : PollAsync(member.Node, cancellationToken))).ConfigureAwait(false);
        for (int i = 0; i < Members.Length; i++)
        {
            // One that does not answer keeps what was found of it.
            if (sights[i].ChainId is not null) Members[i].JudgeChain(OtherChainOf(sights[i]));
        }
        NodeSight[] ours = [.. sights.Select((sight, i) => Members[i].OtherChain is not null ? new NodeSight(null, null, null) : sight)];
        string?[] quarantine = [.. Members.Select(member => member.Quarantine)];
        if (NodeVerdicts.CommonFinalized(ours) is { } height)
        {
            Hash32?[] hashes = await Task.WhenAll(Members.Select((member, i) => ours[i].Finalized >= height
                ? HashAsync(member.Node, height, cancellationToken)
                : Task.FromResult<Hash32?>(null))).ConfigureAwait(false);
            if (hashes.Count(hash => hash is not null) > 1)
            {
                ImmutableArray<bool> outvoted = NodeVerdicts.Outvoted(hashes);
                for (int i = 0; i < Members.Length; i++)
                    if (hashes[i] is { } hash) quarantine[i] = outvoted[i] ? $"its finalized block {height} is {hash}, which not most nodes have" : null;
            }
        }
        long? best = NodeVerdicts.BestHead(ours.Where((sight, i) => quarantine[i] is null && sight.Head is not null).Select(sight => sight.Head!.Value));
        long[] lags = [.. ours.Select((sight, i) => sight.Head is { } head && best is { } reference && Members.Length > 1 ? Math.Max(0, reference - head) : Members[i].Lag)];
        // At least one node must be usable: the one with the highest head never counts as late.
        bool[] late = [.. lags.Select(lag => lag > _limits.MaxLag)];
        for (int i = 0; i < Members.Length; i++)
        {
            string? before = Members[i].Quarantine;
            Members[i].Judge(quarantine[i], lags[i], late[i]);
            if (before is null && quarantine[i] is { } reason) Quarantined(_chain.ChainId, Members[i].Name, reason);
            if (before is not null && quarantine[i] is null) Released(_chain.ChainId, Members[i].Name);
        }
    }

    string? OtherChainOf(NodeSight sight)
    {
        if (sight.ChainId != _chain.ChainId) return $"chain {sight.ChainId}";
        return Genesis is { } ours && sight.Genesis is { } found && found != ours ? $"a chain that begins with block {found}" : null;
    }

    async Task<NodeSight> PollAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        try
        {
            long chainId = await node.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
            if (chainId != _chain.ChainId) return new NodeSight(chainId, null, null);
            Hash32? genesis = Genesis is null ? null : await HashAsync(node, 0, cancellationToken).ConfigureAwait(false);
            // A single node has no other to be compared with.
            if (Members.Length == 1) return new NodeSight(chainId, null, null, genesis);
            long? finalized = _chain.FinalityDepth is null ? (await Finality.ReadAsync(node, cancellationToken).ConfigureAwait(false)).Block?.Number : null;
            long? head = (await node.GetBlockAsync(BlockTag.Latest, cancellationToken).ConfigureAwait(false))?.Number;
            if (_chain.FinalityDepth is { } depth) finalized = head - depth;
            return new NodeSight(chainId, head, finalized, genesis);
        }
        catch (NodeException)
        {
            return new NodeSight(null, null, null);
        }
    }

    static async Task<Hash32?> HashAsync(IEthereumNode node, long height, CancellationToken cancellationToken)
    {
        try
        {
            return (await node.GetBlockAsync(BlockTag.AtNumber(height), cancellationToken).ConfigureAwait(false))?.Hash;
        }
        catch (NodeException)
        {
            return null;
        }
    }

    [LoggerMessage(1060, LogLevel.Error, "Chain {ChainId}: node {Node} is quarantined: {Reason}")]
    partial void Quarantined(long chainId, string node, string reason);

    [LoggerMessage(1061, LogLevel.Information, "Chain {ChainId}: node {Node} agrees with the others again")]
    partial void Released(long chainId, string node);

    sealed class FailoverNode(NodeSet set) : RoutedNode
    {
        protected override async Task<T> AskAsync<T>(string method, Func<IEthereumNode, Task<T>> ask, CancellationToken cancellationToken)
        {
            NodeException? first = null;
            foreach (NodeMember member in set.Ranked())
            {
                try
                {
                    return await ask(member).ConfigureAwait(false);
                }
                catch (NodeException fault) when (HelpsToAskAnother(fault.Kind))
                {
                    first ??= fault;
                }
            }
            throw set.Genesis is null && set.Members.All(member => member.OtherChain is not null)
                ? new NodeException(first!.Message, inner: first) { Kind = NodeFaultKind.Quarantined, OtherChain = set.Members[0].OtherChain }
                : first!;
        }

        /// <summary>Broadcasts to all nodes at once. The best response counts: a transaction accepted by one node is accepted.</summary>
        public override async Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
        {
            (SendResponse? Answer, NodeException? Fault)[] all = await Task.WhenAll(set.Members.Select(async member =>
            {
                try
                {
                    return ((SendResponse?)await member.SendRawTransactionAsync(raw, cancellationToken).ConfigureAwait(false), (NodeException?)null);
                }
                catch (NodeException fault)
                {
                    return (null, fault);
                }
            })).ConfigureAwait(false);
            return all.Select(one => one.Answer).Where(answer => answer is not null).OrderBy(answer => answer!.Accepted ? 0 : 1).FirstOrDefault() ?? throw all[0].Fault!;
        }

        static bool HelpsToAskAnother(NodeFaultKind kind) => kind is not (NodeFaultKind.Reverted or NodeFaultKind.TooMuch or NodeFaultKind.Other);
    }
}
