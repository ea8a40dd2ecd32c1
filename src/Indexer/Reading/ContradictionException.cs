namespace Keystone.Indexer.Reading;

/// <summary>A node's responses contradict each other, or it lacks data that it announced. Nothing was learned; repeat the request.</summary>
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
