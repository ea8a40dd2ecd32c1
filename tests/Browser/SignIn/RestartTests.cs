using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>A process that ends under an open page and comes back: the page says so, and then it takes clicks again.</summary>
[Collection(SignInCollection.Name)]
public sealed class RestartTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    [BrowserFact]
    public async Task A_page_outlives_a_restart_of_the_service()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, _) = await system.LinkAsync(platform, "platform_manager");
        (WebApplication app, string url) = await system.StartAsync();
        IPage page = await system.PageAsync(url);
        await SignInFixture.SignInAsync(page, link);
        await page.GotoAsync("/app/sandbox/settings/members");
        await page.LiveAsync();
        await page.EvaluateAsync("() => { window.isOfBefore = true; }");
        await system.RestartAsync(app);
        // The new process knows nothing of the circuit, so the page is loaded again; the session is in the database and holds.
        await page.WaitForFunctionAsync("() => !window.isOfBefore && document.documentElement.hasAttribute('data-live')", null, new() { Timeout = 90_000 });
        Assert.EndsWith("/app/sandbox/settings/members", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite a person" }).ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToBeVisibleAsync();
    }
}
