using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>One transaction's worth of change.</summary>
/// <param name="Revision">Revision that it rests on.</param>
/// <param name="ForkPoint">Height above which the mirror's blocks are no longer canonical; its own head for a plain extension.</param>
/// <param name="Blocks">New blocks on top of it, ascending.</param>
/// <param name="Finalized">Finalized height and its block time in seconds since the epoch; null when it did not move.</param>
/// <param name="Earlier">Those of the blocks' settlements that may have logs below them; null when any may.</param>
public sealed record MirrorStep(
    long Revision, long ForkPoint, ImmutableArray<MirrorBlock> Blocks, (long Number, long Time)? Finalized, IReadOnlySet<Hash32>? Earlier = null);

/// <summary>What a committed step did.</summary>
public sealed record StepOutcome(long Revision, int RemovedBlocks, int Retracted, int Applied);

/// <summary>Where the mirror of a chain is.</summary>
/// <param name="Identity">The chain and escrow it belongs to.</param>
/// <param name="StartBlock">First height.</param>
/// <param name="Number">Height of the head; <paramref name="StartBlock"/> - 1 before the first block.</param>
/// <param name="Finalized">Finalized height; -1 for none.</param>
/// <param name="Revision">Committed steps.</param>
/// <param name="Halted">Why nothing is written any more; null while it is.</param>
public sealed record MirrorPosition(ChainIdentity Identity, long StartBlock, long Number, long Finalized, long Revision, string? Halted);
