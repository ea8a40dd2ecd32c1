using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Keystone.Dev.Servers;
using Keystone.Identity.Members;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>Sign-in at an external provider of another make: bound to a person by an invitation, and by nothing else.</summary>
[Collection(SignInCollection.Name)]
public sealed class ExternalTests(SignInFixture system) : IAsyncLifetime
{
    readonly int _port = SignInFixture.FreePort();
    Leash? _provider;
    string _url = "";

    public async Task InitializeAsync()
    {
        if (ChromiumFinder.Path is null) return;
        string authority = $"http://localhost:{_port.ToString(CultureInfo.InvariantCulture)}";
        (_, _url) = await system.StartAsync(("SignIn:Authority", authority), ("SignIn:ClientId", "dashboard"), ("SignIn:ClientSecret", "secret-of-the-dashboard-client"), ("SignIn:ProviderName", "the bank's provider"));
        _provider = Leash.Start("node", [Path.Combine(NativeTool.RepositoryRoot, "tests", "Browser", "issuer", "provider.mjs"), $"{_port}", _url + "/sign-in/external/callback"]);
        await _provider.WaitForLineAsync(line => line.StartsWith("provider on", StringComparison.Ordinal), TimeSpan.FromMinutes(2), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await system.CloseAsync();
        if (_provider is not null) await _provider.DisposeAsync();
    }

    [BrowserFact]
    public async Task A_subject_signs_in_after_it_took_an_invitation_and_not_before()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string subject = "lea-" + Guid.NewGuid().ToString("n")[..8];
        IPage page = await system.PageAsync(_url);
        await page.GotoAsync("/sign-in?return=/app/sandbox/settlements");
        await page.ClickAsync("a[href^='/sign-in/external']");
        await SignInAtProviderAsync(page, subject);
        Assert.Contains("This account is not a member here.", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync("a[href^='/sign-in/external']");
        await page.ArrivesAsync("/app/sandbox");
        Assert.Equal("external", await system.ScalarAsync<string>($"select method from identity.session where member_id = '{invited.Member.Id}'"));
        Assert.Equal(subject, await system.ScalarAsync<string>($"select subject from identity.external_login l join identity.member m on m.person_id = l.person_id where m.id = '{invited.Member.Id}'"));

        await page.Context.ClearCookiesAsync(new() { Name = "keystone" });
        await page.GotoAsync("/sign-in?return=/app/sandbox/settlements");
        await page.ClickAsync("a[href^='/sign-in/external']");
        await page.ArrivesAsync("/app/sandbox/settlements");

        // Another subject of the same provider is nobody, and the used invitation makes it no one.
        IPage other = await system.PageAsync(_url);
        Assert.Equal(404, (await other.GotoAsync("/invite/" + invited.InvitationToken))!.Status);
        await other.GotoAsync("/sign-in/external?invitation=" + invited.InvitationToken);
        await SignInAtProviderAsync(other, "other-" + subject);
        Assert.Contains("has been used or has ended", await other.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Equal(1, await system.ScalarAsync<long>($"select count(*) from identity.external_login l join identity.member m on m.person_id = l.person_id where m.id = '{invited.Member.Id}'"));
    }

    [BrowserFact]
    public async Task A_step_up_asks_the_provider_to_ask_again()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string subject = "kim-" + Guid.NewGuid().ToString("n")[..8];
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        IPage page = await system.PageAsync(_url);
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync("a[href^='/sign-in/external']");
        await SignInAtProviderAsync(page, subject);
        await page.ArrivesAsync("/app/sandbox");
        await system.RunAsync($"update identity.session set present_at = present_at - interval '1 hour' where member_id = '{invited.Member.Id}'");
        await page.GotoAsync("/step-up?return=/app/sandbox/settlements");
        await page.ClickAsync("a[href^='/sign-in/external?step=up']");
        // The provider knows the browser, and has to ask all the same.
        await page.WaitForSelectorAsync("input[name=password]");
        await SignInAtProviderAsync(page, subject);
        await page.ArrivesAsync("/app/sandbox/settlements");
        Assert.True(await system.ScalarAsync<bool>($"select present_at > now() - interval '1 minute' from identity.session where member_id = '{invited.Member.Id}' and ended_at is null"));
    }

    [BrowserFact]
    public async Task An_answer_that_this_browser_did_not_ask_for_signs_nobody_in()
    {
        IPage page = await system.PageAsync(_url);
        IResponse answer = (await page.GotoAsync("/sign-in/external/callback?code=stolen&state=made-up"))!;
        Assert.NotEqual(500, answer.Status);
        Assert.Contains("did not succeed", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.DoesNotContain(await page.Context.CookiesAsync(), cookie => cookie.Name == "keystone");
        using HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_url) };
        using HttpResponseMessage start = await client.GetAsync("/sign-in/external");
        Assert.Equal(HttpStatusCode.Found, start.StatusCode);
        string query = start.Headers.Location!.Query;
        // The provider takes the request over its own connection (RFC 9126), and refuses one without PKCE.
        Assert.Contains("request_uri=", query, StringComparison.Ordinal);
        Assert.DoesNotContain("response_mode=form_post", query, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_manager_who_came_from_the_provider_makes_it_the_only_way_in()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, _) = await system.LinkAsync(platform, "platform_manager");
        IPage other = await system.PageAsync(_url);
        await SignInFixture.SignInAsync(other, link);
        // Who came another way would shut himself out.
        await RequireAsync(other);
        await Assertions.Expect(other.Locator("dialog[open] [role=alert]")).ToContainTextAsync("would shut you out");

        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "platform_manager");
        IPage page = await system.PageAsync(_url);
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync("a[href^='/sign-in/external']");
        await SignInAtProviderAsync(page, "max-" + Guid.NewGuid().ToString("n")[..8]);
        await page.ArrivesAsync(new Regex("^" + Regex.Escape(_url) + "(?!/sign-in|/invite)"));
        await RequireAsync(page);
        await Assertions.Expect(page.GetByText("Members sign in at the bank's provider alone.")).ToBeVisibleAsync();
        // What was opened otherwise ends, and is opened no more.
        await other.ArrivesAsync("/signed-out");
        await other.VisitAsync(link);
        await other.RunAndWaitForResponseAsync(() => other.ClickAsync("button[type=submit]"), response => response.Request.Method == "POST");
        Assert.Equal(0L, await system.ScalarAsync<long>($"select count(*) from identity.session s join identity.member m on m.id = s.member_id where m.platform_id = '{platform}' and s.ended_at is null and s.method <> 'external'"));

        static async Task RequireAsync(IPage at)
        {
            await at.GotoAsync("/app/sandbox/settings/security");
            await at.LiveAsync();
            await at.GetByRole(AriaRole.Button, new() { Name = "Require the provider" }).ClickAsync();
            await at.Locator("dialog[open] button[type=submit]").ClickAsync();
        }
    }

    static async Task SignInAtProviderAsync(IPage page, string subject)
    {
        await page.FillAsync("input[name=login]", subject);
        await page.FillAsync("input[name=password]", "any");
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.Locator("input[name=login]")).ToHaveCountAsync(0);
        await page.WaitForLoadStateAsync();
        // Consent, where it is asked for.
        ILocator consent = page.Locator("form[action*='/interaction/'] button[type=submit]");
        if (await consent.CountAsync() > 0)
        {
            await consent.ClickAsync();
            await Assertions.Expect(consent).ToHaveCountAsync(0);
            await page.WaitForLoadStateAsync();
        }
    }
}
