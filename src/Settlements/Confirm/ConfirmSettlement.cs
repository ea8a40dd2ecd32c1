using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;
using Keystone.Settlements.Wallets;

namespace Keystone.Settlements.Confirm;

/// <summary>Use case: a counterparty confirms a party with its details.</summary>
public sealed class ConfirmSettlement
{
    readonly SettlementReadStore _reads;
    readonly AnswerStore _answers;
    readonly CreateStore _chain;
    readonly WalletRules _wallets;
    readonly WakeSignals _signals;
    readonly TimeProvider _time;

    internal ConfirmSettlement(SettlementReadStore reads, AnswerStore answers, CreateStore chain, WalletRules wallets, WakeSignals signals, TimeProvider time) =>
        (_reads, _answers, _chain, _wallets, _signals, _time) = (reads, answers, chain, wallets, signals, time);

    internal static DomainError NoPendingParty { get; } = new(ErrorCodes.NoPendingParty, "Your platform has no party here that is waited for.");

    internal static Fault SameWalletOnBothSides { get; } = new("/wallet_address", ErrorCodes.SelfDelivery, "The same wallet would be on both sides of a leg.", Named: true);

    /// <summary>
    /// Finds a settlement that the caller may answer. Call this before validating the body: messages about the body would reveal that a foreign
    /// settlement exists.
    /// </summary>
    public async Task<Result<AnswerableSettlement>> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        SettlementRecord? settlement = await _reads.FindAsync(caller.EnvironmentId, id, cancellationToken);
        if (settlement is null)
            return DomainError.NotFound("Settlement");
        if (!settlement.IsCrossPlatform)
            return DomainError.Conflict(ErrorCodes.NotCrossPlatform, "Settlement is not cross-platform", settlement.State);
        return settlement.Parties.Any(p => p.IsCounterparty && p.EnvironmentId == caller.EnvironmentId) ? new AnswerableSettlement(settlement) : NoPendingParty;
    }

    /// <summary>Confirms a party of the caller. The same details again are a repeat; the engine moves the state afterwards.</summary>
    /// <param name="caller">Who confirms.</param>
    /// <param name="answerable">From <see cref="FindAsync"/>.</param>
    /// <param name="request">The party's details.</param>
    /// <param name="found">Faults that the host found while it read the request; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Answered>> ExecuteAsync(
        Caller caller, AnswerableSettlement answerable, ConfirmSettlementRequest request, Faults? found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(answerable);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Refuse(Scopes.SettlementsWrite, Scopes.SettlementsConfirm) is { } forbidden) return forbidden;
        SettlementRecord settlement = answerable.Record;
        MemberRules rules = new(found ?? new Faults());
        Address? escrow = await _chain.EscrowAsync(settlement.ChainId, cancellationToken);
        string? role = rules.Slug("role", request.Role);
        if (role is null && rules.Text("party_id", request.PartyId) is { } party)
            role = settlement.Parties.FirstOrDefault(p => p.EnvironmentId == caller.EnvironmentId && p.Id.ToString() == party.ToLowerInvariant())?.Role
                ?? rules.Bad("party_id", "unknown_party", "None of your parties here has this id.");
        CheckedDetails said = CheckedDetails.Check(rules, request, caller, escrow);
        (string? reference, string? name, PartyWallets wallets, string? lei, string? provider) = said;
        await _wallets.CheckAsync(caller, [(rules, request, wallets)], cancellationToken);
        CheckLegs(rules, settlement, request, caller, role, wallets);
        if (rules.Faults.Any)
            return DomainError.Validation(rules.Faults.All);

        // The members by which two confirmations are compared, normalised.
        string canonical = CanonicalJson.Of(JsonSerializer.SerializeToNode(
            new ConfirmedDetails(reference!, name, wallets.Wallet!.ToString()!, wallets.Receive!.ToString()!, wallets.Refund!.ToString()!, lei, provider)
            { DateOfBirth = said.DateOfBirth, Country = said.Country },
            ConfirmJson.Default.ConfirmedDetails));
        Result<AnswerStore.Written> written = await _answers.ConfirmAsync(
            settlement.Id, caller, new Confirmation(role, name, reference, provider, lei, wallets, canonical) { DateOfBirth = said.DateOfBirth, Country = said.Country }, _time.UtcNowMicroseconds(), cancellationToken);
        return await AnsweredAsync(caller, settlement.Id, written, _reads, _signals, cancellationToken);
    }

    internal static async Task<Result<Answered>> AnsweredAsync(
        Caller caller, Guid id, Result<AnswerStore.Written> written, SettlementReadStore reads, WakeSignals signals, CancellationToken cancellationToken)
    {
        if (written.Value is not { } answer)
            return written.Error!;
        if (!answer.Repeated)
        {
            signals.Raise(WakeSignals.Engine);
            signals.Raise(WakeSignals.Webhooks);
        }
        SettlementRecord? settlement = await reads.FindAsync(caller.EnvironmentId, id, cancellationToken);
        return settlement is null ? DomainError.NotFound("Settlement") : new Answered(SettlementViewer.View(settlement, caller.EnvironmentId), answer.Repeated);
    }

    // The rules of a leg that could not be checked at creation, because the wallet was not known.
    static void CheckLegs(MemberRules rules, SettlementRecord settlement, ConfirmSettlementRequest request, Caller caller, string? role, PartyWallets wallets)
    {
        // Without a role it is the only pending one; that there is only one is checked under the lock.
        PartyRecord[] ours = [.. settlement.Parties.Where(p => p.IsCounterparty && p.EnvironmentId == caller.EnvironmentId)];
        role ??= (ours.FirstOrDefault(p => p.Status == "pending_confirmation") ?? ours.FirstOrDefault())?.Role;
        foreach (LegRecord leg in settlement.Legs.Where(l => l.GiverRole == role || l.TakerRole == role))
        {
            PartyRecord? other = settlement.Parties.FirstOrDefault(p => p.Role == (leg.GiverRole == role ? leg.TakerRole : leg.GiverRole));
            Address? theirs = leg.GiverRole == role ? other?.Receive : other?.Wallet;
            Address? mine = leg.GiverRole == role ? wallets.Wallet : wallets.Receive;
            if (mine is not null && mine == theirs)
            {
                rules.Faults.Add(SameWalletOnBothSides);
                return;
            }
            // The contract refuses a leg one of whose three addresses is the token; at registration it would be too late to correct it.
            (string Name, string? Sent)? wrong = leg.GiverRole != role ? (wallets.Receive == leg.Token ? ("receive_address", request.ReceiveAddress) : null)
                : wallets.Wallet == leg.Token ? ("wallet_address", request.WalletAddress)
                : wallets.Refund == leg.Token ? ("refund_address", request.RefundAddress) : null;
            if (wrong is var (member, sent))
                rules.Bad(sent is null ? "wallet_address" : member, "token_as_wallet", "This is the token's own address, not a wallet.");
        }
    }
}
