using Keystone.Ethereum;
using Keystone.Ethereum.Proofs;

namespace Keystone.Indexer.Reading;

/// <summary>
/// A header has members that this build does not know, and its hash does not follow from the fields that it does know: a later fork, where the nodes agree on the block.
/// </summary>
/// <param name="header">The header as the node gave it.</param>
internal sealed class UnknownHeaderException(BlockHeader header) : ContradictionException(
    $"Block {header.Number} is of a later fork: this build knows headers up to {HeaderCodec.NewestFork}, and this one has {string.Join(", ", header.Fields!.UnknownMembers)} beside their fields.", Unknown)
{
    /// <summary>Its <see cref="ContradictionException.Kind"/>.</summary>
    public const string Unknown = "unknown_header";

    /// <summary>The header as the node gave it.</summary>
    public BlockHeader Header => header;
}
