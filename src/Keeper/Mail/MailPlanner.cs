using System.Globalization;
using Keystone.Identity.Members;
using Keystone.Settlements.Operations;
using Keystone.Webhooks.Mail;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper.Mail;

/// <summary>Decides whom mail goes to. An environment's message makes mail for that environment's own people, so what the other side may not read is not written to it.</summary>
internal sealed class MailPlanner(MailStore store, NoticeRecipientStore people, NearDeadlineStore deadlines, IOptions<MailOptions> options, TimeProvider time)
{
    const int AtOnce = 500;

    /// <summary>Kind of mail by name of the event that makes it.</summary>
    internal static readonly IReadOnlyDictionary<string, string> KindsOfEvents = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["settlement.rollback.blocked"] = "refund_blocked",
        ["settlement.compliance.flagged"] = "review_waiting",
        ["webhook.endpoint.disabled"] = "endpoint_disabled",
    };

    // Who can do something about it.
    static readonly Dictionary<string, string[]> RolesOf = new(StringComparer.Ordinal)
    {
        ["deadline_near"] = [MemberRoles.Instruct, MemberRoles.Approve],
        ["refund_blocked"] = [MemberRoles.Instruct, MemberRoles.Approve],
        ["review_waiting"] = [MemberRoles.Compliance],
        ["endpoint_disabled"] = [MemberRoles.PlatformManager],
    };

    /// <summary>Writes rows for everything that was published since the last look.</summary>
    public async Task MessagesAsync(CancellationToken cancellationToken)
    {
        while (await store.TakeMessagesAsync(KindsOfEvents, AtOnce, AddressAsync, cancellationToken) == AtOnce)
        {
        }
    }

    /// <summary>Writes rows for settlements that are near their deadline while a leg is missing, for those whose leg it is.</summary>
    public async Task DeadlinesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<NearDeadline> near = await deadlines.FindAsync(time.GetUtcNow(), TimeSpan.FromHours(options.Value.DeadlineHours), cancellationToken);
        await AddAsync([.. near.Select(one => new MailNotice("deadline_near", one.SettlementId.ToString(), one.EnvironmentId, one.SettlementId))], cancellationToken);
    }

    /// <summary>Tells the operator, once a day, that the keeper's account needs ether.</summary>
    public async Task LowBalanceAsync(long chainId, string account, CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn) return;
        string subject = string.Create(CultureInfo.InvariantCulture, $"account {account} on chain {chainId}, {time.GetUtcNow():yyyy-MM-dd}");
        await AddAsync([new MailNotice("low_balance", subject, null, null)], cancellationToken);
    }

    async Task AddAsync(IReadOnlyList<MailNotice> notices, CancellationToken cancellationToken)
    {
        if (notices.Count > 0) await store.AddAsync(await AddressAsync(notices, cancellationToken), cancellationToken);
    }

    async Task<IReadOnlyList<AddressedNotice>> AddressAsync(IReadOnlyList<MailNotice> notices, CancellationToken cancellationToken)
    {
        Guid[] environments = [.. notices.Select(one => one.EnvironmentId).OfType<Guid>().Distinct()];
        ILookup<Guid, NoticeRecipient> members = (await people.OfEnvironmentsAsync(environments, cancellationToken)).ToLookup(one => one.EnvironmentId);
        string[] operators = [];
        if (notices.Any(one => IsForOperator(one.Kind)))
            operators = [.. options.Value.OperatorAddresses.Concat(await people.OfOperatorAsync(cancellationToken)).Distinct(StringComparer.OrdinalIgnoreCase)];
        List<AddressedNotice> addressed = [];
        foreach (MailNotice one in notices)
        {
            IEnumerable<string> own = one.EnvironmentId is { } environment && RolesOf.TryGetValue(one.Kind, out string[]? roles)
                ? members[environment].Where(member => member.Roles.Intersect(roles, StringComparer.Ordinal).Any()).Select(member => member.Email) : [];
            foreach (string recipient in own.Concat(IsForOperator(one.Kind) ? operators : []).Distinct(StringComparer.OrdinalIgnoreCase))
                // The operator is told of a settlement once, however many environments have it.
                addressed.Add(new AddressedNotice(IsForOperator(one.Kind) && operators.Contains(recipient) && one.SettlementId is { } settlement ? one with { Subject = settlement.ToString() } : one, recipient));
        }
        return addressed;
    }

    static bool IsForOperator(string kind) => kind is "low_balance" or "refund_blocked";
}
