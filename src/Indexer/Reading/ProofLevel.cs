namespace Keystone.Indexer.Reading;

/// <summary>What is asked of a block before its logs are taken. The names are stored with the block.</summary>
internal enum ProofLevel
{
    /// <summary>Its hash and its parent's, as the node tells them.</summary>
    Linked,

    /// <summary>Also that its logs fit its bloom filter, and its receipts where the filter lets there be some.</summary>
    Bloom,

    /// <summary>
    /// Everything from the hash: it follows from the header's fields, and from it the filter that proves that there is nothing, or the root of the receipts
    /// that hold the logs.
    /// </summary>
    Receipts,
}
