using System.Globalization;
using System.Net;
using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.IpRules;

/// <summary>Use cases around the networks from which the credentials of an environment may be used. No change locks out whoever makes it.</summary>
public sealed class IpRuleStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>Most rules of an environment.</summary>
    public const int Most = 100;

    const string SelectAll = "select id, network::text, description, created_at from identity.ip_rule where environment_id = $1 order by created_at, id";

    /// <summary>All rules of an environment, oldest first.</summary>
    public async Task<IReadOnlyList<IpRuleView>> ListAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, environment, cancellationToken);
    }

    const string LockEnvironment = "select 1 from identity.environment where id = $1 for no key update";

    const string InsertSql = """
        insert into identity.ip_rule (id, environment_id, network, description, created_at) values ($1, $2, $3::cidr, $4::text, $5) on conflict (environment_id, network) do nothing
        """;

    /// <summary>Adds a rule. The first closes the environment to every other network, within five seconds.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="actor">Who adds it.</param>
    /// <param name="from">Address of whoever adds it; null for the operator.</param>
    /// <param name="cidr">Address or network.</param>
    /// <param name="description">For people.</param>
    /// <param name="faults">Faults that the host found; those of the rules are added.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityResult<IpRuleView>> AddAsync(
        Guid environment, Actor actor, IPAddress? from, string? cidr, string? description, MemberFaults faults, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(faults);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        IPNetwork? network = null;
        if (faults.Text("cidr", cidr, required: true, max: 64) is { } text && (network = AddressRules.Parse(text, out string reason)) is null)
            faults.Add("cidr", "invalid_network", reason);
        string? label = faults.Text("description", description);
        if (faults.Any) return IdentityError.Invalid(faults);
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(LockEnvironment, connection, cancellationToken, environment);
        IReadOnlyList<IpRuleView> present = await ReadAsync(connection, environment, cancellationToken);
        if (present.Count >= Most)
            return new IdentityError("ip_rule_limit_reached", string.Create(CultureInfo.InvariantCulture, $"An environment has at most {Most} rules. Remove one first."));
        if (from is not null && !AddressRules.Allow([.. Networks(present), network!.Value], from))
        {
            faults.Add("cidr", "would_lock_out", $"You call from {Plain(from)}, which would be shut out. First add a rule that contains it.");
            return IdentityError.Invalid(faults);
        }
        IpRuleView rule = new(Guid.CreateVersion7(now), network!.Value.ToString(), label, now);
        if (await RunAsync(InsertSql, connection, cancellationToken, rule.Id, environment, rule.Cidr, label, now) == 0)
            return new IdentityError("ip_rule_exists", "There is a rule with this network already.");
        await transaction.CommitAsync(cancellationToken);
        return rule;
    }

    const string DeleteSql = "delete from identity.ip_rule where environment_id = $1 and id = $2";

    /// <summary>Removes a rule; the last one opens the environment again. Null when it is done.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="actor">Who removes it.</param>
    /// <param name="from">Address of whoever removes it; null for the operator.</param>
    /// <param name="id">The rule.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityError?> RemoveAsync(Guid environment, Actor actor, IPAddress? from, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(LockEnvironment, connection, cancellationToken, environment);
        IReadOnlyList<IpRuleView> present = await ReadAsync(connection, environment, cancellationToken);
        if (present.All(rule => rule.Id != id)) return IdentityError.NotFound("Rule");
        if (from is not null && !AddressRules.Allow([.. Networks(present.Where(rule => rule.Id != id))], from))
            return new IdentityError("would_lock_out", $"You call from {Plain(from)}, which the rules that are left would shut out. First add a rule that contains it.");
        await RunAsync(DeleteSql, connection, cancellationToken, environment, id);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    static IEnumerable<IPNetwork> Networks(IEnumerable<IpRuleView> rules) => rules.Select(rule => IPNetwork.Parse(rule.Cidr));

    static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    static async Task<IReadOnlyList<IpRuleView>> ReadAsync(NpgsqlConnection connection, Guid environment, CancellationToken cancellationToken)
    {
        List<IpRuleView> rules = [];
        await using NpgsqlCommand select = Command(SelectAll, connection, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            rules.Add(new IpRuleView(row.GetGuid(0), row.GetString(1), Text(row, 2), row.GetFieldValue<DateTimeOffset>(3)));
        return rules;
    }
}
