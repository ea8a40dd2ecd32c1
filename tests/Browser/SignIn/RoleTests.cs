using Keystone.Identity;
using Keystone.Identity.Credentials;
using Keystone.Identity.Environments;
using Keystone.Identity.Errors;
using Keystone.Identity.IpRules;
using Keystone.Identity.Members;
using Keystone.Identity.Sessions;
using Keystone.Settlements.Cancel;
using Keystone.Settlements.Create;
using Keystone.Settlements.Decide;
using Keystone.Settlements.Hold;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.Preview;
using Keystone.Settlements.Wallets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>Roles: what a use case refuses when it is called directly, whatever a page shows, and which pages a member gets.</summary>
[Collection(SignInCollection.Name)]
public sealed class RoleTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    const string Refused = "insufficient_scope";

    // Which role may what: the table of the roles, one letter a role of Roles.
    static readonly string[] Roles = ["read_only", "instruct", "approve", "compliance", "platform_manager"];

    static readonly Dictionary<string, string[]> May = new()
    {
        ["create"] = ["instruct", "approve"],
        ["preview"] = ["instruct", "approve"],
        ["cancel"] = ["instruct", "approve"],
        ["hold"] = ["instruct", "approve"],
        ["release"] = ["approve"],
        ["decide"] = ["compliance"],
        ["wallet"] = ["instruct", "approve"],
        ["approve wallet"] = ["approve"],
        ["instrument"] = ["instruct", "approve"],
        ["invite"] = ["platform_manager"],
        ["roles"] = ["platform_manager"],
        ["remove"] = ["platform_manager"],
        ["credential"] = ["platform_manager"],
        ["revoke"] = ["platform_manager"],
        ["add rule"] = ["platform_manager"],
        ["remove rule"] = ["platform_manager"],
        ["environment"] = ["platform_manager"],
    };

    public static TheoryData<string> Names => [.. Roles];

    [Theory, MemberData(nameof(Names))]
    public async Task Use_cases_refuse_by_role_and_do_not_rely_on_pages(string role)
    {
        (Guid platform, _) = await system.PlatformAsync();
        Caller caller = await CallerAsync(platform, role);
        foreach ((string what, string[] allowed) in May)
        {
            string? code = await CallAsync(what, platform, caller);
            Assert.True(allowed.Contains(role) == (code != Refused), $"{role}, {what}: {code ?? "done"}");
        }
    }

    [Fact]
    public async Task Decisions_secrets_and_members_ask_for_a_fresh_proof_of_presence()
    {
        (Guid platform, _) = await system.PlatformAsync();
        Caller caller = await CallerAsync(platform, Roles);
        Caller stale = caller with { PresentAt = system.Clock.GetUtcNow().AddMinutes(-16) };
        foreach (string what in (string[])["decide", "invite", "roles", "remove", "credential", "revoke", "add rule", "remove rule", "environment"])
            Assert.Equal("presence_required", await CallAsync(what, platform, stale));
        foreach (string what in (string[])["create", "hold", "wallet"])
            Assert.NotEqual("presence_required", await CallAsync(what, platform, stale));
    }

    [BrowserFact]
    public async Task Each_role_gets_the_pages_of_its_own_shell_and_no_other()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string[] pages = ["", "/settlements", "/compliance", "/instruments", "/wallets", "/templates", "/activity", "/settings/general", "/settings/members", "/settings/security", "/settings/webhooks", "/reports/fails", "/reports/statements", "/settlements/upload"];
        foreach (string role in Roles)
        {
            IPage page = await system.PageAsync();
            await SignInFixture.SignInAsync(page, (await system.LinkAsync(platform, role)).Link);
            foreach (string path in pages)
                Assert.Equal((role, path, 200), (role, path, (await page.GotoAsync("/app/sandbox" + path))!.Status));
            // Buttons follow the roles: who may not instruct is offered no way to it.
            bool instructs = role is "instruct" or "approve";
            await page.GotoAsync("/app/sandbox/settlements");
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Upload" })).ToHaveCountAsync(instructs ? 1 : 0);
            await page.GotoAsync("/app/sandbox/settlements/upload");
            await Assertions.Expect(page.Locator("input[type=file]")).ToHaveCountAsync(instructs ? 1 : 0);
            // Another platform's environment, one that never was, and the operator's pages are the same page.
            foreach (string path in (string[])["/app/production", "/app/nowhere", "/operator", "/operator/stuck"])
                Assert.Equal((role, path, 404), (role, path, (await page.GotoAsync(path))!.Status));
            await page.Context.CloseAsync();
        }
        IPage operators = await system.PageAsync();
        await SignInFixture.SignInAsync(operators, (await system.LinkAsync(null, "operator")).Link);
        Assert.Equal(200, (await operators.GotoAsync("/operator"))!.Status);
        Assert.Equal(404, (await operators.GotoAsync("/app/sandbox"))!.Status);
    }

    async Task<Caller> CallerAsync(Guid platform, params string[] roles)
    {
        IServiceProvider services = system.Services;
        (_, Keystone.Dashboard.SignIn.SandboxMember member) = await system.LinkAsync(platform, roles);
        MemberSession session = (await services.GetRequiredService<MemberSessions>().OpenAsync(member.Person, member.Member, "passkey", null, null, CancellationToken.None))!;
        return (await services.GetRequiredService<MemberCallers>().FindAsync(session.Id, "sandbox", CancellationToken.None))!;
    }

    // The code of the refusal; null when it was done.
    async Task<string?> CallAsync(string what, Guid platform, Caller caller)
    {
        await using AsyncServiceScope scope = system.Services.CreateAsyncScope();
        Guid none = Guid.CreateVersion7(system.Clock.GetUtcNow());
        Actor actor = Actor.Of(caller);
        CancellationToken token = CancellationToken.None;
        return what switch
        {
            "create" => (await Get<CreateSettlement>().ExecuteAsync(caller, new CreateSettlementRequest(), null, token)).Error?.Code,
            "preview" => (await Get<PreviewSettlement>().ExecuteAsync(caller, new CreateSettlementRequest(), null, token)).Error?.Code,
            "cancel" => (await Get<CancelSettlement>().ExecuteAsync(caller, none, new CancelSettlementRequest { Reason = "test" }, null, token)).Error?.Code,
            "hold" or "release" => (await Get<HoldSettlement>().ExecuteAsync(caller, none, what == "hold", new HoldRequest { Reason = "test" }, null, token)).Error?.Code,
            "decide" => (await Get<DecideCompliance>().ExecuteAsync(caller, none, new ComplianceDecisionRequest { Decision = "approve", Reason = "test" }, null, token)).Error?.Code,
            "wallet" => (await Get<ManageWallets>().RegisterAsync(caller, new RegisterWalletRequest { WalletAddress = "0x" + none.ToString("n") + "00000000" }, null, token)).Error?.Code,
            "approve wallet" => (await Get<ManageWallets>().ApproveAsync(caller, none, token)).Error?.Code,
            "instrument" => (await Get<RegisterInstrument>().ExecuteAsync(caller, new RegisterInstrumentRequest(), null, token)).Error?.Code,
            "invite" => (await Get<MemberStore>().InviteAsync(platform, actor, SignInFixture.Email(), null, ["read_only"], new MemberFaults(), token)).Error?.Code,
            "roles" => (await Get<MemberStore>().ChangeRolesAsync(platform, actor, none, ["read_only"], new MemberFaults(), token)).Error?.Code,
            "remove" => (await Get<MemberStore>().RemoveAsync(platform, actor, none, token))?.Code,
            "credential" => (await Get<EnvironmentCredentialStore>().CreateAsync(caller.EnvironmentId, actor, ["settlements:write"], "test", null, new MemberFaults(), token)).Error?.Code,
            "revoke" => (await Get<EnvironmentCredentialStore>().RevokeAsync(caller.EnvironmentId, actor, "nobody", token))?.Code,
            "add rule" => (await Get<IpRuleStore>().AddAsync(caller.EnvironmentId, actor, null, "no network", null, new MemberFaults(), token)).Error?.Code,
            "remove rule" => (await Get<IpRuleStore>().RemoveAsync(caller.EnvironmentId, actor, null, none, token))?.Code,
            _ => (await Get<EnvironmentAccountStore>().UpdateAsync(platform, actor, caller.EnvironmentId, new EnvironmentChanges(), new MemberFaults(), token)).Error?.Code,
        };

        T Get<T>() where T : notnull => scope.ServiceProvider.GetRequiredService<T>();
    }
}
