using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.FactLog;

/// <summary>A settlement whose row is locked, with what decides whether a platform may still say something about it.</summary>
internal sealed record LockedSettlement(
    Guid Id, string Type, string State, bool IsTerminal, bool IsRollingBack, Guid EnvironmentId, DateTimeOffset TimeoutAt, string ComplianceStatus, EscrowTerms? Terms,
    Template Template)
{
    /// <summary>The escrow and the head at which it is read; null before the terms are frozen, and without a mirror.</summary>
    public (ChainHead Head, EscrowSnapshot Escrow)? OnChain { get; init; }

    public List<LockedParty> Parties { get; } = [];

    /// <summary>Environments that may see it.</summary>
    public IReadOnlyList<EnvironmentView> Readers { get; init; } = [];

    /// <summary>W3C trace context of the request that made it.</summary>
    public string? Traceparent { get; init; }

    public List<LockedFact> Facts { get; } = [];

    public bool IsCrossPlatform => Type == "cross_platform";

    /// <summary>The swap is on the chain.</summary>
    public bool IsExecuted => OnChain?.Escrow.IsExecuted == true;

    /// <summary>Every leg is in the escrow: nobody can leave alone any more.</summary>
    public bool IsFull => OnChain?.Escrow.IsFull == true;

    /// <summary>Its terms are, or are about to be, on the chain.</summary>
    public bool IsPublished => Terms is not null
        || Template.ActionOf(State) is ActionType.RegisterEscrow or ActionType.MonitorDeposits or ActionType.ExecuteEscrow or ActionType.Finalize;

    /// <summary>Its end has come, or is coming without anybody's doing: the engine may not have said so yet.</summary>
    public bool IsEnding(DateTimeOffset now) => IsTerminal || IsRollingBack || Facts.Exists(fact => fact.Kind is "reject" or "cancel" or "order")
        || (OnChain is { } chain ? chain.Escrow.IsCancelled || chain.Escrow.IsPast(chain.Head) : TimeoutAt <= now);

    /// <summary>The error of whatever comes too late.</summary>
    public DomainError Ended => DomainError.Conflict(ErrorCodes.SettlementEnded, "The settlement has ended, or its deposits are being returned.", State);
}

/// <summary>A party of a locked settlement.</summary>
internal sealed record LockedParty(Guid Id, string Role, Guid EnvironmentId, string Status);

/// <summary>A fact about a locked settlement.</summary>
internal sealed record LockedFact(string Kind, Guid? PartyId, Guid? EnvironmentId, string Actor, string Body, int Round, DateTimeOffset At);
