using System.Net;
using Keystone.Identity.Members;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Sessions;

/// <summary>Reads the environments in which members act.</summary>
internal sealed class MemberCallerStore(NpgsqlDataSource database) : SqlStore(database)
{
    const int OperatorRateLimit = 600;

    const string Select = """
        select p.id, p.slug, p.name, e.id, e.slug, e.kind, e.chain_id, e.rate_limit, e.default_timeout_seconds, e.disclose_name_before_confirmation, e.four_eyes, e.wallets_required,
          e.api_version, e.max_open_settlements, e.max_registrations_per_hour, array(select r.network::text from identity.ip_rule r where r.environment_id = e.id)
        from identity.environment e join identity.platform p on p.id = e.platform_id
        where e.platform_id = $1 and e.slug = $2 and e.is_active and p.status = 'active'
        """;

    public async Task<Caller?> FindAsync(Guid platform, string environment, MemberSession session, CancellationToken cancellationToken)
    {
        if (environment.Length is 0 or > 63) return null;
        await using NpgsqlCommand select = Command(Select, platform, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        return new Caller(session.MemberId.ToString(), session.Scopes, row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetGuid(3), row.GetString(4), row.GetString(5), row.GetInt64(6),
            row.GetInt32(7), row.GetInt32(8), row.GetBoolean(9))
        {
            MemberId = session.MemberId,
            SessionId = session.Id,
            Roles = session.Roles,
            PresentAt = session.PresentAt,
            FourEyes = row.GetBoolean(10),
            WalletsRequired = row.GetBoolean(11),
            ApiVersion = row.GetString(12),
            MaxOpenSettlements = row.IsDBNull(13) ? null : row.GetInt32(13),
            MaxRegistrationsPerHour = row.IsDBNull(14) ? null : row.GetInt32(14),
            Networks = [.. row.GetFieldValue<string[]>(15).Select(IPNetwork.Parse)],
        };
    }

    public static Caller OfOperator(MemberSession session) =>
        new(session.MemberId.ToString(), MemberRoles.ScopesOf([MemberRoles.Operator]), Guid.Empty, "operator", "Operator", Guid.Empty, "operator", "operator", ChainId: 0, OperatorRateLimit,
            DefaultTimeoutSeconds: 0, DiscloseName: false)
        {
            MemberId = session.MemberId,
            SessionId = session.Id,
            Roles = session.Roles,
            PresentAt = session.PresentAt,
        };
}
