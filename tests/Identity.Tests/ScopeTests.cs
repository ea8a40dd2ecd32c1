using Keystone.Testing;
using Npgsql;

namespace Keystone.Identity.Tests;

/// <summary>What scopes hold, and which credential may have which.</summary>
public sealed class ScopeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    OperatorCredentialStore Operators => new(database.Source, TimeProvider.System);

    [Fact]
    public void Write_holds_its_two_parts_and_compliance_only_without_four_eyes()
    {
        Assert.Equal([Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.ComplianceDecide], Scopes.Effective([Scopes.SettlementsWrite], fourEyes: false).ToHashSet());
        Assert.Equal([Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm], Scopes.Effective([Scopes.SettlementsWrite], fourEyes: true).ToHashSet());
        Assert.Equal([Scopes.SettlementsInstruct], Scopes.Effective([Scopes.SettlementsInstruct], fourEyes: false));
    }

    [Fact]
    public async Task The_operator_s_credential_is_found_as_the_operator()
    {
        NewCredential made = await Operators.CreateAsync("Night shift", null, CancellationToken.None);
        Caller caller = (await new CredentialStore(database.Source).FindCallerAsync(null, made.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None))!;
        Assert.True(caller.IsOperator);
        Assert.Equal([Scopes.Admin], caller.Scopes);
        OperatorCredential listed = Assert.Single(await Operators.ListAsync(CancellationToken.None), one => one.ClientId == made.ClientId);
        Assert.Equal(("Night shift", "active", null), (listed.Name, listed.Status, listed.LastUsedAt));
        await Operators.RevokeAsync(made.ClientId, CancellationToken.None);
        Assert.Null(await new CredentialStore(database.Source).FindCallerAsync(null, made.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None));
        await Assert.ThrowsAsync<PlatformException>(() => Operators.RevokeAsync(made.ClientId, CancellationToken.None));
        Assert.Contains("settlements:read", (await Assert.ThrowsAsync<PlatformException>(() => Operators.CreateAsync(null, ["settlements:read"], CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_credential_of_a_tenant_has_a_scope_of_the_operator()
    {
        string slug = "s-" + Guid.NewGuid().ToString("n");
        PlatformStore platforms = new(database.Source, TimeProvider.System);
        NewCredential tenant = await platforms.CreateAsync(new NewPlatform(slug, slug, "sandbox", "sandbox", 1), static (_, _) => false, CancellationToken.None);
        await Assert.ThrowsAsync<PlatformException>(() => platforms.AddCredentialAsync(slug, "sandbox", [Scopes.Admin], CancellationToken.None));
        // Nor by somebody who writes to the database past the commands.
        await using NpgsqlCommand grant = database.Source.CreateCommand($"update identity.credential set scopes = '{{admin}}' where client_id = '{tenant.ClientId}'");
        Assert.Equal("credential_scopes", (await Assert.ThrowsAsync<PostgresException>(() => grant.ExecuteNonQueryAsync())).ConstraintName);
    }

    [Theory]
    [InlineData("insert into identity.credential (client_id, scopes, created_at) values ('made-by-the-api', '{admin}', now())")]
    [InlineData("insert into identity.credential_secret (client_id, ordinal, sha256) values ('{operator}', 9, sha256('x'))")]
    [InlineData("update identity.credential set environment_id = null, scopes = '{admin}'")]
    public async Task The_API_s_role_makes_nobody_the_operator(string sql)
    {
        NewCredential admin = await Operators.CreateAsync(null, null, CancellationToken.None);
        NpgsqlDataSource role = await database.OpenAsync("keystone_api");
        await using NpgsqlCommand command = role.CreateCommand(sql.Replace("{operator}", admin.ClientId, StringComparison.Ordinal));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
    }
}
