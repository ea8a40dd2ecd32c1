using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>The statement of a day on its page and as its file: what the API says of it.</summary>
[Collection(DashboardCollection.Name)]
public sealed class StatementPageTests(DashboardFixture system)
{
    // Cells before those of the block, which is a later one with each block of the day.
    const int CellsBeforeBlock = 14;

    string Day => system.Settlements["day"];

    [BrowserFact]
    public async Task A_day_shows_its_accounts_movements_and_blocks_as_the_API_tells_them()
    {
        JsonObject told = await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/statements?date={Day}");
        JsonArray accounts = told["accounts"]!.AsArray();
        Assert.NotEmpty(accounts);
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Statements" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Statements");
        await page.Page.GetByLabel("Day", new() { Exact = true }).FillAsync(Day);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.Page.ArrivesAsync(new Regex("/reports/statements\\?date=" + Day));
        foreach (JsonNode? account in accounts)
        {
            ILocator section = page.Page.Locator($"section[data-account='{(string)account!["token_address"]!} {(string)account["wallet_address"]!}']");
            await Assertions.Expect(section).ToHaveCountAsync(1);
            await Assertions.Expect(section.GetByRole(AriaRole.Heading)).ToContainTextAsync((string)account["symbol"]!);
            JsonArray movements = account["movements"]!.AsArray();
            string[] entries = ["opening", .. movements.Select(one => (string)one!["type"]!), "closing"];
            Assert.Equal(entries, await section.Locator("tbody tr").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.entry)"));
            JsonNode deposited = movements.First(one => (string)one!["type"]! == "deposited")!;
            string amount = Dashboard.Components.Text.Units((string)deposited["amount"]!, (int)account["decimals"]!);
            await Assertions.Expect(section.Locator("tr[data-entry=deposited]").First).ToContainTextAsync("+" + amount);
            await Assertions.Expect(section.Locator($"a[href='/app/sandbox/settlements/{(string)deposited["settlement_id"]!}']").First).ToBeVisibleAsync();
        }
        await Assertions.Expect(page.Page.GetByText("Opening block")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByText("Not compared yet").Or(page.Page.GetByText("Reconciled", new() { Exact = true }))).ToBeVisibleAsync();
        // Of one token there is one account fewer.
        await page.GoAsync($"/app/sandbox/reports/statements?date={Day}&token=KBOND");
        await Assertions.Expect(page.Page.Locator("section[data-account]")).ToHaveCountAsync(accounts.Count(one => (string?)one!["symbol"] == "KBOND"));
        page.AssertClean();
    }

    [BrowserFact]
    public async Task The_file_holds_the_rows_of_the_API()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", $"/app/sandbox/reports/statements?date={Day}");
        string link = (await page.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).GetAttributeAsync("href"))!;
        IAPIResponse file = await page.Page.APIRequest.GetAsync(system.Url + link);
        Assert.Equal(("text/csv; charset=utf-8", $"attachment; filename=\"statement-sandbox-{Day}.csv\""), (file.Headers["content-type"], file.Headers["content-disposition"]));
        string[] own = Lines(await file.TextAsync()), told = Lines(await system.TextAsync("platform-a", $"/v1/statements?date={Day}", "text/csv"));
        Assert.True(own.Length > 3);
        Assert.Equal(told, own);
        // Whoever asks for a day that never was, or with an address that is none, gets the page that says so.
        IAPIResponse wrong = await page.Page.APIRequest.GetAsync($"{system.Url}/app/sandbox/reports/statements.csv?date={Day}&wallet=0x12");
        Assert.Contains("wallet:", System.Net.WebUtility.HtmlDecode(await wrong.TextAsync()), StringComparison.Ordinal);
        // And whoever has signed in nowhere gets nothing.
        await using IBrowserContext stranger = await system.Chromium.NewPatientContextAsync();
        IAPIResponse refused = await stranger.APIRequest.GetAsync(system.Url + link, new() { MaxRedirects = 0 });
        Assert.Equal(302, refused.Status);
    }

    [BrowserFact]
    public async Task A_day_without_movements_and_one_that_is_to_come_say_so()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/reports/statements?date=2020-01-01");
        await Assertions.Expect(page.Page.Locator(".empty")).ToContainTextAsync("No movement on 1 January 2020");
        await page.GoAsync("/app/sandbox/reports/statements?date=2199-01-01");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("date must be a day from the year 2000 to today");
        page.AssertClean();
    }

    static string[] Lines(string csv) =>
        [.. csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(',', line.Split(',').Take(CellsBeforeBlock)))];
}
