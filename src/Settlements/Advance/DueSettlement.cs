using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Instruments;
using Keystone.Webhooks.Messages;

namespace Keystone.Settlements.Advance;

/// <summary>
/// A due settlement, read under a lock of its row, with all facts that the decision needs. <c>Traceparent</c> is that of the request that made it;
/// <c>Readers</c> are the environments that may see it.
/// </summary>
internal sealed record DueSettlement(
    Guid Id, Guid EnvironmentId, string Type, string? ExternalReference, Guid TemplateId, int TemplateVersion, string State,
    DateTimeOffset TimeoutAt, DateTimeOffset ConfirmBy, long ChainId, EscrowTerms? Terms, string ComplianceStatus,
    RollbackInProgress? Rollback, string[] ReportedLegs, int Attempts, string[] Path, string? Agreement, bool ComplianceStop,
    string? Traceparent, Guid[] Readers)
{
    /// <summary>Template of the settlement.</summary>
    public Template Template { get; set; } = null!;

    /// <summary>Account that terms which are frozen now name as operator; null while none is in service, and once there are terms.</summary>
    public Address? Operator { get; set; }

    /// <summary>Earliest block time of the swap, UTC; null for none.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Of the opening of a repo: its closing, which is confirmed with it.</summary>
    public RepoClosing? Repo { get; init; }

    public long LastEventRevision { get; set; }

    /// <summary>Head of the mirror at one revision; null if the chain has no mirror yet.</summary>
    public MirrorView? Mirror { get; set; }

    /// <summary>Canonical logs of each leg in chain order; null when the mirror shows what was reported last.</summary>
    public IReadOnlyList<LegLog>[]? LegLogs { get; set; }
    /// <summary>The escrow at that revision, with the terms; null before they are frozen, and without a mirror.</summary>
    public EscrowSnapshot? Escrow => Terms is null ? null : Mirror?.Of(Terms);

    public List<DueParty> Parties { get; } = [];

    public List<DueLeg> Legs { get; } = [];

    /// <summary>Latest round of screenings.</summary>
    public ScreeningRound Screened { get; set; } = new(0, []);

    public List<DueFact> Facts { get; } = [];

    /// <summary>Legs whose refund failed in simulation too often.</summary>
    public List<int> RefusedRefunds { get; } = [];

    /// <summary>True if the registration failed in simulation too often.</summary>
    public bool RefusedRegistration { get; set; }

    /// <summary>Parts of the settlement that are attested on the chain, as intents number them.</summary>
    public HashSet<int> Attested { get; } = [];

    /// <summary>The readers, which get the messages about the settlement; in the order of their ids.</summary>
    public List<EnvironmentView> Audiences { get; } = [];

    /// <summary>Registered tokens of the environments that have yet to confirm.</summary>
    public Dictionary<Guid, TokenRegistry> Registries { get; } = [];

    /// <summary>The audit trail of each reader, to append to.</summary>
    public AuditTrail Trail { get; set; } = new(Guid.Empty, []);

    /// <summary>Payloads of the instruction and of the confirmations as the operator's chain has them; empty once there is an agreement.</summary>
    public List<string> Instructed { get; } = [];

    public SettlementSnapshot ToSnapshot(Template template) =>
        new(Id, State, [.. Parties.Select(party => party.Party)], TimeoutAt, ConfirmBy, Terms, Rollback, Closed: false)
        { Visited = Path.Length, LastRecheck = 1 + Array.FindLastIndex(Path, state => template.RecheckAtStates.Contains(state, StringComparer.Ordinal)) };
}

/// <summary>A party with the members that messages contain.</summary>
internal sealed record DueParty(Party Party, bool IsCounterparty, string PlatformSlug, string? WalletHint, string? CounterpartyReference);

/// <summary>A leg with the members that messages and terms contain.</summary>
internal sealed record DueLeg(
    Guid Id, int Index, string Type, string AsSent, string Quantity, string Direction, string PartyRole, string RecipientRole, string Standard, InstructedLeg Instructed,
    int Decimals, string? ClaimedSymbol);

/// <summary>A person's order or decision; a decision applies to the flags of one round.</summary>
internal sealed record DueFact(string Kind, Guid? PartyId, string Body, DateTimeOffset At, int Round, string Actor, Guid? EnvironmentId);
