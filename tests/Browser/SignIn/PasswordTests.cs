using Keystone.Identity.Members;
using Keystone.Identity.SignIn;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>Password and code in a browser: one text for every fault, recovery codes once, and lockout that stops the way and not the person.</summary>
[Collection(SignInCollection.Name)]
public sealed class PasswordTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    const string Password = "correct horse battery staple";
    const string Wrong = "E-mail, password or code is wrong.";

    [BrowserFact]
    public async Task A_member_joins_with_password_and_app_and_signs_in_with_them()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string email = SignInFixture.Email();
        IPage page = await system.PageAsync();
        (string key, IReadOnlyList<string> recovery) = await JoinAsync(page, await system.InviteAsync(platform, email, "read_only"));
        Assert.Equal(10, recovery.Count);
        await SignOutAsync(page);
        // The code of the enrolment was used; the next step's is not. Each is made once: a step of 30 seconds may pass in between.
        Assert.Equal(Wrong, await SignInAsync(page, email, Password, _enrolled));
        string next = Code(key, 1);
        Assert.Null(await SignInAsync(page, email, Password, next));
        await SignOutAsync(page);
        Assert.Equal(Wrong, await SignInAsync(page, email, Password, next));
        Assert.Null(await SignInAsync(page, email, Password, recovery[0]));
        await SignOutAsync(page);
        Assert.Equal(Wrong, await SignInAsync(page, email, Password, recovery[0]));
    }

    [BrowserFact]
    public async Task The_pages_of_a_wrong_name_and_of_a_wrong_password_are_the_same()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string email = SignInFixture.Email();
        IPage page = await system.PageAsync();
        (string key, _) = await JoinAsync(page, await system.InviteAsync(platform, email, "read_only"));
        await SignOutAsync(page);
        List<string> pages = [];
        foreach ((string name, string password) in new[] { (email, "wrong but long enough"), (SignInFixture.Email(), Password), (email, Password) })
        {
            await FillAsync(page, name, password);
            // The question for the code, in each case.
            Assert.EndsWith("/sign-in/code", page.Url, StringComparison.Ordinal);
            await page.FillAsync("[name=code]", "000000");
            await page.ClickAsync("button[type=submit]");
            await page.WaitForSelectorAsync("[role=alert]");
            pages.Add(await page.InnerTextAsync("main"));
        }
        Assert.Single(pages.Distinct());
        Assert.DoesNotContain(key, string.Concat(pages), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Too_many_tries_stop_the_password_and_not_the_passkey()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string email = SignInFixture.Email();
        InvitedMember invited = await system.InviteAsync(platform, email, "read_only");
        IPage page = await system.PageAsync();
        await VirtualAuthenticator.AddAsync(page);
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync("form[data-passkey] button[type=submit]");
        await page.ArrivesAsync("/app/sandbox");
        await SignOutAsync(page);
        for (int i = 0; i < 5; i++)
        {
            await FillAsync(page, email, "wrong but long enough");
            Assert.EndsWith("/sign-in/code", page.Url, StringComparison.Ordinal);
        }
        await FillAsync(page, email, "wrong but long enough");
        Assert.Matches("^Too many tries\\. Use a passkey or wait until [0-9]{2}:[0-9]{2} UTC\\.$", (await page.TextContentAsync("[role=alert]"))!.Trim());
        await page.ClickAsync("form[data-passkey] button[type=submit]");
        await page.ArrivesAsync("/app/sandbox");
    }

    [BrowserFact]
    public async Task A_form_of_another_session_does_nothing()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, _) = await system.LinkAsync(platform, "read_only");
        IPage page = await system.PageAsync();
        await page.GotoAsync("/sign-in");
        IPage second = await page.Context.NewPageAsync();
        await SignInFixture.SignInAsync(second, link);
        await page.FillAsync("[name=email]", SignInFixture.Email());
        await page.FillAsync("[name=password]", Password);
        await page.ClickAsync("form[action='/sign-in/password'] button[type=submit]");
        await page.WaitForSelectorAsync("[role=alert]");
        Assert.Equal("This page was older than your session. Nothing was done.", (await page.TextContentAsync("[role=alert]"))!.Trim());
    }

    // The code with which the last member enrolled.
    string _enrolled = "";

    async Task<(string Key, IReadOnlyList<string> Recovery)> JoinAsync(IPage page, InvitedMember invited)
    {
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.ClickAsync("summary");
        string key = (await page.GetAttributeAsync("[data-key]", "data-key"))!;
        await page.FillAsync("[name=password]", Password);
        _enrolled = Code(key, 0);
        await page.FillAsync("[name=code]", _enrolled);
        await page.ClickAsync("form[action$='/password'] button[type=submit]");
        await page.WaitForSelectorAsync("[data-recovery-codes]");
        return (key, await page.Locator("[data-recovery-codes] code").AllTextContentsAsync());
    }

    async Task<string?> SignInAsync(IPage page, string email, string password, string code)
    {
        await FillAsync(page, email, password);
        await page.FillAsync("[name=code]", code);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForLoadStateAsync();
        return page.Url.Contains("/sign-in", StringComparison.Ordinal) ? (await page.TextContentAsync("[role=alert]"))!.Trim() : null;
    }

    static async Task FillAsync(IPage page, string email, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=email]", email);
        await page.FillAsync("[name=password]", password);
        await page.ClickAsync("form[action='/sign-in/password'] button[type=submit]");
        await page.WaitForLoadStateAsync();
    }

    static Task SignOutAsync(IPage page) => page.Context.ClearCookiesAsync(new() { Name = "keystone" });

    string Code(string key, int steps) => TotpCode.Compute(key, TotpCode.StepOf(system.Clock.GetUtcNow()) + steps);
}
