using System.Globalization;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Postgres;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;
using Keystone.Transactions;

namespace Keystone.Settlements.Explain;

/// <summary>
/// What a settlement waits for, as one reader may know it. Pure. No sentence holds a token's name, a wallet of another platform, or a word of the operator's
/// systems; while parties are screened, all but the owner of a flagged party read one sentence, whatever was found.
/// </summary>
internal sealed class Waiting(SettlementRecord s, Template template, Guid reader, bool isPaused)
{
    const string Operator = "operator", Chain = "chain";

    readonly List<WaitView> _waits = [];

    /// <summary>Everything that is waited for; nothing at the end.</summary>
    public List<WaitView> All()
    {
        if (s.IsTerminal) return _waits;
        if (s.RollbackReason is not null)
        {
            Refunds();
            return _waits;
        }
        Cancellation();
        ActionType action = template.ActionOf(s.State);
        bool published = action is ActionType.RegisterEscrow or ActionType.MonitorDeposits or ActionType.ExecuteEscrow or ActionType.Finalize;
        if (!published) Holds();
        if (isPaused && action != ActionType.Finalize)
            Add(Operator, "resume", null, null, "The operator paused registrations and swaps. Withdrawals and returns of deposits go on.");
        if (published && s.Head?.IsHalted == true)
            Add(Operator, "resume", null, null, "The operator checks its view of the chain; nothing is sent meanwhile. What the contract allows is open to everybody.");
        if (s.Parties.Any(party => party.Status == "rejected")) Add(Operator, "wait", null, null, "A party was rejected; the settlement is about to end.");
        else if (s.Parties.Any(party => party.Status == "pending_confirmation")) Confirmations();
        else if (action is ActionType.ComplianceCheck || s.ComplianceStatus is "checking" or "review") Compliance();
        else
            switch (action)
            {
                case ActionType.External when IsAsked:
                    Add(s.SlugOf(s.EnvironmentId), "act", s.TimeoutAt - SettlementEngine.LeastTimeToPublish, null,
                        $"{s.SlugOf(s.EnvironmentId)} does the step of {s.State} in systems of its own and reports the result.");
                    break;
                case ActionType.RegisterEscrow:
                    Add(Operator, "register", s.TimeoutAt, "ESCR", "The operator publishes the terms on the chain.");
                    break;
                case ActionType.MonitorDeposits:
                    Deposits();
                    break;
                case ActionType.ExecuteEscrow:
                    Swap();
                    break;
                case ActionType.Finalize:
                    Add(Chain, "finalize", SettlementViewer.ExpectedFinality(s.Head, s.Escrow?.Executed?.Block ?? 0), "NCON", "The swap was executed. Until its block is final the chain can take it back.");
                    break;
                default:
                    if (_waits.Count == 0) Add(Operator, "wait", null, null, "The operator's engine goes on within seconds.");
                    break;
            }
        return _waits;
    }

    // Asked for, and not answered.
    bool IsAsked => s.Facts.Any(fact => ActionFacts.Is(fact.Kind, fact.Body, ActionFacts.Required, s.State))
        && !s.Facts.Any(fact => ActionFacts.Is(fact.Kind, fact.Body, ActionFacts.Result, s.State));

    void Confirmations()
    {
        foreach (PartyRecord party in s.Parties.Where(party => party.Status == "pending_confirmation"))
            Add(party.PlatformSlug, "confirm", s.ConfirmBy, "CMIS", $"{party.PlatformSlug} has to confirm or reject the party {party.Role}.", party.Role);
    }

    void Compliance()
    {
        if (s is { ComplianceStatus: "review", IsUndecided: true })
            foreach (IGrouping<string, StoppedPartyView> party in s.Stopped.GroupBy(one => one.Role))
                Add(OwnSlug, "decide", s.TimeoutAt, "COMP",
                    $"Screening stopped the party {party.Key} ({string.Join(" and ", party.Select(one => one.Layer))}). A person with the scope compliance:decide has to approve or reject it.", party.Key);
        else
            Add(Operator, "screen", s.TimeoutAt, "COMP", "The parties are being screened. There is nothing to do until that is finished.");
    }

