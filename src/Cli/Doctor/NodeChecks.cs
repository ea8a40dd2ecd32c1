using System.Globalization;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Cli.Doctor;

/// <summary>Whether the nodes of a chain answer, are of that chain, have the escrow, and say the same of a block that none of them can still lose.</summary>
internal sealed class NodeChecks(IEthereumNodes nodes, ChainOptions chain)
{
    /// <summary>Blocks by which a node may be behind the best one.</summary>
    const long MostLag = 10;

    public async Task<IEnumerable<Verdict>> RunAsync(string name, CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        List<(IEthereumNode Node, ChainIdentity Identity, long Head)> answering = [];
        foreach (IEthereumNode node in nodes.AllFor(chain.ChainId))
        {
            try
            {
                ChainIdentity identity = await ChainIdentityReader.ReadAsync(node, chain, cancellationToken);
                BlockHeader head = await node.GetBlockAsync(BlockTag.Latest, cancellationToken) ?? throw new NodeException($"{node.Name} has no block.");
                answering.Add((node, identity, head.Number));
            }
            catch (Exception fault) when (fault is NodeException or ChainIdentityException)
            {
                verdicts.Add(Verdict.Fault(name, $"{node.Name}: {fault.Message}", $"Correct {chain.Section}:RpcUrls, or start the node."));
            }
        }
        if (answering.Count == 0) return verdicts;
        long best = answering.Max(one => one.Head), common = answering.Min(one => one.Head) - Math.Max(chain.SettleDepth, chain.FinalityDepth ?? 0);
        foreach ((IEthereumNode node, _, long head) in answering.Where(one => best - one.Head > MostLag))
            verdicts.Add(Verdict.Warning(name, string.Create(CultureInfo.InvariantCulture, $"{node.Name} is {best - head} blocks behind the best node of chain {chain.ChainId}."), "Wait until it has caught up, or use another node."));
        verdicts.AddRange(await AgreementAsync(name, answering, Math.Max(0, common), cancellationToken));
        if (chain.RpcUrls.Length == 1)
            verdicts.Add(Verdict.Warning(name, $"Chain {chain.ChainId} has one node only: nobody contradicts it.", $"Name a second one as {chain.Section}:RpcUrls:1."));
        return verdicts;
    }

    async Task<IEnumerable<Verdict>> AgreementAsync(
        string name, IReadOnlyList<(IEthereumNode Node, ChainIdentity Identity, long Head)> answering, long height, CancellationToken cancellationToken)
    {
        List<(string Name, Hash32 Hash)> hashes = [];
        foreach ((IEthereumNode node, _, _) in answering)
            if (await node.GetBlockAsync(BlockTag.AtNumber(height), cancellationToken) is { } block) hashes.Add((node.Name, block.Hash));
        if (answering.Select(one => one.Identity.GenesisHash).Distinct().Count() > 1 || hashes.Select(one => one.Hash).Distinct().Count() > 1)
        {
            string said = string.Join(", ", hashes.Select(one => $"{one.Name} says {one.Hash}"));
            return [Verdict.Fault(name, string.Create(CultureInfo.InvariantCulture, $"The nodes of chain {chain.ChainId} contradict each other about block {height}: {said}."),
                $"Find out which one is on the wrong chain, and take it out of {chain.Section}:RpcUrls.")];
        }
        return [Verdict.Ok(name, string.Create(CultureInfo.InvariantCulture, $"{answering.Count} of {chain.RpcUrls.Length} nodes of chain {chain.ChainId} answer and agree on block {height}; the escrow is there."))];
    }
}
