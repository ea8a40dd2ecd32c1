using Keystone.Ethereum;
using Keystone.Ethereum.Proofs;
using Keystone.Indexer.Reading;

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
    /// What is asked of a block beside its parent. <c>receipts</c> proves everything from the hashes: each hash from the header's fields, and from it that
    /// the receipts are those of the block, and that blocks without logs have none. <c>bloom</c> believes the hash and compares the logs with the bloom
    /// filter, and with the receipts where the filter lets there be some; <c>linked</c> does neither and is for chains whose blocks carry no filter.
    /// </summary>
    public string Proof { get; set; } = "receipts";

    /// <summary>
    /// What happens at a block whose header has fields of a later fork than this build knows, so that its hash cannot be computed (only asked where <c>Proof</c> is <c>receipts</c>).
    /// <c>halt</c>: the mirror stands before that block, and goes on by itself under a build that knows the fork. <c>bloom</c>: it goes on at that weaker proof, which believes
    /// the nodes' hashes; the blocks are marked, and proved again by a build that knows the fork.
    /// </summary>
    public string OnUnknownHeader { get; set; } = "halt";

    /// <summary>Computes the hash of a header from its fields; null when some are missing.</summary>
    internal Func<BlockHeader, Hash32?> HashOf { get; set; } = HeaderCodec.HashOf;

    /// <summary>Blocks of a range that may hold something of ours from which on their receipts alone are asked for.</summary>
    internal int BlocksOfAFullRange { get; set; } = 32;

    /// <summary>Logs after which such a range ends early: nobody says before how many it holds, and they are held in memory.</summary>
    internal int MostLogsOfAFullRange { get; set; } = 8_000;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (PollMilliseconds is < 10 or > 60_000)
            yield return "Indexer:PollMilliseconds must be between 10 and 60000.";
        if (LeaseSeconds is not (>= 1 and <= 300))
            yield return "Indexer:LeaseSeconds must be between 1 and 300.";
        if (MaxBlocksPerStep is < 1 or > 1_000)
            yield return "Indexer:MaxBlocksPerStep must be between 1 and 1000.";
        if (RangeBlocks is < 1 or > 100_000)
            yield return "Indexer:RangeBlocks must be between 1 and 100000.";
        if (Proof is not ("receipts" or "bloom" or "linked"))
            yield return "Indexer:Proof must be receipts, bloom or linked.";
        if (OnUnknownHeader is not ("halt" or "bloom"))
            yield return "Indexer:OnUnknownHeader must be halt (the mirror stands at a fork that this build does not know) or bloom (it goes on at that weaker proof).";
    }

    internal ProofLevel Level => Proof switch
    {
        "linked" => ProofLevel.Linked,
        "bloom" => ProofLevel.Bloom,
        _ => ProofLevel.Receipts,
    };

    internal bool GoesOnAtUnknownHeaders => OnUnknownHeader == "bloom";

    internal TimeSpan Poll => TimeSpan.FromMilliseconds(PollMilliseconds);

    internal TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
