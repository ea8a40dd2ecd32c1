using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>Which subject of which external provider is which person.</summary>
internal sealed class ExternalLoginStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string Insert = "insert into identity.external_login (issuer, subject, person_id, created_at) values ($1, $2, $3, $4) on conflict do nothing";

    /// <summary>False when the subject is a person's already.</summary>
    public async Task<bool> AddAsync(Guid person, string issuer, string subject, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand insert = Command(Insert, issuer, subject, person, time.UtcNowMicroseconds());
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string Delete = "delete from identity.external_login where person_id = $1 and issuer = $2 and subject = $3";

    public async Task RemoveAsync(Guid person, string issuer, string subject, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand delete = Command(Delete, person, issuer, subject);
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    const string SelectAll = "select issuer, subject from identity.external_login where person_id = $1 order by created_at, issuer, subject";

    public async Task<IList<UserLoginInfo>> ListAsync(Guid person, CancellationToken cancellationToken)
    {
        List<UserLoginInfo> all = [];
        await using NpgsqlCommand select = Command(SelectAll, person);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) all.Add(new UserLoginInfo(row.GetString(0), row.GetString(1), row.GetString(0)));
        return all;
    }

    const string SelectPerson = "select person_id from identity.external_login where issuer = $1 and subject = $2";

    public async Task<Guid?> FindPersonAsync(string issuer, string subject, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectPerson, issuer, subject);
        return await select.ExecuteScalarAsync(cancellationToken) as Guid?;
    }
}
