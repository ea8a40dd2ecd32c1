using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>Each page in light, in dark and at the width of a phone: pictures of them, the policy, accessibility.</summary>
[Collection(DashboardCollection.Name)]
public sealed class PageTests(DashboardFixture system)
{
    static readonly (string Name, string Path)[] Pages =
    [
        ("home", "/app/sandbox"), ("settlements", "/app/sandbox/settlements"), ("settlements-active", "/app/sandbox/settlements?tab=active"),
        ("settlements-nothing", "/app/sandbox/settlements?q=no-such-reference"), ("settlement-confirm", "/app/sandbox/settlements/{confirm}"),
        ("settlement-deposits", "/app/sandbox/settlements/{deposits}"), ("settlement-review", "/app/sandbox/settlements/{review}"), ("settlement-final", "/app/sandbox/settlements/{final}"),
        ("settlement-webhooks", "/app/sandbox/settlements/{final}?tab=webhooks"), ("settlement-costs", "/app/sandbox/settlements/{final}?tab=costs"),
        ("settlement-screenings", "/app/sandbox/settlements/{review}?tab=compliance"), ("settlement-events", "/app/sandbox/settlements/{final}?tab=events"), ("settlement-terms", "/app/sandbox/settlements/{final}?tab=terms"),
        ("new", "/app/sandbox/settlements/new"), ("upload", "/app/sandbox/settlements/upload"), ("find", "/app/sandbox/find?q=nothing"), ("compliance", "/app/sandbox/compliance"), ("instruments", "/app/sandbox/instruments"),
        ("wallets", "/app/sandbox/wallets"), ("templates", "/app/sandbox/templates"), ("template", "/app/sandbox/templates/dvp-cross-platform"), ("activity", "/app/sandbox/activity"),
        ("general", "/app/sandbox/settings/general"), ("environments", "/app/sandbox/settings/environments"), ("security", "/app/sandbox/settings/security"),
        ("webhooks", "/app/sandbox/settings/webhooks"), ("members", "/app/sandbox/settings/members"), ("fails", "/app/sandbox/reports/fails"), ("fails-nothing", "/app/sandbox/reports/fails?from=2020-01-01&to=2020-01-02"),
        ("statements", "/app/sandbox/reports/statements?date={day}"), ("statements-nothing", "/app/sandbox/reports/statements?date=2020-01-01"),
        ("statements-wrong", "/app/sandbox/reports/statements?date=1999-01-01"),
    ];

    static readonly (string Name, string Path)[] OfOperator =
    [
        ("operator", "/operator"), ("operator-alarms", "/operator/alarms"), ("operator-stuck", "/operator/stuck?minutes=1"), ("operator-transactions", "/operator/transactions"), ("operator-transactions-done", "/operator/transactions?status=done"), ("operator-processes", "/operator/processes"),
        ("operator-pauses", "/operator/pauses"), ("operator-tenants", "/operator/tenants"),
    ];

    [BrowserTheory]
    [InlineData("light", 1440, 900)]
    [InlineData("dark", 1440, 900)]
    [InlineData("phone", 390, 844)]
    public Task Every_page_is_clean_and_accessible(string look, int width, int height) => ExamineAsync("platform-a", "/app/sandbox", Pages, look, width, height);

    [BrowserTheory]
    [InlineData("light", 1440, 900)]
    [InlineData("dark", 1440, 900)]
    [InlineData("phone", 390, 844)]
    public Task Every_page_of_the_operator_is_clean_and_accessible(string look, int width, int height) => ExamineAsync("operator", "/operator", OfOperator, look, width, height);

