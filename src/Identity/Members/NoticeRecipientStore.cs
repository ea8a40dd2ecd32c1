using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Members;

/// <summary>A member to whom mail of an environment goes.</summary>
/// <param name="EnvironmentId">Environment of the member's platform.</param>
/// <param name="Email">Address.</param>
/// <param name="Roles">Roles, of <see cref="MemberRoles"/>.</param>
public sealed record NoticeRecipient(Guid EnvironmentId, string Email, IReadOnlyList<string> Roles);

/// <summary>Who is written to: active members of active platforms, and of the operator.</summary>
public sealed class NoticeRecipientStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string OfEnvironments = """
        select e.id, p.email, m.roles from identity.environment e join identity.platform f on f.id = e.platform_id and f.status = 'active'
        join identity.member m on m.platform_id = e.platform_id and m.status = 'active' join identity.person p on p.id = m.person_id
        where e.id = any($1) order by e.id, p.email
        """;

    /// <summary>Members of the platforms that have these environments.</summary>
    public async Task<IReadOnlyList<NoticeRecipient>> OfEnvironmentsAsync(IReadOnlyCollection<Guid> environments, CancellationToken cancellationToken)
    {
        List<NoticeRecipient> recipients = [];
        await using NpgsqlCommand select = Command(OfEnvironments, environments.ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) recipients.Add(new NoticeRecipient(row.GetGuid(0), row.GetString(1), row.GetFieldValue<string[]>(2)));
        return recipients;
    }

    const string OfOperator = "select p.email from identity.member m join identity.person p on p.id = m.person_id where m.platform_id is null and m.status = 'active' order by 1";

    /// <summary>Members of the operator.</summary>
    public async Task<IReadOnlyList<string>> OfOperatorAsync(CancellationToken cancellationToken)
    {
        List<string> addresses = [];
        await using NpgsqlCommand select = Command(OfOperator);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) addresses.Add(row.GetString(0));
        return addresses;
    }
}
