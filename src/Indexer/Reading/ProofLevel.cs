namespace Keystone.Indexer.Reading;

/// <summary>How a block is verified before its logs are mirrored. The names are stored with the block.</summary>
internal enum ProofLevel
{
    /// <summary>Hash and parent hash as the node reports them.</summary>
    Linked,

    /// <summary>Also that its logs fit its bloom filter, and its receipts where the filter lets there be some.</summary>
    Bloom,

    /// <summary>
    /// Everything from the hash: it follows from the header's fields, and from it the filter that proves that there is nothing, or the root of the receipts
    /// that hold the logs.
    /// </summary>
    Receipts,
}
