using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>What people do with it, and that two tenants see nothing of each other.</summary>
[Collection(DashboardCollection.Name)]
public sealed class WorkTests(DashboardFixture system)
{
    [BrowserFact]
    public async Task A_settlement_is_found_by_any_of_its_ids_with_the_keyboard_alone()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox");
        foreach (string text in (string[])["TRD-2026-0089", system.Settlements["deposits"]])
        {
            await page.GoAsync("/app/sandbox");
            // A page that has arrived puts the focus on its heading.
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
            await page.Page.Keyboard.PressAsync("/");
            await page.Page.Keyboard.TypeAsync(text);
            await page.Page.Keyboard.PressAsync("Enter");
            await page.Page.ArrivesAsync($"/app/sandbox/settlements/{system.Settlements["deposits"]}");
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("TRD-2026-0089");
        }
        page.AssertClean();
    }

    [BrowserFact]
    public async Task A_confirmation_on_the_page_moves_the_settlement_and_the_other_browser_sees_it()
    {
        string id = await system.CreateAsync("TRD-TWO-BROWSERS", cross: true);
        await using WatchedPage a = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
        await using WatchedPage b = await system.OpenAsync("platform-b", $"/app/sandbox/settlements/{id}");
        await Assertions.Expect(a.Page.Locator("[data-state=AWAITING_CONFIRMATION]").First).ToBeVisibleAsync();
        await b.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await b.Page.Locator("dialog[open] input").Nth(1).FillAsync("BETA-1");
        await b.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(b.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        foreach (WatchedPage page in (WatchedPage[])[a, b])
        {
            await Assertions.Expect(page.Page.Locator("[data-state=AWAITING_DEPOSITS]").First).ToBeVisibleAsync();
            page.AssertClean();
        }
    }

    [BrowserFact]
    public async Task A_decision_ends_the_review()
    {
        string id = await system.CreateAsync("TRD-DECIDE", cross: false, wallet: Ethereum.Address.Parse(Keystone.Dev.DevAccounts.FlaggedWallet).ToString());
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/compliance");
        // What stopped the party, before anything is decided.
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "why TRD-DECIDE was stopped" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Tab, new() { Name = "Compliance" })).ToHaveAttributeAsync("aria-selected", "true");
        ILocator answers = page.Page.Locator("#panel tbody tr");
        await Assertions.Expect(answers.Filter(new() { HasText = "Flagged" })).ToContainTextAsync("deny-list: wallet is listed");
        await Assertions.Expect(answers.Filter(new() { HasText = "wallets" }).First).ToBeVisibleAsync();
        await Assertions.Expect(answers.Filter(new() { HasText = "Passed" }).First).ToBeVisibleAsync();
        await page.Page.GotoAsync(system.Url + "/app/sandbox/compliance");
        ILocator approve = page.Page.GetByRole(AriaRole.Button, new() { Name = "Approve TRD-DECIDE" });
        await Assertions.Expect(approve).ToBeEnabledAsync();
        await approve.ClickAsync();
        await page.Page.Locator("dialog[open] textarea").FillAsync("Same name, another person; checked the register.");
        await page.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Keystone.Testing.Eventually.TrueAsync(async () => (string)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}"))["state"]! is not "COMPLIANCE_CHECKING");
        JsonArray activity = (JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, "/v1/activity?type=settlement.decided"))["items"]!;
        Assert.Contains(activity, entry => (string?)entry!["resource_id"] == id);
        page.AssertClean();
    }

    [BrowserFact]
    public async Task A_party_is_decided_on_with_the_keyboard_alone()
    {
        string id = await system.CreateAsync("TRD-BY-KEYS", cross: false, wallet: Ethereum.Address.Parse(Keystone.Dev.DevAccounts.FlaggedWallet).ToString());
        await Keystone.Testing.Eventually.TrueAsync(async () => (bool?)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}"))["compliance"]?["decidable"] == true, TimeSpan.FromMinutes(1), "Nothing waits for a decision.");
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox");
        IKeyboard keys = page.Page.Keyboard;
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        await keys.PressAsync("/");
        await keys.TypeAsync("TRD-BY-KEYS");
        await keys.PressAsync("Enter");
        await page.Page.ArrivesAsync($"/app/sandbox/settlements/{id}");
        await page.ReadyAsync();
        for (int i = 0; i < 40 && !await page.Page.EvaluateAsync<bool>("() => document.activeElement?.textContent === 'Approve party'"); i++) await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        ILocator dialog = page.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog.Locator("h2")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Assertions.Expect(dialog.Locator("textarea")).ToBeFocusedAsync();
        await keys.TypeAsync("Another person; checked the register.");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Keystone.Testing.Eventually.TrueAsync(async () => (string)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}"))["state"]! is not "COMPLIANCE_CHECKING", TimeSpan.FromMinutes(1), "The settlement does not go on.");
        page.AssertClean();
    }

    /// <summary>Gas on Home is that of the settlements themselves: of fewer than twenty the largest is what nineteen of twenty are under.</summary>
    [BrowserFact]
    public async Task Home_says_what_settlements_cost_in_gas()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox");
        ILocator gas = page.Page.Locator("section[aria-labelledby=gas]");
        await Keystone.Testing.Eventually.TrueAsync(async () =>
        {
            JsonArray all = (JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, "/v1/settlements?limit=100"))["items"]!;
            long[] used = [.. all.Where(one => (bool)one!["is_terminal"]! && one["escrow"] is not null).Select(one => (long)one!["costs"]!["gas_used"]!).Where(one => one > 0)];
            Assert.InRange(used.Length, 1, 19);
            await page.GoAsync("/app/sandbox");
            string[] cells = [.. await gas.Locator("tbody tr").First.Locator("th, td").AllInnerTextsAsync()];
            return cells is ["All together", _, _, { } most, { } count] && most == used.Max().ToString("#,0", System.Globalization.CultureInfo.InvariantCulture)
                && count == used.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }, TimeSpan.FromMinutes(1), "Home does not show the gas of the settlements that ended.");
        await Assertions.Expect(gas.GetByText("Registration")).ToBeVisibleAsync();
        Assert.True(await gas.Locator("rect.range-near").CountAsync() >= 2);
        page.AssertClean();
    }

    /// <summary>Words of strangers stay words, and do not push the page apart on the narrowest screen.</summary>
    [BrowserFact]
    public async Task A_hostile_reference_is_text_and_fits_the_narrowest_screen()
    {
        string hostile = "<img src=x onerror=alert(1)>" + new string('W', 150);
        string id = await system.CreateAsync(hostile, cross: false);
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox", new() { ViewportSize = new() { Width = 320, Height = 700 }, HasTouch = true });
        foreach (string path in (string[])["/app/sandbox", "/app/sandbox/settlements", $"/app/sandbox/settlements/{id}", $"/app/sandbox/settlements/{id}?tab=terms"])
        {
            await page.GoAsync(path);
            Assert.Equal(0, await page.Page.Locator("img[src=x]").CountAsync());
            await Assertions.Expect(page.Page.GetByText("<img src=x onerror=alert(1)>").First).ToBeAttachedAsync();
            await page.AssertNarrowAsync(path);
            await page.AssertGoodAsync(path);
        }
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "settlement-hostile-phone.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
        // On a desk no column of the list is pushed out of sight by it.
        await page.Page.SetViewportSizeAsync(1440, 900);
        foreach (string path in (string[])["/app/sandbox", "/app/sandbox/settlements"])
        {
            await page.GoAsync(path);
            Assert.True(await page.Page.Locator(".table-frame").Last.EvaluateAsync<bool>("frame => frame.scrollWidth <= frame.clientWidth"), path);
        }
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "settlements-hostile-light.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
    }

    [BrowserFact]
    public async Task A_cancellation_needs_a_reason_and_ends_the_settlement()
    {
        string id = await system.CreateAsync("TRD-CANCEL", cross: false);
        await using WatchedPage page = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        ILocator submit = page.Page.Locator("dialog[open] button[type=submit]");
        await Assertions.Expect(submit).ToBeDisabledAsync();
        await page.Page.Locator("dialog[open] textarea").FillAsync("Booked twice");
        await submit.ClickAsync();
        await Assertions.Expect(page.Page.Locator("[data-state=ROLLED_BACK]").First).ToBeVisibleAsync();
        page.AssertClean();
    }

    [BrowserFact]
    public async Task A_new_row_does_not_move_the_list_and_is_offered()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settlements");
        string first = await page.Page.Locator("tbody th a").First.InnerTextAsync();
        await system.CreateAsync("TRD-LATER", cross: false);
        ILocator pill = page.Page.Locator(".pill");
        await Assertions.Expect(pill).ToBeVisibleAsync();
        Assert.Equal(first, await page.Page.Locator("tbody th a").First.InnerTextAsync());
        await pill.ClickAsync();
        await Assertions.Expect(page.Page.Locator("tbody th a").First).ToHaveTextAsync("TRD-LATER");
        page.AssertClean();
    }

    [BrowserFact]
    public async Task Filters_stand_in_the_url_and_say_how_many_rows_they_hide()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settlements?q=no-such-reference");
        await Assertions.Expect(page.Page.Locator(".empty")).ToContainTextAsync("1 filter hides the rest");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Remove the filter reference or wallet: no-such-reference" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator("tbody tr").First).ToBeVisibleAsync();
        Assert.EndsWith("/app/sandbox/settlements", page.Page.Url, StringComparison.Ordinal);
        await page.Page.GoBackAsync();
        await Assertions.Expect(page.Page.Locator(".empty")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_settlement_is_previewed_and_created_on_the_page()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settlements/new");
        await page.Page.GetByLabel("Your reference", new() { Exact = true }).Or(page.Page.GetByPlaceholder("TRD-2026-0001")).First.FillAsync("TRD-BY-HAND");
        ILocator parties = page.Page.Locator("fieldset");
        foreach ((int place, string wallet, string reference) in ((int, string, string)[])[(0, system.Book.Acme.Address.ToString(), "acme"), (1, system.Book.Beta.Address.ToString(), "beta")])
        {
            await parties.Nth(place).Locator("input").Nth(0).FillAsync(wallet);
            await parties.Nth(place).Locator("input").Nth(2).FillAsync(reference);
        }
        await parties.Nth(2).Locator("input").Nth(0).FillAsync("KBOND");
        await parties.Nth(2).Locator("input").Nth(1).FillAsync("10");
        await parties.Nth(3).Locator("input").Nth(0).FillAsync("NOPE");
        await parties.Nth(3).Locator("input").Nth(1).FillAsync("1000");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator("#preview")).ToContainTextAsync("put right");
        await parties.Nth(3).Locator("input").Nth(0).FillAsync("USDC");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator("#preview")).ToHaveTextAsync("This can be created");
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "new-previewed-light.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("TRD-BY-HAND");
        page.AssertClean();
    }

    /// <summary>Everything that a browser of B receives while A acts: none of A's own words.</summary>
    [BrowserFact]
    public async Task Nothing_of_one_tenant_reaches_the_browser_of_another()
    {
        string[] markers = ["MARKER-REFERENCE-A", "MARKER-REFERENCE-A-seller", "MARKER-REFERENCE-A-buyer"];
        await using WatchedPage b = await system.OpenAsync("platform-b", "/app/sandbox");
        System.Text.StringBuilder seen = new();
        // Answers come on other threads than the test's; they are read there and looked at here.
        System.Collections.Concurrent.ConcurrentQueue<Task<string>> answers = [];
        b.Page.Response += (_, response) =>
        {
            if (response.Status is >= 200 and < 300) answers.Enqueue(TextOfAsync(response));
        };
        string own = await system.CreateAsync("MARKER-REFERENCE-A", cross: false);
        string shared = await system.CreateAsync("MARKER-REFERENCE-A", cross: true);
        string[] paths =
        [
            "/app/sandbox", "/app/sandbox/settlements", "/app/sandbox/settlements?tab=active", $"/app/sandbox/settlements/{shared}", $"/app/sandbox/settlements/{shared}?tab=events",
            $"/app/sandbox/settlements/{shared}?tab=webhooks", "/app/sandbox/find?q=MARKER-REFERENCE-A", "/app/sandbox/compliance", "/app/sandbox/instruments", "/app/sandbox/wallets",
            "/app/sandbox/activity", "/app/sandbox/reports/fails", $"/app/sandbox/reports/statements?date={system.Settlements["day"]}", "/app/sandbox/settings/general", "/app/sandbox/settings/environments", "/app/sandbox/settings/security", "/app/sandbox/settings/webhooks", "/app/sandbox/settings/members",
            "/app/sandbox/settlements/new", "/app/sandbox/settlements/upload", "/app/sandbox/templates", "/app/sandbox/templates/dvp-cross-platform", $"/app/sandbox/settlements/{shared}?tab=costs", $"/app/sandbox/settlements/{shared}?tab=terms",
        ];
        foreach (string path in paths)
        {
            await b.GoAsync(path);
            string html = await b.Page.ContentAsync();
            if (!path.Contains("find", StringComparison.Ordinal)) seen.Append(html);
            Assert.DoesNotContain(own, html, StringComparison.OrdinalIgnoreCase);
        }
        seen.Append(await (await b.Page.APIRequest.GetAsync(system.Url + "/app/sandbox/settlements.csv")).TextAsync());
        seen.Append(await (await b.Page.APIRequest.GetAsync($"{system.Url}/app/sandbox/reports/statements.csv?date={system.Settlements["day"]}")).TextAsync());
        foreach (string answer in await Task.WhenAll(answers)) seen.Append(answer);
        string all = string.Concat(b.Frames) + seen.ToString().Replace("“<bdi>MARKER-REFERENCE-A</bdi>”", "", StringComparison.Ordinal);
        Assert.True(b.Frames.Count > 0);
        Assert.DoesNotContain(own, all, StringComparison.OrdinalIgnoreCase);
        // The page of the search repeats what its reader typed.
        Assert.DoesNotContain(markers[1], all, StringComparison.Ordinal);
        Assert.DoesNotContain(system.System.Platform("platform-a").ClientId, all, StringComparison.Ordinal);
    }

    // Bodies of redirects and of pages that were left cannot be read.
    static async Task<string> TextOfAsync(IResponse response)
    {
        try
        {
            return await response.TextAsync();
        }
        catch (PlaywrightException)
        {
            return "";
        }
    }
}
