using Keystone.Identity.Members;
using Keystone.Identity.SignIn;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>Keys alone: from the sign-in with a password over the search to the page of what was found, without a mouse.</summary>
[Collection(SignInCollection.Name)]
public sealed class KeyboardTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    const string Password = "correct horse battery staple";

    [BrowserFact]
    public async Task A_member_signs_in_goes_through_the_pages_and_signs_out_with_the_keyboard_alone()
    {
        (Guid platform, _) = await system.PlatformAsync();
        string email = SignInFixture.Email();
        InvitedMember invited = await system.InviteAsync(platform, email, "read_only");
        IPage page = await system.PageAsync();
        IKeyboard keys = page.Keyboard;
        await page.GotoAsync("/invite/" + invited.InvitationToken);
        await TabToAsync(page, "summary");
        await keys.PressAsync("Enter");
        string key = (await page.GetAttributeAsync("[data-key]", "data-key"))!;
        await TabToAsync(page, "[name=password]");
        await keys.TypeAsync(Password);
        await TabToAsync(page, "[name=code]");
        await keys.TypeAsync(Code(key, 0));
        await keys.PressAsync("Enter");
        await page.WaitForSelectorAsync("[data-recovery-codes]");
        await page.Context.ClearCookiesAsync(new() { Name = "keystone" });

        await page.GotoAsync("/sign-in");
        await TabToAsync(page, "[name=email]");
        await keys.TypeAsync(email);
        await keys.PressAsync("Tab");
        await keys.TypeAsync(Password);
        await keys.PressAsync("Enter");
        // The field of the code has the focus already.
        await page.ArrivesAsync("/sign-in/code");
        await Assertions.Expect(page.Locator("[name=code]")).ToBeFocusedAsync();
        await keys.TypeAsync(Code(key, 1));
        await keys.PressAsync("Enter");
        await page.ArrivesAsync("/app/sandbox");
        await page.LiveAsync();

        foreach ((string letter, string path, string heading) in ((string, string, string)[])[("s", "/app/sandbox/settlements", "Settlements"), ("c", "/app/sandbox/compliance", "Compliance"), ("a", "/app/sandbox/activity", "Activity"), ("h", "/app/sandbox", "Home")])
        {
            await keys.PressAsync("g");
            await keys.PressAsync(letter);
            await page.ArrivesAsync(path);
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        }
        // What the keyboard reaches shows that it has the focus.
        await TabToAsync(page, "main a.tile");
        Assert.NotEqual("none", await page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));

        await TabToAsync(page, "summary[aria-label^='You:']");
        await keys.PressAsync("Enter");
        await TabToAsync(page, "form[action='/sign-out'] button");
        await keys.PressAsync("Enter");
        await page.ArrivesAsync("/signed-out");
    }

    // Every stop of the Tab key is visited until this one has the focus; a page that holds the focus, or leaves it out, ends the test.
    static async Task TabToAsync(IPage page, string selector)
    {
        for (int i = 0; i < 80; i++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) === true", selector)) return;
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"The Tab key does not reach {selector}.");
    }

    string Code(string key, int steps) => TotpCode.Compute(key, TotpCode.StepOf(system.Clock.GetUtcNow()) + steps);
}
