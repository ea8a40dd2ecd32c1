namespace Keystone.Indexer;

/// <summary>Section <c>Indexer</c>.</summary>
public sealed class IndexerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Indexer";

    /// <summary>Milliseconds between looks at a node's head; half the time between blocks, or less.</summary>
    public int PollMilliseconds { get; set; } = 500;

    /// <summary>Seconds a chain's lease lives without renewal.</summary>
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>Blocks above finality that one transaction takes in at most.</summary>
    public int MaxBlocksPerStep { get; set; } = 64;

    /// <summary>Blocks behind finality that one transaction takes in at most. A node that finds it too many gets less.</summary>
    public int RangeBlocks { get; set; } = 2_000;

    /// <summary>
    /// What is asked of a block beside its hash and its parent: <c>bloom</c> compares its logs with its bloom filter, and with its receipts where the
    /// filter lets there be some; <c>linked</c> does neither and is for chains whose blocks carry no filter.
    /// </summary>
    public string Proof { get; set; } = "bloom";

    internal TimeSpan Poll => TimeSpan.FromMilliseconds(PollMilliseconds);

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
