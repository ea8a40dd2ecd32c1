using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.DepositLinks;

/// <summary>Use cases around the links of parties without an account: make, list, revoke.</summary>
public sealed class ManageDepositLinks
{
    const int TokenBytes = 32;

    readonly SettlementReadStore _reads;
    readonly DepositLinkStore _store;
    readonly TimeProvider _time;

    internal ManageDepositLinks(SettlementReadStore reads, DepositLinkStore store, TimeProvider time) => (_reads, _store, _time) = (reads, store, time);

    /// <summary>Finds a settlement of whose parties links may be made. Ask it before looking at the body: messages about that would reveal that a foreign settlement exists.</summary>
    public async Task<Result<SignableSettlement>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken) is { } settlement ? new SignableSettlement(settlement) : DomainError.NotFound("Settlement");
    }

    /// <summary>Makes a link. It works from now to the deadline of the settlement, unless it is revoked.</summary>
    /// <param name="caller">Who makes it.</param>
    /// <param name="found">From <see cref="FindAsync"/>.</param>
    /// <param name="request">For which role.</param>
    /// <param name="faults">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<CreatedDepositLink>> CreateAsync(Caller caller, SignableSettlement found, CreateDepositLinkRequest request, Faults? faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm) is { } forbidden) return forbidden;
        SettlementRecord settlement = found.Record;
        // Before the terms are published nobody outside knows them.
        if (DepositAccess.Refusal(settlement) is { } refused) return refused;
        MemberRules rules = new(faults ?? new Faults());
        if (rules.Slug("role", request.Role, required: true) is { } role)
        {
            string[] own = [.. settlement.Parties.Where(party => party.EnvironmentId == caller.EnvironmentId).Select(party => party.Role)];
            if (!own.Contains(role, StringComparer.Ordinal)) rules.Bad("role", "unknown_role", $"Your roles here are: {string.Join(", ", own)}.");
            else if (settlement.Legs.All(leg => leg.GiverRole != role)) rules.Bad("role", "nothing_to_deposit", $"The role {role} deposits nothing.");
        }
        if (rules.Faults.Any) return DomainError.Validation(rules.Faults.All);
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        return await _store.InsertAsync(settlement.Id, caller.EnvironmentId, request.Role!, token, settlement.TimeoutAt, caller.ClientId, _time.UtcNowMicroseconds(), cancellationToken) is { } link
            ? new CreatedDepositLink(link, token)
            : DomainError.Conflict(ErrorCodes.DepositLinkLimitReached, string.Create(CultureInfo.InvariantCulture, $"A settlement has at most {DepositLinkStore.Most} links of yours. Revoke one first."), settlement.State);
    }

    /// <summary>Links of the caller's environment to a settlement, newest first; never their tokens.</summary>
    public async Task<Result<Page<DepositLinkView>>> ListAsync(Caller caller, Guid id, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Refuse(Scopes.SettlementsRead) is { } forbidden) return forbidden;
        return await _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken)
            ? await _store.ListAsync(id, caller.EnvironmentId, _time.GetUtcNow(), limit, offset, cancellationToken) : DomainError.NotFound("Settlement");
    }

    /// <summary>Revokes a link at once; one that was revoked stays as it is. Null when it is done.</summary>
    public async Task<DomainError?> RevokeAsync(Caller caller, Guid id, Guid link, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm) is { } forbidden) return forbidden;
        if (!await _reads.IsVisibleAsync(caller.EnvironmentId, id, cancellationToken)) return DomainError.NotFound("Settlement");
        return await _store.RevokeAsync(link, id, caller.EnvironmentId, caller.ClientId, _time.UtcNowMicroseconds(), cancellationToken) ? null : DomainError.NotFound("Link");
    }
}
