using System.Globalization;
using Keystone.Identity;
using Keystone.Identity.Environments;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.DepositLinks;

/// <summary>
/// Use cases of whoever holds a link and has no account: read the legs of its role, and hand in what their depositor signed. Consent to the whole settlement is not among it: that
/// document holds the wallets of every party.
/// </summary>
public sealed class OpenDepositLink
{
    const int TokenLength = 43;

    readonly DepositLinkStore _store;
    readonly SettlementReadStore _reads;
    readonly ReadDepositInstructions _instructions;
    readonly SubmitSignature _submit;
    readonly EnvironmentStore _names;
    readonly EnvironmentAccountStore _environments;
    readonly TimeProvider _time;

    internal OpenDepositLink(
        DepositLinkStore store, SettlementReadStore reads, ReadDepositInstructions instructions, SubmitSignature submit, EnvironmentStore names, EnvironmentAccountStore environments,
        TimeProvider time) => (_store, _reads, _instructions, _submit, _names, _environments, _time) = (store, reads, instructions, submit, names, environments, time);

    /// <summary>The link of a token; null for one that never was, has ended or was revoked: the three are not told apart.</summary>
    public async Task<OpenedDepositLink?> FindAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length != TokenLength || await _store.FindAsync(token, _time.GetUtcNow(), cancellationToken) is not { } link) return null;
        return await _reads.FindAsync(link.EnvironmentId, link.SettlementId, cancellationToken) is { Terms: not null } record ? new OpenedDepositLink(link, record) : null;
    }

    /// <summary>What of the legs has changed since a page was read, without a question to the chain: compare it with <see cref="DepositPageView.Key"/>.</summary>
    public static string KeyOf(OpenedDepositLink opened)
    {
        ArgumentNullException.ThrowIfNull(opened);
        SettlementView view = SettlementViewer.View(opened.Record, opened.Link.EnvironmentId);
        return Key(opened, Own(opened, view));
    }

    /// <summary>The page, as the chain is now.</summary>
    public async Task<DepositPageView> ReadAsync(OpenedDepositLink opened, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opened);
        SettlementRecord record = opened.Record;
        SettlementView view = SettlementViewer.View(record, opened.Link.EnvironmentId);
        IReadOnlyList<LegView> own = Own(opened, view);
        DomainError? refusal = DepositAccess.Refusal(record);
        Dictionary<Guid, LegInstructionsView> instructions = [];
        if (refusal is null && own.Any(leg => leg.Status == "pending"))
        {
            Result<DepositInstructionsView> read = await _instructions.OfRoleAsync(record, opened.Id, opened.Link.Role, cancellationToken);
            refusal = read.Error;
            foreach (LegInstructionsView leg in read.Value?.Legs ?? []) instructions[leg.LegId] = leg;
        }
        HashSet<int> taken = [.. record.Legs.Where(leg => leg.TakerRole == opened.Link.Role).Select(leg => leg.Index)];
        string platform = (await _names.FindAsync(opened.Link.EnvironmentId, cancellationToken))?.PlatformName ?? "";
        return new DepositPageView(platform, record.ChainId, record.Terms!.Contract.ToString(), record.Terms.Header.Deadline.ToDateTime(), _time.GetUtcNow(),
            [.. own.Select(leg => Leg(record, leg, instructions.GetValueOrDefault(leg.Id)))],
            [.. view.Legs.Where(leg => taken.Contains(leg.Index)).Select(leg => new DepositPageReceipt(leg.Quantity, leg.Token))], refusal?.Detail, Key(opened, own));
    }

    /// <summary>Takes what the depositor signed.</summary>
    /// <param name="opened">The link.</param>
    /// <param name="request">The signature; its role is the link's, whatever it says.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Result<Submitted>> SignAsync(OpenedDepositLink opened, SubmitSignatureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opened);
        ArgumentNullException.ThrowIfNull(request);
        if (DepositAccess.Refusal(opened.Record) is { } refused) return refused;
        if (request.Kind == "settle") return DomainError.Validation([new Fault("/kind", "unknown_value", "A link takes authorization, permit2 and permit.")]);
        PartyRecord party = opened.Record.Parties.First(one => one.Role == opened.Link.Role);
        if ((await _environments.FindAsync(party.PlatformId, opened.Link.EnvironmentId, cancellationToken)).Value is not { } environment) return DomainError.NotFound("Link");
        Caller caller = new("link_" + opened.Id.ToString("n", CultureInfo.InvariantCulture), [Scopes.SettlementsInstruct], party.PlatformId, party.PlatformSlug, party.PlatformSlug,
            environment.Id, environment.Slug, environment.Kind, opened.Record.ChainId, environment.RateLimitRpm, environment.DefaultTimeoutSeconds, environment.DiscloseNameBeforeConfirmation)
        {
            MaxOpenSettlements = environment.MaxOpenSettlements,
            MaxRegistrationsPerHour = environment.MaxRegistrationsPerHour,
        };
        return await _submit.ExecuteAsync(caller, new SignableSettlement(opened.Record), request with { Role = opened.Link.Role }, null, cancellationToken);
    }

    static List<LegView> Own(OpenedDepositLink opened, SettlementView view)
    {
        HashSet<int> given = [.. opened.Record.Legs.Where(leg => leg.GiverRole == opened.Link.Role).Select(leg => leg.Index)];
        return [.. view.Legs.Where(leg => given.Contains(leg.Index)).OrderBy(leg => leg.Index)];
    }

    static DepositPageLeg Leg(SettlementRecord record, LegView leg, LegInstructionsView? instructions)
    {
        TransactionView? transaction = Newest(leg);
        return new DepositPageLeg(leg.Id, leg.Status, leg.Quantity, leg.Amount, leg.Token, leg.TokenStandard, leg.TokenId, leg.Depositor!, leg.RefundTo!,
            transaction is null ? null : transaction with { From = null }, IsFinal(record, transaction), instructions);
    }

    static string Key(OpenedDepositLink opened, IReadOnlyList<LegView> own) =>
        string.Join(' ', own.Select(leg => $"{leg.Status}-{(Newest(leg) is not { } moved ? "none" : moved.BlockNumber is null ? "seen" : IsFinal(opened.Record, moved) ? "final" : "mined")}"))
        + (DepositAccess.Refusal(opened.Record) is null ? "" : " closed");

    static TransactionView? Newest(LegView leg) => leg.Release ?? leg.Refund ?? leg.Deposit;

    static bool IsFinal(SettlementRecord record, TransactionView? transaction) => transaction?.BlockNumber is { } block && record.Head is { } head && head.Finalized >= block;
}
