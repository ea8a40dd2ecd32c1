using System.Text.Json.Nodes;

namespace Keystone.Ethereum.Nodes;

/// <summary>What is known of a node in this process.</summary>
/// <param name="Name">Its name: scheme, host and port.</param>
/// <param name="IsEligible">It may be read from now.</param>
/// <param name="Quarantine">Why it is not trusted; null when it is.</param>
/// <param name="OtherChain">The other chain that it is on; null when it is on the right one.</param>
/// <param name="Lag">Blocks behind the others.</param>
/// <param name="IsPaused">It asked to be left alone for a time.</param>
/// <param name="Score">Lower is better.</param>
public sealed record NodeStatus(string Name, bool IsEligible, string? Quarantine, string? OtherChain, long Lag, bool IsPaused, double Score)
{
    /// <summary>The nodes of all chains, as a report of the process.</summary>
    public static JsonObject Report(IEthereumNodes nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        JsonArray all = [];
        foreach (ChainOptions chain in nodes.Chains)
            foreach (NodeStatus node in nodes.StatusOf(chain.ChainId))
                all.Add(new JsonObject
                {
                    ["chain_id"] = chain.ChainId,
                    ["name"] = node.Name,
                    ["eligible"] = node.IsEligible,
                    ["quarantine"] = node.Quarantine,
                    ["other_chain"] = node.OtherChain,
                    ["lag"] = node.Lag,
                    ["paused"] = node.IsPaused,
                    ["score"] = Math.Round(node.Score, 1),
                });
        return new JsonObject { ["nodes"] = all };
    }
}
