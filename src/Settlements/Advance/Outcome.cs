using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Webhooks.Messages;

namespace Keystone.Settlements.Advance;

/// <summary>Everything that one run stores, in one database transaction.</summary>
internal sealed record Outcome(
    string State, string? Agreement, bool ComplianceStop, FrozenTerms? Frozen, string ComplianceStatus, string? RollbackReason, DateTimeOffset? RollbackSince, bool RollbackBlocked, string? Failure,
    string[] Visited, bool Closed, string? Result, DateTimeOffset? DueAt, Wake Wake, string[] ReportedLegs, bool Changed,
    IReadOnlyList<(Guid Environment, ComposedMessage Message)> Messages);

/// <summary>Terms that were frozen in this run.</summary>
internal sealed record FrozenTerms(EscrowTerms Terms, Hash32 Salt);
