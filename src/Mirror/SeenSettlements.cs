using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>
/// The settlements that have canonical logs in a mirror, or had some, as far as it was filled from its first block while this one looked on: logs of any
/// other need not be looked for in the database.
/// </summary>
public sealed class SeenSettlements
{
    /// <summary>Bounds its memory, to some 20 MiB: from so many on, the mirror is asked about each.</summary>
    public const int Most = 200_000;

    readonly HashSet<Hash32> _seen = [];

    /// <summary>True when there are too many to go on.</summary>
    public bool IsFull => _seen.Count >= Most;

    /// <summary>Those of the blocks' settlements that may have logs in earlier blocks.</summary>
    public IReadOnlySet<Hash32> Among(ImmutableArray<MirrorBlock> blocks) => IdsIn(blocks).Where(_seen.Contains).ToHashSet();

    /// <summary>Takes note of the settlements of blocks that were written.</summary>
    public void Add(ImmutableArray<MirrorBlock> blocks) => _seen.UnionWith(IdsIn(blocks));

    static IEnumerable<Hash32> IdsIn(ImmutableArray<MirrorBlock> blocks)
    {
        foreach (MirrorBlock block in blocks)
        {
            foreach (MirrorLog log in block.Logs)
                if (log.EscrowId is { } id) yield return id;
        }
    }
}
