using System.Text.RegularExpressions;
using Keystone.Identity.Members;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>The first run of a platform, and a person's own page.</summary>
[Collection(SignInCollection.Name)]
public sealed class SetupTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    const string PasskeyButton = "form[data-passkey] button[type=submit]";

    [BrowserFact]
    public async Task The_first_manager_is_led_from_the_invitation_to_the_first_credential()
    {
        (Guid platform, string slug) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "platform_manager");
        IPage page = await system.PageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync(PasskeyButton);
        await page.ArrivesAsync("/setup/platform");
        await page.FillAsync("[name=name]", "Renamed " + slug);
        await page.ClickAsync("button.button-primary");
        await page.ArrivesAsync("/setup/logo");
        // What calls itself an image and is none is refused.
        await page.SetInputFilesAsync("[name=logo]", new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() });
        await page.ClickAsync("button.button-primary");
        Assert.Contains("Use a PNG", await page.InnerTextAsync("[role=alert]"), StringComparison.Ordinal);
        byte[] logo = await page.ScreenshotAsync(new() { Clip = new() { X = 0, Y = 0, Width = 64, Height = 32 } });
        await page.SetInputFilesAsync("[name=logo]", new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = logo });
        await page.ClickAsync("button.button-primary");
        await page.ArrivesAsync("/setup/invite");
        IAPIResponse shown = await page.APIRequest.GetAsync(system.Url + "/app/sandbox/logo.png");
        Assert.Equal((200, "image/png"), (shown.Status, shown.Headers["content-type"]));
        Assert.Equal(logo, await shown.BodyAsync());
        await page.FillAsync("[name=email]", SignInFixture.Email());
        await page.CheckAsync("[value=approve]");
        await page.ClickAsync("button.button-primary");
        string link = await page.InnerTextAsync("[data-invitation]");
        Assert.Contains("Join Renamed " + slug, await (await (await system.PageAsync()).GotoAsync(link))!.TextAsync(), StringComparison.Ordinal);
        await page.ClickAsync("button[name=skip]");
        await page.ArrivesAsync("/setup/credential");
        await page.ClickAsync("button.button-primary");
        string id = await page.InnerTextAsync("[data-client-id]"), secret = await page.InnerTextAsync("[data-client-secret]");
        using HttpClient client = new();
        using HttpResponseMessage token = await client.PostAsync(system.Url + "/oauth/token", new FormUrlEncodedContent(
            [new("client_id", id), new("client_secret", secret), new("audience", "https://api.keystoneos.xyz"), new("grant_type", "client_credentials")]));
        Assert.Equal(200, (int)token.StatusCode);
        // Left and come back: where it stands is on the server, and the secret is not shown again.
        await page.GotoAsync("/setup");
        Assert.EndsWith("/setup/credential", page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        await page.ClickAsync("button[name=skip]");
        await page.ArrivesAsync("/setup/webhook");
        await page.ClickAsync("button[name=skip]");
        await page.ArrivesAsync("/setup/done");
    }

    [BrowserFact]
    public async Task Others_read_who_sets_it_up_and_change_nothing()
    {
        (Guid platform, string slug) = await system.PlatformAsync();
        await system.LinkAsync(platform, "platform_manager");
        (string link, _) = await system.LinkAsync(platform, "instruct");
        IPage page = await system.PageAsync();
        await SignInFixture.SignInAsync(page, link);
        await page.GotoAsync("/setup/platform");
        Assert.Contains("A Platform Manager is setting this up: Lea Kim", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        string token = await page.EvaluateAsync<string>("async () => (await (await fetch('/me')).text()).match(/name=\"__RequestVerificationToken\" value=\"([^\"]+)\"/)[1]");
        int status = await page.EvaluateAsync<int>("""
            async token => (await fetch('/setup/platform', { method: 'POST', body: new URLSearchParams({ name: 'Taken over', __RequestVerificationToken: token }) })).status
            """, token);
        Assert.Equal(403, status);
        Assert.Equal("Bank " + slug, await system.ScalarAsync<string>($"select name from identity.platform where id = '{platform}'"));
    }

    [BrowserFact]
    public async Task A_person_makes_a_second_passkey_and_removing_one_ends_the_other_sessions()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, Keystone.Dashboard.SignIn.SandboxMember member) = await system.LinkAsync(platform, "read_only");
        IPage page = await system.PageAsync(), other = await system.PageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await SignInFixture.SignInAsync(page, link);
        await SignInFixture.SignInAsync(other, link);
        await page.GotoAsync("/me");
        await page.ClickAsync(PasskeyButton);
        await page.WaitForSelectorAsync("button.button-danger");
        await page.ClickAsync("button.button-danger");
        // The only way in stays: the links of this system are none.
        Assert.Contains("only way in", await page.InnerTextAsync("[role=alert]"), StringComparison.Ordinal);
        await system.RunAsync($"update identity.person set password_hash = 'x' where id = '{member.Person}'");
        await page.GotoAsync("/me");
        await page.ClickAsync("button.button-danger");
        await Assertions.Expect(page.Locator("button.button-danger")).ToHaveCountAsync(0);
        // Its pages leave by themselves, within seconds.
        await other.ArrivesAsync("/signed-out");
        await other.VisitAsync("/me");
        Assert.Contains("/sign-in", other.Url, StringComparison.Ordinal);
        await system.RunAsync($"update identity.session set present_at = present_at - interval '1 hour' where member_id = '{member.Member}'");
        // A session is read again after five seconds; until then the proof counts.
        await Keystone.Testing.Eventually.TrueAsync(async () =>
        {
            await page.GotoAsync("/me");
            await page.ClickAsync("form[action='/me/recovery-codes'] button");
            await page.ArrivesAsync(new Regex("/me/recovery-codes$|/step-up\\?return=%2Fme$"));
            return page.Url.Contains("/step-up", StringComparison.Ordinal);
        }, TimeSpan.FromMinutes(1), "An old proof of presence still counts.");
    }
}
