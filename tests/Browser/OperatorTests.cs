using System.Text.Json.Nodes;
using Keystone.Hosting.Reports;
using Microsoft.Playwright;
using Npgsql;

namespace Keystone.Browser;

/// <summary>What a person of the operator does: takes an alarm with a note, pauses everything and lets it go on.</summary>
[Collection(DashboardCollection.Name)]
public sealed class OperatorTests(DashboardFixture system)
{
    [BrowserFact]
    public async Task An_alarm_is_acknowledged_with_a_note_and_stays_in_the_list()
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.System.OwnerConnection);
        AlarmStore alarms = new(database, TimeProvider.System);
        await alarms.RaiseAsync("screening_list_stale", "browser-test", "The EU list is 26 hours old", CancellationToken.None);
        try
        {
            await using WatchedPage page = await system.OpenAsync("operator", "/operator/alarms");
            ILocator row = page.Page.Locator("tbody tr", new() { HasText = "browser-test" });
            await row.GetByRole(AriaRole.Button).ClickAsync();
            ILocator submit = page.Page.Locator("dialog[open] button[type=submit]");
            await Assertions.Expect(submit).ToBeDisabledAsync();
            await page.Page.Locator("dialog[open] textarea").FillAsync("Publisher called, file comes at 15:00");
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "dialog-alarm-light.png"), Caret = ScreenshotCaret.Initial });
            await page.AssertGoodAsync("acknowledge");
            await submit.ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("“Publisher called, file comes at 15:00”");
            await Assertions.Expect(row).ToContainTextAsync("Olga Stein");
            await Assertions.Expect(row).ToContainTextAsync("For ");
            await Assertions.Expect(row.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "operator-alarm-taken-light.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
            page.AssertClean();
        }
        finally
        {
            await alarms.ClearAsync("browser-test", [], CancellationToken.None);
        }
    }

    [BrowserFact]
    public async Task Mirror_and_accounts_are_shown_as_their_processes_last_said()
    {
        await using WatchedPage page = await system.OpenAsync("operator", "/operator/processes");
        ILocator indexer = page.Page.GetByLabel("indexer, chains"), keeper = page.Page.GetByLabel("keeper, accounts");
        await Assertions.Expect(indexer.GetByRole(AriaRole.Columnheader, new() { Name = "Blocks behind" })).ToBeVisibleAsync();
        await Assertions.Expect(indexer.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(keeper.Locator("tbody tr").First).ToContainTextAsync(" ether");
        await Assertions.Expect(keeper.Locator("tbody tr").First).ToContainTextAsync(" gwei");
        await Assertions.Expect(keeper).ToContainTextAsync("as of ");
        page.AssertClean();
    }

    [BrowserFact]
    public async Task Everything_is_paused_by_a_typed_word_which_platforms_read_and_is_lifted_again()
    {
        string id = await system.CreateAsync("TRD-PAUSED", cross: true);
        await using WatchedPage page = await system.OpenAsync("operator", "/operator/pauses");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Pause everything…" }).ClickAsync();
        ILocator submit = page.Page.Locator("dialog[open] button[type=submit]");
        await page.Page.Locator("dialog[open] textarea").FillAsync("Drill");
        await Assertions.Expect(submit).ToBeDisabledAsync();
        await page.Page.Locator("dialog[open]").GetByLabel("Type pause to confirm").FillAsync("pause");
        await submit.ClickAsync();
        try
        {
            await Assertions.Expect(page.Page.Locator("tbody tr")).ToContainTextAsync("Everything");
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "operator-paused-light.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
            await page.AssertGoodAsync("paused");
            await using WatchedPage a = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
            await Assertions.Expect(a.Page.Locator(".act")).ToContainTextAsync("The operator paused registrations and swaps.");
            // The reason is the operator's own.
            await Assertions.Expect(a.Page.Locator("body")).Not.ToContainTextAsync("Drill");
            a.AssertClean();
        }
        finally
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Lift" }).First.ClickAsync();
            await page.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
            await Assertions.Expect(page.Page.GetByText("Nothing is paused")).ToBeVisibleAsync();
        }
        JsonArray pauses = (JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}/explain"))["waiting_for"]!;
        Assert.DoesNotContain(pauses, wait => (string)wait!["action"]! == "resume");
        page.AssertClean();
    }
}
