using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Indexer.Reading;

/// <summary>A block with everything in it that concerns the escrow.</summary>
/// <param name="Header">Header.</param>
/// <param name="Logs">The escrow's logs, and Transfer logs of any token to the escrow, by log index.</param>
/// <param name="Proof">What the logs were compared with: <c>linked</c>, <c>bloom</c> or <c>receipts</c>.</param>
internal sealed record ReadBlock(BlockHeader Header, ImmutableArray<LogEntry> Logs, string Proof);

/// <summary>A node's answers contradict each other, or it has not yet what it announced. Nothing was learnt; ask again.</summary>
/// <param name="message">What does not fit, for people.</param>
/// <param name="kind">What does not fit, for counting: <c>chain</c>, <c>missing</c>, or one of <see cref="Proofs"/>.</param>
internal class ContradictionException(string message, string kind = "chain") : Exception(message)
{
    /// <summary>Kinds that a proof found, and no accident of timing explains.</summary>
    public static readonly string[] Proofs = ["hash", "bloom", "receipts", "logs"];

    /// <summary>What does not fit.</summary>
    public string Kind => kind;

    /// <summary>A fault that a node has with every block, the same text each time; null for one that passes.</summary>
    public string? Fault { get; init; }
}
