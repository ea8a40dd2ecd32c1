using System.Net.Http.Json;
using Keystone.Dashboard.SignIn;
using Keystone.Identity.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Keystone.Browser.SignIn;

/// <summary>What a Platform Manager does on the pages of the settings, and what others do not see there.</summary>
[Collection(SignInCollection.Name)]
public sealed class SettingsTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    static readonly (string Path, string[] Buttons)[] OfManagers =
    [
        ("general", ["Make a credential"]), ("environments", ["New environment", "Change sandbox"]), ("security", ["Add a network"]), ("webhooks", ["Add an endpoint"]), ("members", ["Invite a person"]),
    ];

    async Task<(IPage Page, Guid Platform, SandboxMember Member)> OpenAsync(params string[] roles)
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, SandboxMember member) = await system.LinkAsync(platform, roles);
        IPage page = await system.PageAsync();
        await SignInFixture.SignInAsync(page, link);
        return (page, platform, member);
    }

    static async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync("/app/sandbox/settings/" + path);
        await page.WaitForFunctionAsync("() => document.documentElement.hasAttribute('data-live') && !document.querySelector('[aria-busy=true]')");
    }

    static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    static async Task SubmitAsync(IPage page)
    {
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] button[type=submit]")).ToHaveCountAsync(0);
    }

    static async Task<string> TakeSecretAsync(IPage page, string label)
    {
        string secret = await page.Locator($"[data-secret='{label}']").InputValueAsync();
        await Assertions.Expect(Button(page, "Done")).ToBeDisabledAsync();
        await page.GetByLabel("I have stored it").CheckAsync();
        await Button(page, "Done").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        Assert.DoesNotContain(secret, await page.ContentAsync(), StringComparison.Ordinal);
        return secret;
    }

    async Task<int> TokenAsync(string id, string secret)
    {
        using HttpClient client = new();
        using HttpResponseMessage response = await client.PostAsJsonAsync(system.Url + "/oauth/token", new { client_id = id, client_secret = secret, grant_type = "client_credentials" });
        return (int)response.StatusCode;
    }

    [BrowserFact]
    public async Task Credentials_are_made_rotated_and_revoked_and_a_secret_is_shown_once()
    {
        (IPage page, Guid platform, SandboxMember member) = await OpenAsync("platform_manager");
        await GoAsync(page, "general");
        await Button(page, "Make a credential").ClickAsync();
        await page.GetByLabel("Name").FillAsync("Back office");
        await page.Locator("dialog[open] input[value='wallets:manage']").CheckAsync();
        await SubmitAsync(page);
        string id = await page.Locator("[data-secret='Client id']").InputValueAsync(), secret = await TakeSecretAsync(page, "Client secret");
        Assert.Equal(200, await TokenAsync(id, secret));
        Assert.Equal("Back office", await system.ScalarAsync<string>($"select name from identity.credential where client_id = '{id}' and 'wallets:manage' = any(scopes) and member_id = '{member.Member}'"));

        await Button(page, $"Rotate the secret of {id}").ClickAsync();
        await page.Locator("dialog[open] select").SelectOptionAsync("0");
        await SubmitAsync(page);
        string second = await TakeSecretAsync(page, "Client secret");
        Assert.Equal((401, 200), (await TokenAsync(id, secret), await TokenAsync(id, second)));

        await Button(page, $"Revoke {id}").ClickAsync();
        await SubmitAsync(page);
        Assert.Equal(401, await TokenAsync(id, second));
        Assert.Equal(3L, await system.ScalarAsync<long>($"select count(*) from settlement.activity where platform_id = '{platform}' and member_id = '{member.Member}' and status_code < 400 and type like 'credential%'"));

        // An hour later the page asks who sits there, and nothing is made.
        await system.RunAsync($"update identity.session set present_at = present_at - interval '1 hour' where member_id = '{member.Member}'");
        system.Services.GetRequiredService<MemberSessions>().Changed();
        await GoAsync(page, "general");
        await Button(page, "Make a credential").ClickAsync();
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] [role=alert] a")).ToHaveAttributeAsync("href", "/step-up?return=%2Fapp%2Fsandbox%2Fsettings%2Fgeneral");
    }

    [BrowserFact]
    public async Task People_are_invited_get_other_roles_and_are_removed()
    {
        (IPage page, Guid platform, _) = await OpenAsync("platform_manager");
        await GoAsync(page, "members");
        string email = SignInFixture.Email();
        await Button(page, "Invite a person").ClickAsync();
        await page.GetByLabel("E-mail").FillAsync(email);
        await SubmitAndReadAsync("roles");
        await page.Locator("dialog[open] input[value=instruct]").CheckAsync();
        await SubmitAsync(page);
        string link = await TakeSecretAsync(page, "Invitation link");
        Assert.Contains("Join Bank", await (await (await system.PageAsync()).GotoAsync(link))!.TextAsync(), StringComparison.Ordinal);

        await Button(page, $"Change the roles of {email}").ClickAsync();
        await page.Locator("dialog[open] input[value=instruct]").UncheckAsync();
        await page.Locator("dialog[open] input[value=approve]").CheckAsync();
        await SubmitAsync(page);
        Assert.Equal(["approve"], await system.ScalarAsync<string[]>($"select m.roles from identity.member m join identity.person p on p.id = m.person_id where p.email = '{email}' and m.platform_id = '{platform}'"));
        await Button(page, $"Remove {email}").ClickAsync();
        await SubmitAsync(page);
        await Assertions.Expect(page.GetByText(email)).ToHaveCountAsync(0);
        // Nobody changes his own roles.
        await Assertions.Expect(page.GetByText("You; another member changes your roles")).ToBeVisibleAsync();

        // Every fault is said, and the dialog stays.
        async Task SubmitAndReadAsync(string fault)
        {
            await page.Locator("dialog[open] button[type=submit]").ClickAsync();
            await Assertions.Expect(page.Locator("dialog[open] [role=alert]")).ToContainTextAsync(fault);
        }
    }

    [BrowserFact]
    public async Task Networks_and_environments_are_changed_and_nobody_shuts_himself_out()
    {
        (IPage page, Guid platform, _) = await OpenAsync("platform_manager");
        await GoAsync(page, "security");
        await Button(page, "Add a network").ClickAsync();
        await page.GetByLabel("Network", new() { Exact = true }).FillAsync("203.0.113.0/24");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] [role=alert]")).ToContainTextAsync("would be shut out");
        await page.GetByLabel("Network", new() { Exact = true }).FillAsync("127.0.0.0/8");
        await SubmitAsync(page);
        await Button(page, "Remove 127.0.0.0/8").ClickAsync();
        await SubmitAsync(page);
        await Assertions.Expect(page.GetByText("Open to every address")).ToBeVisibleAsync();

        await GoAsync(page, "environments");
        await Button(page, "New environment").ClickAsync();
        await page.GetByLabel("Slug").FillAsync("second");
        await SubmitAsync(page);
        string id = await page.Locator("[data-secret='Client id']").InputValueAsync();
        Assert.Equal(200, await TokenAsync(id, await TakeSecretAsync(page, "Client secret")));
        await Button(page, "Change second").ClickAsync();
        await page.GetByLabel("Default timeout, seconds").FillAsync("7200");
        await page.GetByLabel("Four eyes", new() { Exact = false }).CheckAsync();
        await SubmitAsync(page);
        Assert.Equal(1L, await system.ScalarAsync<long>($"select count(*) from identity.environment where platform_id = '{platform}' and slug = 'second' and default_timeout_seconds = 7200 and four_eyes"));
        await Button(page, "Switch off second").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] button[type=submit]")).ToBeDisabledAsync();
        await page.Locator("dialog[open] input").FillAsync("second");
        await SubmitAsync(page);
        await Assertions.Expect(Button(page, "Switch on second")).ToBeVisibleAsync();
        await Assertions.Expect(Button(page, "Switch off sandbox")).ToBeDisabledAsync();
    }

    [BrowserFact]
    public async Task Receivers_are_added_tested_rotated_switched_off_and_removed()
    {
        (IPage page, Guid platform, _) = await OpenAsync("platform_manager");
        await GoAsync(page, "webhooks");
        await Button(page, "Add an endpoint").ClickAsync();
        await page.GetByLabel("URL", new() { Exact = true }).FillAsync("https://10.0.0.1/hook");
        await page.GetByLabel("Events").FillAsync("settlement.*, nonsense");
        await page.Locator("dialog[open] button[type=submit]").ClickAsync();
        // Both faults at once.
        await Assertions.Expect(page.Locator("dialog[open] [role=alert]")).ToContainTextAsync("public internet");
        await Assertions.Expect(page.Locator("dialog[open] [role=alert]")).ToContainTextAsync("Unknown event");
        const string url = "https://hooks.example.com/keystone";
        await page.GetByLabel("URL", new() { Exact = true }).FillAsync(url);
        await page.GetByLabel("Events").FillAsync("settlement.*");
        await SubmitAsync(page);
        Assert.StartsWith("whsec_", await TakeSecretAsync(page, "Signing secret"), StringComparison.Ordinal);
        await Button(page, $"Send a test to {url}").ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("on its way");
        Assert.Equal(1L, await system.ScalarAsync<long>($"select count(*) from webhooks.message m join identity.environment e on e.id = m.environment_id where e.platform_id = '{platform}' and m.type = 'webhook.test'"));
        await Button(page, $"Rotate the secret of {url}").ClickAsync();
        await SubmitAsync(page);
        await TakeSecretAsync(page, "Signing secret");
        await Button(page, $"Switch off {url}").ClickAsync();
        await SubmitAsync(page);
        await Button(page, $"Switch on {url}").ClickAsync();
        await SubmitAsync(page);
        await Button(page, $"Remove {url}").ClickAsync();
        await SubmitAsync(page);
        await Assertions.Expect(page.GetByText("Nobody is told of changes")).ToBeVisibleAsync();
    }

    /// <summary>Each role on each page of the settings: who does not manage finds no button that would be refused.</summary>
    [BrowserFact]
    public async Task Buttons_of_managers_are_shown_to_managers_alone()
    {
        foreach (string role in (string[])["read_only", "instruct", "approve", "compliance", "platform_manager"])
        {
            (IPage page, _, _) = await OpenAsync(role);
            foreach ((string path, string[] buttons) in OfManagers)
            {
                await GoAsync(page, path);
                foreach (string button in buttons)
                    await Assertions.Expect(Button(page, button)).ToHaveCountAsync(role == "platform_manager" ? 1 : 0);
            }
            await page.Context.CloseAsync();
        }
    }
}
