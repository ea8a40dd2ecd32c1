using System.Collections;

namespace Keystone.Ethereum.Proofs;

/// <summary>
/// The receipts of a block together with their encodings, which were made of the same answer while it was read. It cannot be changed: what somebody puts
/// together anew is another list, whose root is worked out from its values.
/// </summary>
public sealed class EncodedReceipts : IReadOnlyList<TransactionReceipt>
{
    readonly TransactionReceipt[] _receipts;
    readonly ReadOnlyMemory<byte>[] _encodings;

    /// <summary>Receipts and what <see cref="ReceiptCodec.Encode"/> gives for each, but with the filter that the node reported.</summary>
    public EncodedReceipts(TransactionReceipt[] receipts, ReadOnlyMemory<byte>[] encodings)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        ArgumentNullException.ThrowIfNull(encodings);
        if (receipts.Length != encodings.Length) throw new ArgumentException("Each receipt has one encoding.", nameof(encodings));
        (_receipts, _encodings) = (receipts, encodings);
    }

    /// <inheritdoc/>
    public int Count => _receipts.Length;

    /// <inheritdoc/>
    public TransactionReceipt this[int index] => _receipts[index];

    /// <summary>The encoding of each.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Encodings => _encodings;

    /// <inheritdoc/>
    public IEnumerator<TransactionReceipt> GetEnumerator() => ((IEnumerable<TransactionReceipt>)_receipts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
