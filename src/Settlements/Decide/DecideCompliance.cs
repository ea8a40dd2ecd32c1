using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Decide;

/// <summary>
/// Use case: a person decides on parties that screening flagged. The platform of a party decides, or the operator; nobody else reads that there was anything to
/// decide. Every flagged party needs a decision, and one rejection ends the settlement. A party that failed is never decided on.
/// </summary>
public sealed class DecideCompliance
{
    readonly FactStore _facts;
    readonly SettlementReadStore _reads;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal DecideCompliance(FactStore facts, SettlementReadStore reads, WakeSignals signals, TimeProvider time) =>
        (_facts, _reads, _signals, _time) = (facts, reads, signals, time);

    /// <summary>True when the caller may see the settlement. Ask first: messages about a body would reveal that a foreign one exists.</summary>
    public Task<bool> IsVisibleAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.IsOperator ? _reads.ExistsAsync(id, cancellationToken) : _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken);
    }

    /// <summary>Decides on one flagged party, or on all of the caller's. The same decision again is a repeat.</summary>
    /// <param name="caller">Who decides.</param>
    /// <param name="id">The settlement.</param>
    /// <param name="request">What is decided, and why.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Answered>> ExecuteAsync(Caller caller, Guid id, ComplianceDecisionRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.RefuseWithoutPresence(_time.GetUtcNow(), Scopes.ComplianceDecide) is { } forbidden) return forbidden;
        MemberRules rules = new(found ?? new Faults());
        string? decision = rules.Word("decision", request.Decision, required: true, "approve", "reject");
        string? reason = rules.Text("reason", request.Reason, required: true, max: 500);
        string? party = rules.Text("party_id", request.PartyId, max: 64);
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);
        DateTimeOffset now = _time.UtcNowMicroseconds();
        Guid reader = caller.EnvironmentId;
        bool repeated;
        await using (FactStore.Session session = await _facts.BeginAsync(cancellationToken))
        {
            if (await _facts.LockAsync(session, id, reader, cancellationToken) is not { } settlement)
                return DomainError.NotFound("Settlement");
            if (caller.IsOperator)
                reader = settlement.EnvironmentId;
            (repeated, DomainError? error) = await WriteAsync(session, settlement, caller, decision == "approve", reason!, party, now, cancellationToken);
            if (error is not null)
                return error;
        }
        if (!repeated)
            _signals.Raise(WakeSignals.Engine);
        SettlementRecord? read = await _reads.FindAsync(reader, id, cancellationToken);
        return read is null ? DomainError.NotFound("Settlement") : new Answered(SettlementViewer.View(read, reader), repeated);
    }

    static async Task<(bool Repeated, DomainError? Error)> WriteAsync(
        FactStore.Session session, LockedSettlement settlement, Caller caller, bool approves, string reason, string? partyId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<LockedParty> own = settlement.Parties.FindAll(party => caller.IsOperator || party.EnvironmentId == caller.EnvironmentId);
        if (partyId is not null)
        {
            own = own.FindAll(party => party.Id.ToString().Equals(partyId, StringComparison.OrdinalIgnoreCase));
            if (own.Count == 0)
                return (false, DomainError.Validation([new Fault("/party_id", "unknown_party", "None of your parties here has this id.")]));
        }
        ScreeningRound round = await ScreeningStore.ReadLatestAsync(session.Connection, settlement.Id, cancellationToken);
        ScreeningResult[] flags = [.. round.Results.Where(one => one.Status == ScreeningStatus.Flagged && own.Exists(party => party.Id == one.PartyId))];
        List<LockedParty> flagged = own.FindAll(party => flags.Any(flag => flag.PartyId == party.Id));
        List<LockedParty> open = flagged.FindAll(party => DecisionOn(settlement, party, round.Number) is null);
        if (open.Count == 0 && flagged.Count > 0)
            return flagged.TrueForAll(party => DecisionOn(settlement, party, round.Number) == approves) ? (true, null)
                : (false, DomainError.Conflict(ErrorCodes.AlreadyDecided, "The party was decided on before, otherwise.", settlement.State));
        if (open.Count == 0 || settlement.ComplianceStatus != "review" || settlement.IsEnding(now))
            return (false, DomainError.Conflict(ErrorCodes.NothingToDecide, "No party of yours waits for a decision.", settlement.State));
        if (caller.FourEyes && await IsAuthorAsync(session, settlement, caller, cancellationToken))
            return (false, new DomainError(ErrorCodes.SecondPersonNeeded, "Whoever instructed or confirmed the settlement cannot decide on a party of it; a second person has to."));

        string body = JsonSerializer.Serialize(new DecisionBody(approves ? "approve" : "reject", reason), FactJson.Default.DecisionBody);
        foreach (LockedParty party in open)
            await FactStore.InsertAsync(session, settlement.Id, "decision", caller.ClientId, body, now, cancellationToken, party: party.Id, round: round.Number);
        PrivateFields fields = new();
        string commitment = fields.Commit("", "reason", reason);
        // In the chains of the flagged parties' platforms and of the operator; the others' numbers go on without it.
        await FactStore.CommitAsync(session, settlement, "compliance", now, reader =>
        {
            LockedParty[] known = [.. open.Where(party => reader == AuditTrail.Operator || party.EnvironmentId == reader)];
            return known.Length == 0 ? null : new AuditContents("compliance", new JsonObject
            {
                ["event"] = "decision",
                ["decision"] = approves ? "approve" : "reject",
                ["reason"] = commitment,
                ["stopped"] = new JsonArray([.. from party in known
                    from flag in flags
                    where flag.PartyId == party.Id
                    select (JsonNode)new JsonObject { ["role"] = party.Role, ["layer"] = flag.Layer == ScreeningLayer.Entity ? "entity" : "wallet" }]),
            }, caller.ClientId);
        }, (string.Create(CultureInfo.InvariantCulture, $"decision/{round.Number}/{open[0].Id}"), fields), null, cancellationToken);
        return (false, null);
    }

    // A change of a list that touches the party ends a decision that was made before it.
    static bool? DecisionOn(LockedSettlement settlement, LockedParty party, int round) =>
        settlement.Facts.FindLast(fact => fact.Kind is "decision" or "rescreen" && fact.Round == round && (fact.PartyId is null || fact.PartyId == party.Id)) is { Kind: "decision" } made
            ? JsonSerializer.Deserialize(made.Body, FactJson.Default.DecisionBody)?.Decision == "approve" : null;

    // Who instructed the settlement, or confirmed a party of the caller's side.
    static async Task<bool> IsAuthorAsync(FactStore.Session session, LockedSettlement settlement, Caller caller, CancellationToken cancellationToken)
    {
        List<string> authors = [.. settlement.Facts.Where(fact => fact.Kind == "confirm").Select(fact => fact.Actor)];
        if (await AuditStore.FirstActorAsync(session.Connection, settlement.Id, cancellationToken) is { } instructed) authors.Add(instructed);
        // The person, not the credential: whoever makes a second credential is no second person.
        return authors.Contains(caller.ClientId) || (await PersonStore.ReadAsync(session.Connection, authors, cancellationToken)).Contains(caller.Person);
    }
}
