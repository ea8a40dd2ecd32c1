using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>Many settlements at once: a file of them, a selection of them, and what a desk notes of one.</summary>
[Collection(DashboardCollection.Name)]
public sealed class BulkWorkTests(DashboardFixture system)
{
    const string Columns = "external_reference,asset,asset_quantity,payment,payment_quantity,seller_reference,seller_name,seller_wallet,buyer_reference,buyer_name,buyer_wallet";

    string Row(string reference, string quantity = "10", string asset = "KBOND") =>
        $"{reference},{asset},{quantity},USDC,1000,s-{reference},\"Acme, Securities\",{system.Book.Acme.Address},b-{reference},Beta,{system.Book.Beta.Address}";

    static async Task ChooseAsync(IPage page, params string[] lines)
    {
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "trades.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n") });
    }

    async Task<int> CountAsync(string reference) => (int)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements?external_reference={reference}"))["total"]!;

    [BrowserFact]
    public async Task A_file_is_previewed_with_all_faults_created_once_and_creates_nothing_again()
    {
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settlements/upload");
        await ChooseAsync(page.Page, "external_reference,asset", "x,y,z");
        await Assertions.Expect(page.Page.GetByText("lacks the columns asset_quantity, payment, payment_quantity")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.GetByText("Row 1 has 3 fields")).ToBeVisibleAsync();

        string[] wrong = [Columns, Row("UP-1"), Row("UP-2", quantity: "0", asset: "NOPE"), Row("UP-3", quantity: "1e3")];
        await ChooseAsync(page.Page, wrong);
        ILocator rows = page.Page.Locator("tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(3);
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "2 of 3 rows have faults" })).ToBeVisibleAsync();
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("asset_quantity:");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("asset:");
        await Assertions.Expect(rows.Nth(2)).ToContainTextAsync("asset_quantity:");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Create 3" })).ToBeDisabledAsync();
        Assert.Equal(0, await CountAsync("UP-1"));

        string[] right = [Columns, Row("UP-1"), Row("UP-2"), Row("UP-3")];
        await ChooseAsync(page.Page, right);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create 3" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "3 settlements stand" })).ToBeVisibleAsync();
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "uploaded-light.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
        await page.AssertGoodAsync("upload");

        await page.GoAsync("/app/sandbox/settlements/upload");
        await ChooseAsync(page.Page, right);
        await Assertions.Expect(page.Page.GetByText("Created before; nothing is made")).ToHaveCountAsync(3);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Create 3" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "Created before" })).ToHaveCountAsync(3);
        foreach (string reference in (string[])["UP-1", "UP-2", "UP-3"]) Assert.Equal(1, await CountAsync(reference));
        // The list's own CSV is such a file.
        IAPIResponse csv = await page.Page.APIRequest.GetAsync(system.Url + "/app/sandbox/settlements.csv?q=UP-2");
        string[] lines = (await csv.TextAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"Acme, Securities\"", lines[1], StringComparison.Ordinal);
        page.AssertClean();
    }

    [BrowserFact]
    public async Task A_selection_is_previewed_and_each_that_can_be_is_held_or_cancelled()
    {
        string held = await system.CreateAsync("BULK-1", cross: true), other = await system.CreateAsync("BULK-2", cross: true);
        await system.CallAsync("platform-a", HttpMethod.Post, $"/v1/settlements/{other}/hold", new JsonObject { ["reason"] = "before" });
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settlements");
        foreach (string reference in (string[])["BULK-1", "BULK-2"]) await page.Page.GetByLabel("Select " + reference).CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Hold…" }).ClickAsync();
        ILocator dialog = page.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToContainTextAsync("1 of 2 can be done");
        await Assertions.Expect(dialog).ToContainTextAsync("You hold it already.");
        await dialog.Locator("textarea").FillAsync("Client asked to wait");
        await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "bulk-light.png"), Caret = ScreenshotCaret.Initial });
        await page.AssertGoodAsync("bulk");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Hold 1" }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("1 of 2 done.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        Assert.True((bool)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{held}"))["hold"]!["own"]!);

        foreach (string reference in (string[])["BULK-1", "BULK-2"]) await page.Page.GetByLabel("Select " + reference).CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        await dialog.Locator("textarea").FillAsync("Booked twice");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel 2" }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("2 of 2 done.");
        foreach (string id in (string[])[held, other])
            await Keystone.Testing.Eventually.TrueAsync(async () => (string)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}"))["state"]! == "ROLLED_BACK", TimeSpan.FromMinutes(1), "A cancelled settlement does not end.");
        page.AssertClean();
    }

    [BrowserFact]
    public async Task A_selection_is_confirmed_with_the_wallets_that_the_other_platform_expects()
    {
        string first = await system.CreateAsync("BULK-C1", cross: true), second = await system.CreateAsync("BULK-C2", cross: true), done = await system.CreateAsync("BULK-C3", cross: true);
        foreach (string id in (string[])[first, second, done]) await ReachesAsync("platform-b", id, settlement => (string)settlement["state"]! == "AWAITING_CONFIRMATION");
        await system.CallAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{done}/reject", new JsonObject { ["reason"] = "Not ours" });
        await using WatchedPage page = await system.OpenAsync("platform-b", "/app/sandbox/settlements");
        // The other platform's reference is not shown to this one: the end of the id stands for it.
        foreach (string id in (string[])[first, second, done]) await page.Page.GetByLabel("Select …" + id[^8..]).CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm…" }).ClickAsync();
        ILocator dialog = page.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToContainTextAsync("2 of 3 can be done");
        await Assertions.Expect(dialog.GetByText($"Confirms the buyer with {system.Book.Beta.Address}")).ToHaveCountAsync(2);
        await Assertions.Expect(dialog).ToContainTextAsync("Nothing of yours waits for a confirmation.");
        await page.AssertGoodAsync("bulk confirm");
        await dialog.Locator("textarea").FillAsync("Matched with the trade file");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Confirm 2" }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("2 of 3 done.");
        foreach (string id in (string[])[first, second])
        {
            JsonObject confirmed = await system.CallAsync("platform-b", HttpMethod.Get, $"/v1/settlements/{id}");
            JsonNode buyer = confirmed["parties"]!.AsArray().Single(party => (string)party!["role"]! == "buyer")!;
            Assert.Equal(("confirmed", system.Book.Beta.Address.ToString()), ((string)buyer["status"]!, (string)buyer["wallet_address"]!));
            await ReachesAsync("platform-a", id, settlement => (string)settlement["state"]! == "AWAITING_DEPOSITS");
        }
        page.AssertClean();
    }

    [BrowserFact]
    public async Task A_selection_of_stopped_parties_is_approved_and_what_waits_for_nobody_is_left()
    {
        string flagged = Ethereum.Address.Parse(Keystone.Dev.DevAccounts.FlaggedWallet).ToString();
        string first = await system.CreateAsync("BULK-A1", cross: false, wallet: flagged), second = await system.CreateAsync("BULK-A2", cross: false, wallet: flagged), other = await system.CreateAsync("BULK-A3", cross: true);
        foreach (string id in (string[])[first, second]) await ReachesAsync("platform-a", id, settlement => (bool?)settlement["compliance"]?["decidable"] == true);
        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settlements");
        foreach (string reference in (string[])["BULK-A1", "BULK-A2", "BULK-A3"]) await page.Page.GetByLabel("Select " + reference).CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Approve…" }).ClickAsync();
        ILocator dialog = page.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog).ToContainTextAsync("2 of 3 can be done");
        await Assertions.Expect(dialog.GetByText("Approves the buyer")).ToHaveCountAsync(2);
        await Assertions.Expect(dialog).ToContainTextAsync("Nothing of yours waits for a decision.");
        await page.AssertGoodAsync("bulk approve");
        await dialog.Locator("textarea").FillAsync("Same name, another person; checked the register.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Approve 2" }).ClickAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("2 of 3 done.");
        foreach (string id in (string[])[first, second]) await ReachesAsync("platform-a", id, settlement => (string)settlement["state"]! is not "COMPLIANCE_CHECKING" and not "ROLLED_BACK");
        JsonArray decided = (JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, "/v1/activity?type=settlement.decided"))["items"]!;
        Assert.Equal([true, true, false], new[] { first, second, other }.Select(id => decided.Any(entry => (string?)entry!["resource_id"] == id)));
        page.AssertClean();
    }

    Task ReachesAsync(string platform, string id, Func<JsonObject, bool> isThere) => Keystone.Testing.Eventually.TrueAsync(
        async () => isThere(await system.CallAsync(platform, HttpMethod.Get, $"/v1/settlements/{id}")), TimeSpan.FromMinutes(1), "A settlement does not get there.");

    [BrowserFact]
    public async Task A_desk_assigns_and_notes_and_no_other_platform_reads_it()
    {
        string id = await system.CreateAsync("DESK-NOTE", cross: true);
        await using WatchedPage page = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Assign or note" }).ClickAsync();
        await page.Page.Locator("dialog[open] select").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.Page.Locator("dialog[open] textarea").FillAsync("MARKER-NOTE waits for the custodian");
        await page.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Page.Locator("section[aria-labelledby=desk-title]")).ToContainTextAsync("MARKER-NOTE");
        await Assertions.Expect(page.Page.Locator("section[aria-labelledby=desk-title]")).Not.ToContainTextAsync("nobody");
        JsonObject activity = await system.CallAsync("platform-a", HttpMethod.Get, "/v1/activity?type=settlement.annotated");
        Assert.Contains(activity["items"]!.AsArray(), entry => (string?)entry!["resource_id"] == id);
        Assert.DoesNotContain("MARKER-NOTE", activity.ToJsonString(), StringComparison.Ordinal);

        await using WatchedPage b = await system.OpenAsync("platform-b", $"/app/sandbox/settlements/{id}");
        await Assertions.Expect(b.Page.Locator("section[aria-labelledby=desk-title]")).ToContainTextAsync("nobody");
        Assert.DoesNotContain("MARKER-NOTE", string.Concat(b.Frames) + await b.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER-NOTE", (await system.CallAsync("platform-b", HttpMethod.Get, $"/v1/settlements/{id}/events")).ToJsonString(), StringComparison.Ordinal);
        page.AssertClean();
    }
}
