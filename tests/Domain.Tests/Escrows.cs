using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Domain.Tests;

/// <summary>Escrows as the mirror could show them, made for the engine by hand.</summary>
static class Escrows
{
    internal static EscrowSnapshot At(EscrowState state, long? executed, long? cancelled, ImmutableArray<LegSnapshot> legs) =>
        new(Hash32.Zero, state, null, null, legs, 0, In(1), In(executed), In(cancelled));

    internal static LegSnapshot Leg(LegStatus status, long? block)
    {
        LogPosition? at = block is { } height ? new LogPosition(height, Hash32.Zero, 0) : null;
        return new LegSnapshot(null, status, at, status is LegStatus.Pending ? null : at);
    }

    internal static ChainFacts Facts(long head, ulong time, long finalized, ulong finalizedTime, int settleDepth, bool halted, EscrowSnapshot? escrow) =>
        new(new ChainHead(1, head, time, finalized, finalizedTime, halted ? "halted by the test" : null), settleDepth, escrow);

    internal static TransactionPosition? In(long? block) => block is { } height ? new TransactionPosition(height, Hash32.Zero) : null;
}
