using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>Reads the platforms of a person.</summary>
internal sealed class PersonPlatformStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string Select = """
        select p.slug, p.name from identity.member m join identity.platform p on p.id = m.platform_id where m.person_id = $1 and m.status <> 'removed'
        """;

    /// <summary>Slugs and names of the platforms of which the person is a member, or is invited to be.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(Guid person, CancellationToken cancellationToken)
    {
        List<string> names = [];
        await using NpgsqlCommand select = Command(Select, person);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) names.AddRange([row.GetString(0), row.GetString(1)]);
        return names;
    }
}
