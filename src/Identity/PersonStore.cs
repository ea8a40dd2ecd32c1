using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity;

/// <summary>Reads who acts behind credentials, in the transaction of whoever holds their ids.</summary>
public static class PersonStore
{
    // The id of a member who acted on a page is no credential's, and stands for itself.
    const string Sql = "select coalesce(c.member_id::text, c.made_by, a.id) from unnest($1) a (id) left join identity.credential c on c.client_id = a.id";

    /// <summary>The persons behind these credentials and members, each as <see cref="Caller.Person"/> says it. The id of a member stands for itself.</summary>
    public static async Task<IReadOnlySet<string>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<string> clientIds, CancellationToken cancellationToken)
    {
        HashSet<string> persons = new(StringComparer.Ordinal);
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { SqlStore.BatchCommand(Sql, [clientIds.ToArray()]) } };
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) persons.Add(rows.GetString(0));
        return persons;
    }
}
