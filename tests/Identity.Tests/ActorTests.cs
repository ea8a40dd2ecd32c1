using System.Net;
using Keystone.Identity.Credentials;
using Keystone.Identity.Errors;
using Keystone.Identity.IpRules;
using Keystone.Testing;

namespace Keystone.Identity.Tests;

/// <summary>Use cases around credentials and address rules ask themselves whether the actor may, whatever a route or a page asked before.</summary>
public sealed class ActorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    EnvironmentCredentialStore Credentials => new(database.Source, TimeProvider.System);

    IpRuleStore Rules => new(database.Source, TimeProvider.System);

    [Theory]
    [InlineData(Scopes.SettlementsWrite, false, "insufficient_scope")]
    [InlineData(Scopes.PlatformManage, true, "presence_required")]
    public async Task A_credential_is_not_revoked_and_no_rule_changed_without_the_scope_or_by_a_member_long_absent(string scope, bool isMember, string code)
    {
        (Caller caller, IpRuleView rule) = await SceneAsync();
        Actor actor = new(caller with { SessionId = isMember ? Guid.NewGuid() : null }, new HashSet<string> { scope });
        Assert.Equal(code, (await Credentials.RevokeAsync(caller.EnvironmentId, actor, caller.ClientId, CancellationToken.None))?.Code);
        Assert.Equal(code, (await Rules.AddAsync(caller.EnvironmentId, actor, null, "198.51.100.0/24", null, new MemberFaults(), CancellationToken.None)).Error?.Code);
        Assert.Equal(code, (await Rules.RemoveAsync(caller.EnvironmentId, actor, null, rule.Id, CancellationToken.None))?.Code);
        Assert.Equal("active", (await Credentials.FindAsync(caller.EnvironmentId, caller.ClientId, CancellationToken.None)).Value?.Status);
        Assert.Equal([rule.Id], (await Rules.ListAsync(caller.EnvironmentId, CancellationToken.None)).Select(one => one.Id));
    }

    [Fact]
    public async Task A_credential_with_the_scope_does_all_three()
    {
        (Caller caller, IpRuleView rule) = await SceneAsync();
        Actor actor = new(caller, new HashSet<string> { Scopes.PlatformManage });
        Assert.Null((await Rules.AddAsync(caller.EnvironmentId, actor, IPAddress.Loopback, "127.0.0.0/8", null, new MemberFaults(), CancellationToken.None)).Error);
        Assert.Null(await Rules.RemoveAsync(caller.EnvironmentId, actor, IPAddress.Loopback, rule.Id, CancellationToken.None));
        Assert.Null(await Credentials.RevokeAsync(caller.EnvironmentId, actor, caller.ClientId, CancellationToken.None));
        Assert.Equal("revoked", (await Credentials.FindAsync(caller.EnvironmentId, caller.ClientId, CancellationToken.None)).Value?.Status);
    }

    async Task<(Caller Caller, IpRuleView Rule)> SceneAsync()
    {
        string slug = "a-" + Guid.NewGuid().ToString("n");
        NewCredential made = await new PlatformStore(database.Source, TimeProvider.System).CreateAsync(
            new NewPlatform(slug, slug, "sandbox", "sandbox", 1), static (_, _) => false, CancellationToken.None);
        Caller caller = (await new CredentialStore(database.Source).FindCallerAsync(null, made.ClientId, TimeProvider.System.GetUtcNow(), CancellationToken.None))!;
        IpRuleView rule = (await Rules.AddAsync(caller.EnvironmentId, Actor.Operator, null, "192.0.2.0/24", null, new MemberFaults(), CancellationToken.None)).Value!;
        return (caller, rule);
    }
}
