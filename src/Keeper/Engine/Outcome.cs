using Keystone.Ethereum;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Settlements.Events;
using Keystone.Webhooks.Messages;

namespace Keystone.Keeper.Engine;

/// <summary>What one run writes, all of it in one transaction.</summary>
internal sealed record Outcome(
    string State, int Sequence, FrozenTerms? Frozen, string ComplianceStatus, string? RollbackReason, DateTimeOffset? RollbackSince, bool RollbackBlocked, string? Failure,
    string[] Visited, bool Closed, string? Result, DateTimeOffset? DueAt, Wake Wake, string[] ReportedLegs, bool Changed,
    IReadOnlyList<SettlementEvent> Events, IReadOnlyList<(Guid Environment, ComposedMessage Message)> Messages)
{
    /// <summary>Last hash of the settlement's events, once they are appended.</summary>
    public byte[] EventHash { get; init; } = [];
}

/// <summary>Terms that were frozen in this run.</summary>
internal sealed record FrozenTerms(EscrowTerms Terms, Hash32 Salt);
