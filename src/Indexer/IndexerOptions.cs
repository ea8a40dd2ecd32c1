using Keystone.Ethereum;
using Keystone.Ethereum.Proofs;
using Keystone.Indexer.Reading;

namespace Keystone.Indexer;

/// <summary>Section <c>Indexer</c>.</summary>
public sealed class IndexerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Indexer";

    /// <summary>Interval at which the node's head is polled, milliseconds. Use at most half of the block time.</summary>
    public int PollMilliseconds { get; set; } = 500;

    /// <summary>Seconds until a chain's lease expires if it is not renewed; then another indexer takes over.</summary>
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>Maximum number of blocks above finality that one database transaction writes.</summary>
    public int MaxBlocksPerStep { get; set; } = 64;

    /// <summary>Maximum number of finalized blocks that one database transaction writes. The range becomes smaller for a node that rejects it as too large.</summary>
    public int RangeBlocks { get; set; } = 2_000;

    /// <summary>
    /// How blocks are verified, beside the link to the parent. <c>receipts</c> computes each block hash from the header's fields, and proves from the hash that the
    /// receipts are those of the block and that no log is missing. <c>bloom</c> trusts the hash that the node reports and compares the logs with the block's bloom
    /// filter, and with the receipts if the filter may match. <c>linked</c> does neither; it is for chains whose blocks have no bloom filter.
    /// </summary>
    public string Proof { get; set; } = "receipts";

    /// <summary>
    /// What happens at a block whose header has fields of a fork that this version does not know, so that its hash cannot be computed (only if <c>Proof</c> is <c>receipts</c>).
    /// <c>halt</c>: the mirror stops before that block and continues when a version that knows the fork is started. <c>bloom</c>: the mirror continues with that weaker proof,
    /// which trusts the nodes' hashes; it marks these blocks, and a version that knows the fork verifies them again.
    /// </summary>
    public string OnUnknownHeader { get; set; } = "halt";

    /// <summary>Computes the hash of a header from its fields; null when some are missing.</summary>
    internal Func<BlockHeader, Hash32?> HashOf { get; set; } = HeaderCodec.HashOf;

    /// <summary>If at least this many blocks of a range may contain logs of the escrow, fetch their receipts and skip the log query.</summary>
    internal int BlocksOfAFullRange { get; set; } = 32;

    /// <summary>Number of logs after which a range ends early: their number is not known before, and they are kept in memory.</summary>
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
