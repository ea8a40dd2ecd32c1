using Keystone.Testing;

namespace Keystone.Identity.Tests;

/// <summary>Platforms, environments and credentials on a real Postgres: who is found, and what is refused.</summary>
public sealed class PlatformTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    const long Chain = 31_337;

    readonly string _suffix = Guid.NewGuid().ToString("n");

    PlatformStore Platforms => new(database.Source, TimeProvider.System);

    EnvironmentStore Environments => new(database.Source);

    [Fact]
    public async Task A_platform_comes_with_an_environment_and_a_credential_whose_secret_is_kept_as_a_hash()
    {
        NewCredential credential = await Platforms.CreateAsync(new NewPlatform($"a-{_suffix}", "A", "sandbox", "sandbox", Chain), static (_, _) => false, CancellationToken.None);
        PlatformEnvironment found = (await Environments.FindAsync($"a-{_suffix}", "sandbox", CancellationToken.None))!;
        Assert.Equal(Chain, found.ChainId);
        Assert.Null(await Environments.FindAsync($"a-{_suffix}", "production", CancellationToken.None));
        Caller caller = (await new CredentialStore(database.Source).FindCallerAsync(null, credential.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None))!;
        Assert.Equal((found.Id, found.PlatformId, $"a-{_suffix}", credential.ClientId + "@clients"), (caller.EnvironmentId, caller.PlatformId, caller.PlatformSlug, caller.Subject));
        string row = (string)(await database.Source.CreateCommand($"select row_to_json(s)::text from identity.credential_secret s where client_id = '{credential.ClientId}'").ExecuteScalarAsync())!;
        Assert.DoesNotContain(credential.ClientSecret, row, StringComparison.Ordinal);
        Assert.DoesNotContain(credential.ClientSecret, credential.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upper", "A", "sandbox", "sandbox", Chain, "slug")]
    [InlineData("-a", "A", "sandbox", "sandbox", Chain, "slug")]
    [InlineData("a", "A", "sand box", "sandbox", Chain, "environment")]
    [InlineData("a", " ", "sandbox", "sandbox", Chain, "name")]
    [InlineData("a", "A\n", "sandbox", "sandbox", Chain, "name")]
    [InlineData("a", "A", "sandbox", "test", Chain, "kind")]
    [InlineData("a", "A", "sandbox", "sandbox", 0, "chain id")]
    public async Task What_is_not_allowed_is_named_and_nothing_is_stored(string slug, string name, string environment, string kind, long chain, string says)
    {
        long before = await CountAsync();
        PlatformException refused = await Assert.ThrowsAsync<PlatformException>(() => Platforms.CreateAsync(new NewPlatform(slug, name, environment, kind, chain), static (_, _) => false, CancellationToken.None));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task A_slug_that_is_taken_leaves_no_second_environment()
    {
        NewPlatform platform = new($"b-{_suffix}", "B", "sandbox", "sandbox", Chain);
        await Platforms.CreateAsync(platform, static (_, _) => false, CancellationToken.None);
        long before = await CountAsync();
        Assert.Contains("is taken", (await Assert.ThrowsAsync<PlatformException>(() => Platforms.CreateAsync(platform, static (_, _) => false, CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task A_revoked_or_suspended_credential_finds_nobody()
    {
        NewCredential credential = await Platforms.CreateAsync(new NewPlatform($"c-{_suffix}", "C", "sandbox", "sandbox", Chain), static (_, _) => false, CancellationToken.None);
        NewCredential second = await Platforms.AddCredentialAsync($"c-{_suffix}", "sandbox", ["settlements:read"], CancellationToken.None);
        CredentialStore credentials = new(database.Source);
        Assert.Equal(["settlements:read"], (await credentials.FindCallerAsync(null, second.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None))!.Scopes);
        await Platforms.RevokeCredentialAsync(second.ClientId, CancellationToken.None);
        Assert.Null(await credentials.FindCallerAsync(null, second.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None));
        await Assert.ThrowsAsync<PlatformException>(() => Platforms.RevokeCredentialAsync(second.ClientId, CancellationToken.None));
        await Assert.ThrowsAsync<PlatformException>(() => Platforms.AddCredentialAsync($"c-{_suffix}", "sandbox", ["everything"], CancellationToken.None));
        await database.Source.CreateCommand($"update identity.platform set status = 'suspended' where slug = 'c-{_suffix}'").ExecuteNonQueryAsync();
        Assert.Null(await credentials.FindCallerAsync(null, credential.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None));
    }

    [Fact]
    public async Task A_counterparty_is_met_in_the_environment_of_the_callers_kind_and_chain()
    {
        Caller caller = await CallerAsync($"d-{_suffix}", "sandbox");
        Guid theirs = (await Environments.FindAsync((await CallerAsync($"e-{_suffix}", "sandbox")).PlatformSlug, "sandbox", CancellationToken.None))!.Id;
        Assert.Equal(theirs, (await Environments.FindCounterpartyAsync($"e-{_suffix}", caller, CancellationToken.None))!.Id);
        // The default of the same kind, when no slug matches; neither another kind nor another chain.
        await database.Source.CreateCommand($"update identity.environment set slug = 'main' where id = '{theirs}'").ExecuteNonQueryAsync();
        Assert.Equal(theirs, (await Environments.FindCounterpartyAsync($"e-{_suffix}", caller, CancellationToken.None))!.Id);
        foreach (string change in (string[])["kind = 'production'", "kind = 'sandbox', chain_id = 1", "chain_id = 31337, is_active = false"])
        {
            await database.Source.CreateCommand($"update identity.environment set {change} where id = '{theirs}'").ExecuteNonQueryAsync();
            Assert.Null(await Environments.FindCounterpartyAsync($"e-{_suffix}", caller, CancellationToken.None));
        }
        Assert.Null(await Environments.FindCounterpartyAsync("nobody", caller, CancellationToken.None));
    }

    async Task<Caller> CallerAsync(string slug, string environment)
    {
        NewCredential credential = await Platforms.CreateAsync(new NewPlatform(slug, slug, environment, "sandbox", Chain), static (_, _) => false, CancellationToken.None);
        return (await new CredentialStore(database.Source).FindCallerAsync(null, credential.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None))!;
    }

    async Task<long> CountAsync() => (long)(await database.Source.CreateCommand(
        "select (select count(*) from identity.platform) + (select count(*) from identity.environment) + (select count(*) from identity.credential)").ExecuteScalarAsync())!;
}
