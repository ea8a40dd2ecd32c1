using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Deposits;

/// <summary>Use case: take a depositor's signature, which the keeper relays.</summary>
public sealed class SubmitSignature
{
    readonly SettlementReadStore _reads;
    readonly DepositAccess _access;
    readonly SignatureVerifier _verifier;
    readonly SignatureStore _store;
    readonly Quotas _quotas;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal SubmitSignature(SettlementReadStore reads, DepositAccess access, SignatureVerifier verifier, SignatureStore store, Quotas quotas, WakeSignals signals, TimeProvider time) =>
        (_reads, _access, _verifier, _store, _quotas, _signals, _time) = (reads, access, verifier, store, quotas, signals, time);

    /// <summary>Finds a settlement that takes signatures. Ask it before looking at the body: messages about that would reveal that a foreign settlement exists.</summary>
    public async Task<Result<SignableSettlement>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is not { } settlement)
            return DomainError.NotFound("Settlement");
        return DepositAccess.Refusal(settlement) is { } refused ? refused : new SignableSettlement(settlement);
    }

    /// <summary>Verifies and stores a signature. The same again is a repeat.</summary>
    /// <param name="caller">Who sends it.</param>
    /// <param name="signable">From <see cref="FindAsync"/>.</param>
    /// <param name="request">The signature.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Submitted>> ExecuteAsync(Caller caller, SignableSettlement signable, SubmitSignatureRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(signable);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm) is { } forbidden) return forbidden;
        SettlementRecord settlement = signable.Record;
        EscrowTerms terms = settlement.Terms!;
        MemberRules rules = new(found ?? new Faults());
        string? role = Role(rules, settlement, caller, request);
        string? name = rules.Word("kind", request.Kind, required: true, "settle", "permit2", "authorization", "permit");
        SignatureKind? kind = name is null ? null : SignatureStore.KindOf(name);
        LegRecord? leg = kind is null ? null : Leg(rules, settlement, role, kind.Value, request);
        byte[]? signature = Signature(rules, request);
        ulong? deadline = Deadline(rules, settlement, kind, request);
        if (kind is SignatureKind.Settle && !await _access.IsSettleOfferedAsync(settlement, cancellationToken))
            rules.Bad("kind", "not_offered", "The template checks the parties again before the swap, which consent to all at once would go past. Deposit the legs instead.");
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);

        LegRecord[] legs = kind == SignatureKind.Settle ? Given(settlement, role!) : [leg!];
        if (legs.Length == 0)
            return DomainError.Validation([new Fault("/role", "nothing_to_deposit", $"The role {role} deposits nothing.")]);
        if (legs.All(one => settlement.InEscrow(one)?.Status == LegStatus.Withdrawn))
            return DomainError.Conflict(ErrorCodes.ConsentWithdrawn, "The deposit was withdrawn once, which ends every signature for it. Only the depositor's own transaction puts it in again.", settlement.State);

        Result<StoredSignature> verified;
        try
        {
            verified = await _verifier.VerifyAsync(terms, kind!.Value, legs[0].Index, deadline!.Value, signature!, cancellationToken);
        }
        catch (NodeException)
        {
            return DepositAccess.NodeUnavailable("The signature could not be verified, and nothing was stored");
        }
        if (verified.Value is not { } stored)
            return verified.Error!;
        DomainError? reached = null;
        // The swap itself is paid for with the settlement; everything else is a transaction more.
        SignatureStore.Kept kept = await _store.AddAsync(settlement.Id, caller, role!, stored,
            async () => kind == SignatureKind.Settle || (reached = await _quotas.TakeRelayAsync(caller, cancellationToken)) is null,
            _time.UtcNowMicroseconds(), cancellationToken);
        if (reached is not null)
            return reached;
        if (kept == SignatureStore.Kept.Ended)
            return DomainError.Conflict(ErrorCodes.SettlementEnded, "The settlement takes no deposits any more.", settlement.State);
        if (kept == SignatureStore.Kept.Added) _signals.Raise(WakeSignals.Relay);
        return new Submitted(new SignatureView(settlement.Id, role!, name!, leg?.Id, stored.Signer.ToString(), new ChainTime(stored.Deadline).ToDateTime()), kept == SignatureStore.Kept.Repeated);
    }

    static LegRecord[] Given(SettlementRecord settlement, string role) => [.. settlement.Legs.Where(leg => leg.GiverRole == role).OrderBy(leg => leg.Index)];

    static string? Role(MemberRules rules, SettlementRecord settlement, Caller caller, SubmitSignatureRequest request)
    {
        if (rules.Slug("role", request.Role, required: true) is not { } role) return null;
        string[] own = [.. settlement.Parties.Where(party => party.EnvironmentId == caller.EnvironmentId).Select(party => party.Role)];
        return own.Contains(role, StringComparer.Ordinal) ? role : rules.Bad("role", "unknown_role", $"Your roles here are: {string.Join(", ", own)}.");
    }

    static LegRecord? Leg(MemberRules rules, SettlementRecord settlement, string? role, SignatureKind kind, SubmitSignatureRequest request)
    {
        if (kind == SignatureKind.Settle)
        {
            if (request.LegId is not null) rules.Bad("leg_id", "not_allowed", "Consent to settle is about all legs; leave leg_id out.");
            return null;
        }
        if (rules.Text("leg_id", request.LegId, required: true) is not { } id) return null;
        LegRecord? leg = settlement.Legs.FirstOrDefault(one => one.Id.ToString() == id.ToLowerInvariant());
        // Without a role nobody can say whose leg it should be.
        if (leg is null || (role is not null && leg.GiverRole != role))
        {
            rules.Bad("leg_id", "unknown_leg", role is null ? "There is no such leg." : $"The role {role} deposits these legs: {string.Join(", ", Given(settlement, role).Select(one => one.Id))}.");
            return null;
        }
        if (leg.Standard == TokenStandards.Erc20 && settlement.Terms!.Legs[leg.Index].Mode != CustodyMode.Direct) return leg;
        rules.Bad("leg_id", "not_supported", "Only legs of ERC-20 tokens in custody can be signed for alone; sign settle.");
        return null;
    }

    static byte[]? Signature(MemberRules rules, SubmitSignatureRequest request)
    {
        if (rules.Text("signature", request.Signature, required: true, max: 2 + (2 * Consents.LongestSignature), min: 4) is not { } text) return null;
        if (Hex.TryDecode(text, out byte[] bytes)) return bytes;
        rules.Bad("signature", "invalid_hex", "Use 0x and an even number of hexadecimal digits.");
        return null;
    }

    static ulong? Deadline(MemberRules rules, SettlementRecord settlement, SignatureKind? kind, SubmitSignatureRequest request)
    {
        ulong last = settlement.Terms!.Header.Deadline.Seconds + (kind == SignatureKind.Authorization ? 1UL : 0);
        if (request.Deadline is null) return last;
        if (rules.Instant("deadline", request.Deadline) is not { } at) return null;
        if (at.Ticks % TimeSpan.TicksPerSecond != 0 || at < DateTimeOffset.UnixEpoch)
        {
            rules.Bad("deadline", "invalid_time", "The chain counts whole seconds: give the second that was signed.");
            return null;
        }
        ulong seconds = (ulong)at.ToUnixTimeSeconds();
        // The head is at most a block old; what ends with it cannot be mined any more.
        if (settlement.Head is { } head && head.Time.Seconds >= seconds)
            rules.Bad("deadline", "deadline_past", "The deadline has passed; sign a document with a later one.");
        return seconds;
    }
}
