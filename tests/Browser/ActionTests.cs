using System.Text.Json.Nodes;
using Keystone.Domain.Templates;
using Keystone.Testing;
using Microsoft.Playwright;
using Npgsql;

namespace Keystone.Browser;

/// <summary>Steps that a platform does in systems of its own: the page says whose turn it is, and a member reports there what became of it.</summary>
[Collection(DashboardCollection.Name)]
public sealed class ActionTests(DashboardFixture system)
{
    const string State = "LOCKING_ASSETS";

    async Task<string> AskedAsync(string reference)
    {
        string id = await system.CreateAsync(reference, cross: true, hours: 2, template: ExternalTemplate.Slug);
        await system.CallAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{id}/confirm", new JsonObject
        {
            ["role"] = "buyer",
            ["external_reference"] = reference + "-b",
            ["wallet_address"] = system.Book.Beta.Address.ToString(),
            ["chain_id"] = system.System.ChainId,
        });
        await Eventually.TrueAsync(async () => (await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}/explain"))["waiting_for"]!.AsArray().Any(wait => (string)wait!["action"]! == "act"),
            TimeSpan.FromMinutes(1), "The step is not asked for.");
        return id;
    }

    // The credential of the platform may not change templates.
    async Task EnsureTemplateAsync()
    {
        JsonArray known = (JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, "/v1/settlement-templates"))["items"]!;
        if (known.Any(template => (string)template!["slug"]! == ExternalTemplate.Slug)) return;
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.System.OwnerConnection);
        Guid environment = (Guid)(await database.CreateCommand("select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'platform-a' and e.slug = 'sandbox'").ExecuteScalarAsync())!;
        await new SettlementBook(database).AddTemplateAsync(environment, ExternalTemplate.Of(BuiltInTemplates.CrossPlatform, State));
    }

    [BrowserFact]
    public async Task A_member_reports_a_step_of_the_own_systems_and_the_settlement_goes_on()
    {
        await EnsureTemplateAsync();
        string id = await AskedAsync("TRD-STEP");
        await using WatchedPage a = await system.OpenAsync("platform-a", "/app/sandbox");
        await Assertions.Expect(a.Page.Locator(".attention li", new() { HasText = "TRD-STEP" })).ToContainTextAsync("Report the result of");
        await a.Page.Locator(".attention").GetByRole(AriaRole.Link, new() { Name = "TRD-STEP" }).ClickAsync();
        ILocator act = a.Page.Locator(".act");
        await Assertions.Expect(act).ToContainTextAsync("You must do the step “Locking assets” in systems of your own and report the result by");
        await Assertions.Expect(act).ToContainTextAsync("Report it here, or by the API");
        await a.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "settlement-step-light.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
        await a.AssertGoodAsync("settlement that waits for a step");

        // The other side reads whose turn it is, and has nothing to press.
        await using WatchedPage b = await system.OpenAsync("platform-b", $"/app/sandbox/settlements/{id}");
        await Assertions.Expect(b.Page.Locator(".act")).ToContainTextAsync("platform-a must do the step “Locking assets” in systems of its own and report the result");
        await Assertions.Expect(b.Page.Locator(".act")).ToContainTextAsync("Nothing to do for you.");
        await Assertions.Expect(b.Page.GetByRole(AriaRole.Button, new() { Name = "Report completed" })).ToHaveCountAsync(0);

        await a.Page.GetByRole(AriaRole.Button, new() { Name = "Report completed" }).ClickAsync();
        ILocator dialog = a.Page.Locator("dialog[open]");
        await dialog.GetByLabel("Reference").FillAsync("MARKER-VAULT-7781");
        await a.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, "dialog-step-light.png"), Caret = ScreenshotCaret.Initial });
        await a.AssertGoodAsync("report of a step");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Report completed" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        foreach (WatchedPage page in (WatchedPage[])[a, b])
            await Assertions.Expect(page.Page.Locator("[data-state=AWAITING_DEPOSITS]").First).ToBeVisibleAsync();
        await Assertions.Expect(a.Page.GetByRole(AriaRole.Button, new() { Name = "Report completed" })).ToHaveCountAsync(0);
        await Assertions.Expect(a.Page.Locator(".timeline")).ToContainTextAsync("Locking assets: completed");
        Assert.Contains((JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, "/v1/activity?type=action.reported"))["items"]!, entry => (string?)entry!["resource_id"] == id);
        // What the platform does in its own systems is its own business.
        Assert.DoesNotContain("MARKER-VAULT-7781", string.Concat(b.Frames) + await b.Page.ContentAsync(), StringComparison.Ordinal);
        a.AssertClean();
        b.AssertClean();
    }

    [BrowserFact]
    public async Task A_step_that_failed_ends_the_settlement_and_who_may_not_instruct_reads_who_can()
    {
        await EnsureTemplateAsync();
        string id = await AskedAsync("TRD-STEP-FAILED");
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.System.OwnerConnection);
        Guid abel = system.System.Members.First(member => member.Email == "abel@platform-a.example").Member;
        string[] before = (string[])(await database.CreateCommand($"select roles from identity.member where id = '{abel}'").ExecuteScalarAsync())!;
        await database.CreateCommand($"update identity.member set roles = '{{compliance}}' where id = '{abel}'").ExecuteNonQueryAsync();
        try
        {
            await using WatchedPage reader = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}", email: "abel@platform-a.example");
            await Assertions.Expect(reader.Page.Locator(".act")).ToContainTextAsync("A member with the role instruct or approve reports it here");
            await Assertions.Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "Report failed" })).ToHaveCountAsync(0);
            reader.AssertClean();
        }
        finally
        {
            await database.CreateCommand($"update identity.member set roles = '{{{string.Join(',', before)}}}' where id = '{abel}'").ExecuteNonQueryAsync();
        }
        await using WatchedPage a = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
        await a.Page.GetByRole(AriaRole.Button, new() { Name = "Report failed" }).ClickAsync();
        await Assertions.Expect(a.Page.Locator("dialog[open]")).ToContainTextAsync("The settlement ends.");
        await a.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Report failed" }).ClickAsync();
        await Assertions.Expect(a.Page.Locator("[data-state=ROLLED_BACK]").First).ToBeVisibleAsync();
        await Assertions.Expect(a.Page.Locator(".act")).ToContainTextAsync("a step outside failed");
        a.AssertClean();
    }
}
