using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity;

/// <summary>Reads who acts behind credentials, in the transaction of whoever holds their ids.</summary>
public static class PersonStore
{
    const string Sql = "select coalesce(c.member_id::text, c.made_by, c.client_id) from identity.credential c where c.client_id = any($1)";

    /// <summary>The persons behind these credentials, each as <see cref="Caller.Person"/> says it. A client id that is no credential is left out.</summary>
    public static async Task<IReadOnlySet<string>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<string> clientIds, CancellationToken cancellationToken)
    {
        HashSet<string> persons = new(StringComparer.Ordinal);
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { SqlStore.BatchCommand(Sql, [clientIds.ToArray()]) } };
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) persons.Add(rows.GetString(0));
        return persons;
    }
}