    void Holds()
    {
        HoldView hold = new(s.Holds.Contains(reader), s.Holds.Any(side => side != reader));
        foreach (Guid side in s.Holds.OrderBy(s.SlugOf, StringComparer.Ordinal))
            Add(s.SlugOf(side), "release", s.TimeoutAt, IsoStatus.Held(hold), $"{s.SlugOf(side)} holds the settlement. Its terms are not published before the release; the deadline runs on.");
    }

    void Cancellation()
    {
        if (SettlementViewer.Cancellation(s) is not { } cancellation) return;
        if (cancellation.Status == "effective") Add(Operator, "cancel", s.TimeoutAt, null, "The settlement is being cancelled.");
        string asked = string.Join(" and ", cancellation.RequestedBy.Select(one => one.PlatformSlug));
        foreach (string other in cancellation.WaitsFor)
            Add(other, "cancel", s.TimeoutAt, null, $"{asked} asked to cancel. The settlement goes on unless {other} asks too.");
    }

    void Deposits()
    {
        foreach (LegRecord leg in s.Legs.Where(leg => s.InEscrow(leg) is not { IsIn: true }))
        {
            PartyRecord? giver = s.Parties.FirstOrDefault(party => party.Role == leg.GiverRole);
            bool isOwn = giver?.EnvironmentId == reader;
            string number = leg.Index.ToString(CultureInfo.InvariantCulture);
            Add(giver?.PlatformSlug ?? "", "deposit", s.TimeoutAt, IsoStatus.MissingReason(isOwn, leg.Type),
                isOwn ? $"Leg {number} has not been deposited. The depositor calls deposit() of the escrow; a plain transfer is no deposit." : $"Leg {number} has not been deposited.",
                leg.GiverRole, leg.Id);
        }
    }

    void Swap()
    {
        if (s.Terms is { Header.NotBefore: var earliest } && s.Head is { } head && head.Time.SecondsUntil(earliest) > 0)
            Add(Chain, "wait", earliest.ToDateTime(), "FUTU", $"The terms allow the swap from {Timestamps.Seconds(earliest.ToDateTime())} on.");
        else if (s.Escrow?.IsExecuted == true)
            Add(Chain, "wait", null, "NEXT", "The swap is on the chain and waits for a few blocks more.");
        else
            Add(Operator, "execute", s.TimeoutAt, "NEXT", "Every leg is in the escrow. The operator executes the swap; anybody else can too.");
    }

    void Refunds()
    {
        LegRecord[] outstanding = [.. s.Legs.Where(leg => s.InEscrow(leg) is { IsHeld: true })];
        if (s.Escrow is { IsCancelled: false } escrow && s.Head is { } head && !escrow.IsPast(head))
            Add(Operator, "cancel", s.TimeoutAt, null, "The operator cancels the escrow on the chain. If the swap is executed first, the swap stands.");
        foreach (LegRecord leg in outstanding)
        {
            IntentProgress? refund = s.Intents.FirstOrDefault(intent => intent.Name.Purpose == "refund" && intent.Name.Part == leg.Index);
            string? error = RevertReason.OfStored(refund?.LastReason);
            string number = leg.Index.ToString(CultureInfo.InvariantCulture);
            Add(Operator, "refund", null, null, error is null ? $"The deposit of leg {number} is being returned." : $"The return of leg {number} is refused: {error}. It is tried again.", leg.GiverRole, leg.Id);
        }
        if (_waits.Count == 0)
            Add(Chain, "finalize", null, null, "Nothing is left in the escrow. It ends when the chain cannot take that back any more.");
    }

    string OwnSlug => s.SlugOf(reader);

    void Add(string who, string action, DateTimeOffset? by, string? reason, string detail, string? role = null, Guid? leg = null) =>
        _waits.Add(new WaitView(who, role, action, by, reason, detail, leg, []));
}
