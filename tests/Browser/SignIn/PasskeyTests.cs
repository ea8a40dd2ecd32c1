using System.Text.Json;
using Keystone.Identity.Members;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>Passkeys with a virtual authenticator: enrolled by an invitation, used without a name, refused when copied, removed or of another origin.</summary>
[Collection(SignInCollection.Name)]
public sealed class PasskeyTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    const string PasskeyButton = "form[data-passkey] button[type=submit]";

    [BrowserFact]
    public async Task An_invitation_is_taken_with_a_passkey_which_signs_in_without_a_name()
    {
        (Guid platform, string slug) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        IPage page = await system.PageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await TakeAsync(page, invited);
        Assert.EndsWith("/app/sandbox", page.Url, StringComparison.Ordinal);
        Assert.Contains("Bank " + slug, await page.ContentAsync(), StringComparison.Ordinal);
        IReadOnlyList<BrowserContextCookiesResult> cookies = await page.Context.CookiesAsync();
        BrowserContextCookiesResult session = cookies.Single(one => one.Name == "keystone");
        Assert.Equal((true, SameSiteAttribute.Lax, "/", -1f), (session.HttpOnly, session.SameSite, session.Path, session.Expires));

        // The link is used.
        Assert.Equal(404, (await page.GotoAsync("/invite/" + invited.InvitationToken))!.Status);
        await page.Context.ClearCookiesAsync(new() { Name = "keystone" });
        await page.GotoAsync("/app/sandbox/settlements");
        Assert.Contains("/sign-in?return=", page.Url, StringComparison.Ordinal);
        await page.ClickAsync(PasskeyButton);
        await page.ArrivesAsync("/app/sandbox/settlements");
        Assert.Equal(1, await system.ScalarAsync<long>($"select sign_count from identity.passkey k join identity.member m on m.person_id = k.person_id where m.id = '{invited.Member.Id}' and user_verified") - 1);
    }

    [BrowserFact]
    public async Task A_copied_passkey_and_a_removed_one_are_refused()
    {
        (Guid platform, _) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        IPage page = await system.PageAsync();
        VirtualAuthenticator authenticator = await VirtualAuthenticator.AddAsync(page);
        await TakeAsync(page, invited);
        JsonElement passkey = Assert.Single(await authenticator.CredentialsAsync());
        await authenticator.SetCountAsync(passkey, 20);
        await SignInAsync(page, accepted: true);
        // Another authenticator with the same key has not counted so far.
        await authenticator.SetCountAsync(passkey, 5);
        await SignInAsync(page, accepted: false);
        await authenticator.SetCountAsync(passkey, 30);
        await SignInAsync(page, accepted: true);
        await system.RunAsync($"delete from identity.passkey where person_id = (select person_id from identity.member where id = '{invited.Member.Id}')");
        await SignInAsync(page, accepted: false);
    }

    [BrowserFact]
    public async Task A_passkey_answer_of_an_origin_that_is_not_named_is_refused()
    {
        (Guid platform, _) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        // The same domain, another port: for the browser the passkey fits, for the server the origin does not.
        (_, string other) = await system.StartAsync(("SignIn:Origins:0", "http://localhost:9"));
        IPage page = await system.PageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await TakeAsync(page, invited);
        await page.GotoAsync(other + "/sign-in");
        await page.ClickAsync(PasskeyButton);
        await page.WaitForSelectorAsync("[role=alert]");
        Assert.Contains("not accepted", await page.TextContentAsync("[role=alert]"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_proof_of_presence_is_renewed_by_the_own_passkey()
    {
        (Guid platform, _) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        IPage page = await system.PageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await TakeAsync(page, invited);
        await system.RunAsync($"update identity.session set present_at = present_at - interval '1 hour' where member_id = '{invited.Member.Id}'");
        await page.GotoAsync("/step-up?return=/app/sandbox/settlements");
        await page.ClickAsync(PasskeyButton);
        await page.ArrivesAsync("/app/sandbox/settlements");
        Assert.True(await system.ScalarAsync<bool>($"select present_at > now() - interval '1 minute' from identity.session where member_id = '{invited.Member.Id}'"));
        // Never to another host.
        await page.GotoAsync("/step-up?return=//evil.example/");
        Assert.Equal("/", await page.InputValueAsync("input[name=return]"));
    }

    static async Task TakeAsync(IPage page, InvitedMember invited)
    {
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync(PasskeyButton);
        await page.ArrivesAsync("/app/sandbox");
    }

    static async Task SignInAsync(IPage page, bool accepted)
    {
        await page.Context.ClearCookiesAsync(new() { Name = "keystone" });
        await page.GotoAsync("/sign-in");
        await page.ClickAsync(PasskeyButton);
        if (accepted) await page.ArrivesAsync("/app/sandbox");
        else await page.WaitForSelectorAsync("[role=alert]");
    }
}
