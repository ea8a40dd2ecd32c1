using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity;

/// <summary>A credential of the operator, without its secrets.</summary>
/// <param name="ClientId">Name of the client.</param>
/// <param name="Name">For people.</param>
/// <param name="Scopes">What its tokens may do.</param>
/// <param name="Status"><c>active</c> or <c>revoked</c>.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastUsedAt">Last call, at most a minute late; null before the first.</param>
public sealed record OperatorCredential(string ClientId, string? Name, IReadOnlyList<string> Scopes, string Status, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>Credentials of the operator, which belong to no tenant. Needs the rights of the database's owner: the API can make none.</summary>
public sealed class OperatorCredentialStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>A new credential; its secret is shown here and never again.</summary>
    /// <param name="name">For people.</param>
    /// <param name="scopes">Of <see cref="Scopes.OfOperator"/>; <c>admin</c> when there are none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="PlatformException">A value is not allowed.</exception>
    public async Task<NewCredential> CreateAsync(string? name, IReadOnlyList<string>? scopes, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> granted = scopes is { Count: > 0 } ? [.. scopes.Distinct(StringComparer.Ordinal)] : [Scopes.Admin];
        if (Scopes.Unknown(granted, ofOperator: true) is { } unknown)
            throw new PlatformException($"A credential of the operator cannot have the scope {unknown}; there are {string.Join(", ", Scopes.OfOperator.Select(known => known.Name))}.");
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > 255 || name.Any(char.IsControl)))
            throw new PlatformException("The name must have 1 to 255 characters, none of them a control character.");
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        NewCredential credential = await CredentialWriteStore.InsertAsync(connection, new CredentialWriteStore.Wanted(null, granted) { Name = name }, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return credential;
    }

    const string SelectAll = """
        select client_id, name, scopes, status, created_at, last_used_at from identity.credential where environment_id is null order by created_at, client_id
        """;

    /// <summary>All of them, revoked ones too, oldest first.</summary>
    public async Task<IReadOnlyList<OperatorCredential>> ListAsync(CancellationToken cancellationToken)
    {
        List<OperatorCredential> all = [];
        await using NpgsqlCommand select = Command(SelectAll);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            all.Add(new OperatorCredential(row.GetString(0), Text(row, 1), row.GetFieldValue<string[]>(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), Time(row, 5)));
        return all;
    }

    const string RevokeSql = "update identity.credential set status = 'revoked', revoked_at = $2 where client_id = $1 and environment_id is null and status = 'active'";

    /// <summary>Ends a credential; the API refuses its tokens within five seconds.</summary>
    /// <exception cref="PlatformException">There is no such active credential.</exception>
    public async Task RevokeAsync(string clientId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand revoke = Command(RevokeSql, clientId, time.GetUtcNow());
        if (await revoke.ExecuteNonQueryAsync(cancellationToken) == 0)
            throw new PlatformException($"There is no active credential {clientId} of the operator.");
    }
}
