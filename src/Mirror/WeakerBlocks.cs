using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>Heights of the mirror that are proved less than at the level of receipts, the lowest that there are.</summary>
/// <param name="From">Lowest height: the one above the mirrored block before them.</param>
/// <param name="To">Height of the highest mirrored block among them.</param>
/// <param name="Parent">Hash of the mirrored block below them; null at the mirror's first height.</param>
/// <param name="Blocks">Mirrored blocks of these heights, ascending: all that carry logs of ours, and others.</param>
public sealed record WeakerBlocks(long From, long To, Hash32? Parent, ImmutableArray<BlockRef> Blocks);
