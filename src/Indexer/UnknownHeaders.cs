using System.Collections.Concurrent;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Indexer;

/// <summary>
/// Health check <c>headers</c>, ready: whether a chain has reached a fork whose headers this build does not know. Reports it once, by an alarm, until blocks are proved
/// from their headers again. Safe for several chains at once.
/// </summary>
internal sealed partial class UnknownHeaders(IOptions<IndexerOptions> options, ILogger<UnknownHeaders> log) : IHealthCheck
{
    readonly ConcurrentDictionary<long, string> _reasons = new();

    /// <summary>Why the blocks of a chain are not proved from their headers; null while they are.</summary>
    public string? ReasonOf(long chainId) => _reasons.GetValueOrDefault(chainId);

    /// <summary>
    /// Asks the other nodes for the block. That a header has unknown members is one node's claim: where another one gives the block with fields that its hash follows from, or
    /// another block, it is that node's fault or a chain on the move, and the proof stays what it is. Nodes that do not answer have no say.
    /// </summary>
    /// <exception cref="ContradictionException">The nodes do not agree.</exception>
    public static async Task RequireAgreementAsync(
        UnknownHeaderException unknown, IEthereumNode said, IReadOnlyList<IEthereumNode> nodes, Func<BlockHeader, Hash32?> hashOf, CancellationToken cancellationToken)
    {
        foreach (IEthereumNode other in nodes)
        {
            if (ReferenceEquals(other, said)) continue;
            BlockHeader? theirs;
            try
            {
                theirs = await other.GetBlockAsync(BlockTag.AtNumber(unknown.Header.Number), cancellationToken);
            }
            catch (NodeException)
            {
                continue;
            }
            if (theirs is null) continue;
            if (theirs.Hash != unknown.Header.Hash)
                throw new ContradictionException($"{said.Name} and {other.Name} do not have the same block {theirs.Number}, and the one of {said.Name} does not prove itself.", "hash");
            if (Proves(theirs, hashOf))
            {
                throw new ContradictionException($"{said.Name} gives block {theirs.Number} with other fields than {other.Name}, whose hash follows from them.", "hash")
                {
                    Fault = $"{said.Name} gives headers with other fields",
                };
            }
        }
    }

    static bool Proves(BlockHeader header, Func<BlockHeader, Hash32?> hashOf)
    {
        try
        {
            return hashOf(header) == header.Hash;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The nodes agree on a block of a fork that is not known.</summary>
    public void Met(long chainId, UnknownHeaderException unknown)
    {
        IndexerMetrics.UnknownHeader.Record(1, new KeyValuePair<string, object?>("chain", chainId));
        string rest = options.Value.GoesOnAtUnknownHeaders
            ? "The mirror goes on at the weaker proof bloom (Indexer:OnUnknownHeader = bloom); the blocks are marked, and proved again by a build that knows the fork."
            : "The mirror stands before it (Indexer:OnUnknownHeader = halt) and goes on by itself under a build that knows the fork.";
        if (!_reasons.TryAdd(chainId, $"chain {chainId}: {unknown.Message} {rest}")) return;
        IndexerMetrics.Alarms.Add(1, new("chain", chainId), new KeyValuePair<string, object?>("reason", UnknownHeaderException.Unknown));
        Alarm(chainId, unknown.Message, rest);
    }

    /// <summary>Blocks of the chain were proved from their headers.</summary>
    public void Passed(long chainId)
    {
        IndexerMetrics.UnknownHeader.Record(0, new KeyValuePair<string, object?>("chain", chainId));
        if (_reasons.TryRemove(chainId, out _)) Known(chainId);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string text = string.Join("; ", _reasons.OrderBy(reason => reason.Key).Select(reason => reason.Value));
        // A mirror that goes on serves its readers; a halted one does not.
        return Task.FromResult(_reasons.IsEmpty ? HealthCheckResult.Healthy()
            : options.Value.GoesOnAtUnknownHeaders ? HealthCheckResult.Degraded(text) : HealthCheckResult.Unhealthy(text));
    }

    [LoggerMessage(4036, LogLevel.Error, "ALARM unknown_header: chain {ChainId}: {Block} {Rest}")]
    partial void Alarm(long chainId, string block, string rest);

    [LoggerMessage(4037, LogLevel.Information, "Chain {ChainId}: blocks are verified from their headers again")]
    partial void Known(long chainId);
}
