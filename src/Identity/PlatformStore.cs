using System.Text.RegularExpressions;
using Npgsql;

namespace Keystone.Identity;

/// <summary>Creates platforms, their environments and credentials, for operators.</summary>
/// <remarks>Needs the rights of the database's owner; no service's role may write here.</remarks>
public sealed partial class PlatformStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Scopes of a new credential.</summary>
    public static IReadOnlyList<string> DefaultScopes => Scopes.Default;

    const string InsertPlatform = """
        insert into identity.platform (id, slug, name, created_at) values ($1, $2, $3, $4) on conflict (slug) do nothing returning id
        """;

    const string InsertEnvironment = """
        insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, created_at)
        values ($1, $2, $3, $4, $5, not exists (
          select from identity.environment o where o.platform_id = $2 and o.kind = $4 and o.chain_id = $5 and o.is_default), $6, $7)
        on conflict (platform_id, slug) do nothing
        """;

    // Two new platforms at once could each find the other's name missing. Any constant: it names this lock.
    const string LockPlatforms = "select pg_advisory_xact_lock(4859203712)";

    const string SelectNames = "select slug, name from identity.platform order by slug";

    /// <summary>A platform with its first environment and that environment's first credential, all or nothing.</summary>
    /// <returns>The credential; its secret is returned here and never again.</returns>
    /// <param name="platform">The platform.</param>
    /// <param name="areConfusable">True when a reader can take one name for the other: counterparties know a platform by slug and name alone.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="PlatformException">The slug is taken, slug or name can be taken for another platform's, or a value is not allowed.</exception>
    public async Task<NewCredential> CreateAsync(NewPlatform platform, Func<string, string, bool> areConfusable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(areConfusable);
        Check(platform);
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand turn = new(LockPlatforms, connection, transaction))
            await turn.ExecuteNonQueryAsync(cancellationToken);
        await using (NpgsqlCommand names = new(SelectNames, connection, transaction))
        await using (NpgsqlDataReader row = await names.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
            {
                if (row.GetString(0) == platform.Slug) continue;
                if (areConfusable(row.GetString(0), platform.Slug))
                    throw new PlatformException($"The slug {platform.Slug} can be taken for {row.GetString(0)}, another platform's; choose one that looks different.");
                if (areConfusable(row.GetString(1), platform.Name))
                    throw new PlatformException($"The name can be taken for \"{row.GetString(1)}\" of the platform {row.GetString(0)}; choose one that looks different.");
            }
        await using NpgsqlCommand insert = new(InsertPlatform, connection, transaction)
        {
            Parameters = { new() { Value = Guid.CreateVersion7(now) }, new() { Value = platform.Slug }, new() { Value = platform.Name }, new() { Value = now } },
        };
        if (await insert.ExecuteScalarAsync(cancellationToken) is not Guid id)
            throw new PlatformException($"The slug {platform.Slug} is taken by another platform; choose another one.");
        NewCredential credential = await InsertEnvironmentAsync(connection, id, platform, now, cancellationToken)
            ?? throw new InvalidOperationException("A new platform has an environment already.");
        await transaction.CommitAsync(cancellationToken);
        return credential;
    }

    const string SelectPlatform = "select id, name from identity.platform where slug = $1";

    /// <summary>
    /// One more environment of a platform with its first credential, all or nothing: sandbox and production live under one slug. The first of a kind on a
    /// chain is the default one, which counterparties of that kind settle with.
    /// </summary>
    /// <exception cref="PlatformException">There is no such platform, it has the environment already, or a value is not allowed.</exception>
    public async Task<NewCredential> CreateEnvironmentAsync(string platform, string slug, string kind, long chainId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Guid id;
        string name;
        await using (NpgsqlCommand select = new(SelectPlatform, connection, transaction) { Parameters = { new() { Value = platform } } })
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) throw new PlatformException($"There is no platform {platform}.");
            (id, name) = (row.GetGuid(0), row.GetString(1));
        }
        NewPlatform wanted = new(platform, name, slug, kind, chainId);
        Check(wanted);
        NewCredential credential = await InsertEnvironmentAsync(connection, id, wanted, now, cancellationToken)
            ?? throw new PlatformException($"{platform} has an environment {slug} already; choose another slug, or add a credential to it.");
        await transaction.CommitAsync(cancellationToken);
        return credential;
    }

    static async Task<NewCredential?> InsertEnvironmentAsync(
        NpgsqlConnection connection, Guid platform, NewPlatform wanted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Guid environment = Guid.CreateVersion7(now);
        await using NpgsqlCommand insert = new(InsertEnvironment, connection)
        {
            Parameters =
            {
                new() { Value = environment }, new() { Value = platform }, new() { Value = wanted.Environment }, new() { Value = wanted.Kind },
                new() { Value = wanted.ChainId }, new() { Value = ApiVersions.Current }, new() { Value = now },
            },
        };
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1
            ? await InsertCredentialAsync(connection, environment, DefaultScopes, now, cancellationToken) : null;
    }

    /// <summary>One more credential for an environment.</summary>
    /// <exception cref="PlatformException">There is no such environment.</exception>
    public async Task<NewCredential> AddCredentialAsync(
        string platform, string environment, IReadOnlyList<string>? scopes, CancellationToken cancellationToken)
    {
        CheckScopes(scopes);
        Guid id = await FindEnvironmentAsync(platform, environment, cancellationToken);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        NewCredential credential = await InsertCredentialAsync(connection, id, scopes is { Count: > 0 } ? scopes : DefaultScopes, time.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return credential;
    }

    const string InsertExternal = """
        insert into identity.credential (client_id, environment_id, scopes, created_at, issuer) values ($1, $2, $3, $4, $5) on conflict do nothing
        """;

    /// <summary>Registers a client of an external issuer as a credential of an environment; it has no secret here.</summary>
    /// <param name="platform">Slug.</param>
    /// <param name="environment">Slug of the environment.</param>
    /// <param name="scopes">Scopes that its tokens may use; all when there are none.</param>
    /// <param name="issuer">Claim <c>iss</c> of its tokens, exactly.</param>
    /// <param name="clientId">Its id at that issuer: claim <c>azp</c> or <c>client_id</c>, or <c>sub</c> where that is another one.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <exception cref="PlatformException">There is no such environment, or the id or the issuer cannot be used.</exception>
    public async Task AddExternalCredentialAsync(
        string platform, string environment, IReadOnlyList<string>? scopes, string issuer, string clientId, CancellationToken cancellationToken)
    {
        CheckScopes(scopes);
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out Uri? url) || url.Scheme is not ("https" or "http") || issuer.Length > 255)
            throw new PlatformException("The issuer must be the claim iss of its tokens, an http or https URL of at most 255 characters.");
        if (clientId.Length is 0 or > 255 || clientId.Any(char.IsControl))
            throw new PlatformException("The client id has 1 to 255 characters, none of them a control character.");
        Guid id = await FindEnvironmentAsync(platform, environment, cancellationToken);
        await using NpgsqlCommand insert = database.CreateCommand(InsertExternal);
        foreach (object value in (object[])[clientId, id, (scopes is { Count: > 0 } ? scopes : DefaultScopes).ToArray(), time.GetUtcNow(), issuer])
            insert.Parameters.AddWithValue(value);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
            throw new PlatformException($"There is a credential {clientId} already.");
    }

    static void CheckScopes(IReadOnlyList<string>? scopes)
    {
        if (Scopes.Unknown(scopes ?? [], ofOperator: false) is { } unknown)
            throw new PlatformException($"There is no scope {unknown}; there are {string.Join(", ", Scopes.OfTenants.Select(known => known.Name))}.");
    }

    const string Revoke = "update identity.credential set status = 'revoked' where client_id = $1 and status = 'active'";

    /// <summary>Ends a credential; the API refuses its tokens within seconds.</summary>
    /// <exception cref="PlatformException">There is no such active credential.</exception>
    public async Task RevokeCredentialAsync(string clientId, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand revoke = database.CreateCommand(Revoke);
        revoke.Parameters.AddWithValue(clientId);
        if (await revoke.ExecuteNonQueryAsync(cancellationToken) == 0)
            throw new PlatformException($"There is no active credential {clientId}.");
    }

    async Task<Guid> FindEnvironmentAsync(string platform, string environment, CancellationToken cancellationToken) =>
        (await new EnvironmentStore(database).FindAsync(platform, environment, cancellationToken))?.Id
            ?? throw new PlatformException($"There is no platform {platform} with an environment {environment}.");

    static Task<NewCredential> InsertCredentialAsync(
        NpgsqlConnection connection, Guid environment, IReadOnlyList<string> scopes, DateTimeOffset now, CancellationToken cancellationToken) =>
        CredentialWriteStore.InsertAsync(connection, new CredentialWriteStore.Wanted(environment, scopes), now, cancellationToken);

    static void Check(NewPlatform platform)
    {
        foreach ((string what, string slug) in (ReadOnlySpan<(string, string)>)[("slug", platform.Slug), ("environment", platform.Environment)])
            if (!Slug().IsMatch(slug))
                throw new PlatformException($"The {what} \"{slug}\" is not allowed: 1 to 63 lower-case letters, digits and hyphens, the first not a hyphen.");
        if (string.IsNullOrWhiteSpace(platform.Name) || platform.Name.Length > 255 || platform.Name.Any(char.IsControl))
            throw new PlatformException("The name must have 1 to 255 characters, none of them a control character.");
        if (platform.Kind is not ("sandbox" or "production"))
            throw new PlatformException("The kind must be sandbox or production.");
        if (platform.ChainId <= 0)
            throw new PlatformException("The chain id must be above 0.");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex Slug();
}