    async Task ExamineAsync(string platform, string first, (string Name, string Path)[] pages, string look, int width, int height)
    {
        await using WatchedPage page = await system.OpenAsync(platform, first, new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = look == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = look == "phone",
            DeviceScaleFactor = look == "phone" ? 2 : 1,
        });
        List<string> faults = [];
        foreach ((string name, string pattern) in pages)
        {
            string path = system.Settlements.Aggregate(pattern, (text, known) => text.Replace($"{{{known.Key}}}", known.Value, StringComparison.Ordinal));
            await page.GoAsync(path);
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, $"{name}-{look}.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
            try
            {
                await page.AssertGoodAsync(name);
                if (look == "phone") await page.AssertNarrowAsync(name);
            }
            catch (Xunit.Sdk.XunitException fault)
            {
                faults.Add($"{name}: {fault.Message}");
            }
        }
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [BrowserTheory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task The_dialogs_are_accessible(string look)
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{system.Settlements["deposits"]}", new() { ColorScheme = look == "dark" ? ColorScheme.Dark : ColorScheme.Light });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        ILocator dialog = page.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        Assert.Equal("dialog-title", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Ask for the end" })).ToBeDisabledAsync();
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, $"dialog-{look}.png"), Caret = ScreenshotCaret.Initial });
        await page.AssertGoodAsync("dialog");
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    /// <summary>What a Platform Manager changes, each in its dialog: closed again by Escape, and nothing is changed.</summary>
    [BrowserTheory]
    [InlineData("light", 1440, 900)]
    [InlineData("dark", 1440, 900)]
    [InlineData("phone", 390, 844)]
    public async Task The_dialogs_of_the_settings_and_registries_are_accessible(string look, int width, int height)
    {
        string credential = system.System.Platform("platform-a").ClientId;
        (string Path, string[] Buttons)[] dialogs =
        [
            ("settings/general", ["Make a credential", $"Rotate the secret of {credential}", $"Revoke {credential}"]),
            ("settings/environments", ["New environment", "Change sandbox"]),
            ("settings/security", ["Add a network"]),
            ("settings/webhooks", ["Add an endpoint"]),
            ("settings/members", ["Invite a person", "Change the roles of abel@platform-a.example", "Remove abel@platform-a.example"]),
            ("instruments", ["Register a token"]),
            ("wallets", ["Register a wallet"]),
        ];
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox", new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = look == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = look == "phone",
        });
        foreach ((string path, string[] buttons) in dialogs)
        {
            await page.GoAsync("/app/sandbox/" + path);
            foreach (string button in buttons)
            {
                await page.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
                ILocator dialog = page.Page.Locator("dialog[open]");
                await Assertions.Expect(dialog).ToBeVisibleAsync();
                Assert.Equal("dialog-title", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
                await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, $"dialog-{path.Replace('/', '-')}-{Array.IndexOf(buttons, button)}-{look}.png"), Caret = ScreenshotCaret.Initial });
                await page.AssertGoodAsync($"{button}, {look}");
                if (look == "phone") await page.AssertNarrowAsync(button);
                await page.Page.Keyboard.PressAsync("Escape");
                await Assertions.Expect(dialog).ToHaveCountAsync(0);
            }
        }
    }

    [BrowserFact]
    public async Task A_page_that_is_not_there_a_foreign_one_and_a_malformed_one_are_the_same()
    {
        string foreign = await system.CreateAsync("TRD-OF-A-ALONE", cross: false);
        await using WatchedPage page = await system.OpenAsync("platform-b", "/app/sandbox");
        List<string> seen = [];
        foreach (string path in (string[])[$"/app/sandbox/settlements/{foreign}", $"/app/sandbox/settlements/{Guid.NewGuid()}", "/app/sandbox/settlements/nothing", "/app/no-such-environment", "/app/no-such-environment/settlements"])
        {
            IAPIResponse response = await page.Page.APIRequest.GetAsync(system.Url + path, new() { MaxRedirects = 0 });
            Assert.Equal(404, response.Status);
            seen.Add(System.Text.RegularExpressions.Regex.Replace(await response.TextAsync(), "<!--Blazor.*?-->", "", System.Text.RegularExpressions.RegexOptions.Singleline));
        }
        Assert.All(seen, text => Assert.DoesNotContain("TRD-OF-A-ALONE", text, StringComparison.Ordinal));
        Assert.Single(seen.Distinct());
    }

    [BrowserFact]
    public async Task Without_a_session_pages_lead_to_the_sign_in_and_circuits_are_refused()
    {
        await using IBrowserContext context = await system.Chromium.NewPatientContextAsync();
        WatchedPage page = await WatchedPage.CreateAsync(context, system.Url);
        await page.Page.GotoAsync(system.Url + "/app/sandbox/settlements");
        Assert.Contains("/sign-in?return=%2Fapp%2Fsandbox%2Fsettlements", page.Page.Url, StringComparison.Ordinal);
        await page.AssertGoodAsync("sign-in");
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "sign-in-light.png") });
        Assert.Equal(401, (await page.Page.APIRequest.PostAsync(system.Url + "/_blazor/negotiate?negotiateVersion=1")).Status);
    }

    [BrowserFact]
    public async Task A_circuit_of_another_origin_is_refused()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox");
        IAPIResponse response = await page.Page.APIRequest.PostAsync(system.Url + "/_blazor/negotiate?negotiateVersion=1", new() { Headers = new Dictionary<string, string> { ["Origin"] = "https://elsewhere.example" } });
        Assert.Equal(403, response.Status);
    }
}
