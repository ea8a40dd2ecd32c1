using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Npgsql;

namespace Keystone.Browser;

/// <summary>Four eyes: a second person is asked on the page, finds it at home for a day, and decides.</summary>
[Collection(DashboardCollection.Name)]
public sealed class SecondPersonTests(DashboardFixture system)
{
    const string Abel = "abel@platform-a.example";

    [BrowserFact]
    public async Task A_second_person_is_asked_for_a_day_finds_it_at_home_and_decides()
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.System.OwnerConnection);
        await FourEyesAsync(database, true);
        try
        {
            string id = await system.CreateAsync("TRD-SECOND", cross: false, wallet: Ethereum.Address.Parse(Keystone.Dev.DevAccounts.FlaggedWallet).ToString());
            await using WatchedPage ada = await system.OpenAsync("platform-a", $"/app/sandbox/settlements/{id}");
            ILocator desk = ada.Page.Locator("section[aria-labelledby=desk-title]"), dialog = ada.Page.Locator("dialog[open]");
            await desk.GetByRole(AriaRole.Button, new() { Name = "Ask a second person" }).ClickAsync();
            // Of the two members the one who is asked is the other, who has the role.
            await Assertions.Expect(dialog.Locator("option")).ToHaveTextAsync((string[])["Abel Roth"]);
            await Assertions.Expect(dialog).ToContainTextAsync("for the next 24 hours");
            await ada.AssertGoodAsync("ask a second person");
            await dialog.Locator("textarea").FillAsync("MARKER-QUESTION is it the same person?");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
            await Assertions.Expect(dialog).ToHaveCountAsync(0);
            await Assertions.Expect(desk).ToContainTextAsync("Abel Roth");
            await Assertions.Expect(desk).ToContainTextAsync("MARKER-QUESTION");
            await Assertions.Expect(desk.GetByText("until")).ToBeVisibleAsync();
            TimeSpan stands = await ScalarAsync<TimeSpan>(database, $"select asked_until - updated_at from settlement.annotation where settlement_id = '{id}'");
            Assert.Equal(TimeSpan.FromHours(24), stands);
            JsonObject activity = await system.CallAsync("platform-a", HttpMethod.Get, "/v1/activity?type=settlement.second_person_asked");
            Assert.Contains(activity["items"]!.AsArray(), entry => (string?)entry!["resource_id"] == id);
            Assert.DoesNotContain("MARKER-QUESTION", activity.ToJsonString(), StringComparison.Ordinal);

            await using WatchedPage abel = await system.OpenAsync("platform-a", "/app/sandbox", email: Abel);
            ILocator assigned = abel.Page.Locator("section[aria-labelledby=assigned]");
            await Assertions.Expect(assigned).ToContainTextAsync("TRD-SECOND");
            await abel.AssertGoodAsync("home with what is assigned");
            await ada.GoAsync("/app/sandbox");
            await Assertions.Expect(ada.Page.Locator("section[aria-labelledby=assigned]").GetByText("TRD-SECOND")).ToHaveCountAsync(0);

            // Another note does not end the question.
            await ada.GoAsync($"/app/sandbox/settlements/{id}");
            await desk.GetByRole(AriaRole.Button, new() { Name = "Assign or note" }).ClickAsync();
            await dialog.Locator("textarea").FillAsync("See the register of companies");
            await dialog.Locator("button[type=submit]").ClickAsync();
            await Assertions.Expect(desk).ToContainTextAsync("See the register of companies");
            await Assertions.Expect(desk).ToContainTextAsync("Asked to decide");
            Assert.Equal(1L, await ScalarAsync<long>(database, $"select count(*) from settlement.annotation where settlement_id = '{id}' and asked_until > now()"));

            // A day later nobody waits for it any more, and whoever asked reads it.
            await ScalarAsync<long>(database, $"with late as (update settlement.annotation set asked_until = asked_until - interval '25 hours' where settlement_id = '{id}' returning 1) select count(*) from late");
            await abel.GoAsync("/app/sandbox");
            await Assertions.Expect(assigned.GetByText("TRD-SECOND")).ToHaveCountAsync(0);
            await ada.GoAsync($"/app/sandbox/settlements/{id}");
            await Assertions.Expect(desk).ToContainTextAsync("not answered by");
            await ada.AssertGoodAsync("question that was not answered");

            // Asked again, the second person finds it again, and decides.
            await desk.GetByRole(AriaRole.Button, new() { Name = "Ask a second person" }).ClickAsync();
            await dialog.Locator("textarea").FillAsync("Once more, please");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
            await Assertions.Expect(dialog).ToHaveCountAsync(0);
            await abel.GoAsync("/app/sandbox");
            await assigned.GetByRole(AriaRole.Link, new() { Name = "TRD-SECOND" }).ClickAsync();
            await abel.Page.GetByRole(AriaRole.Button, new() { Name = "Approve party" }).ClickAsync();
            await abel.Page.Locator("dialog[open] textarea").FillAsync("Another person; checked the register.");
            await abel.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
            await Assertions.Expect(abel.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
            await Keystone.Testing.Eventually.TrueAsync(async () => (string)(await system.CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{id}"))["state"]! is not "COMPLIANCE_CHECKING",
                TimeSpan.FromMinutes(1), "The settlement does not go on.");
            ada.AssertClean();
            abel.AssertClean();
        }
        finally
        {
            await FourEyesAsync(database, false);
        }
    }

    static Task FourEyesAsync(NpgsqlDataSource database, bool isOn) => ScalarAsync<long>(database, $"""
        with changed as (update identity.environment e set four_eyes = {(isOn ? "true" : "false")} from identity.platform p where p.id = e.platform_id and p.slug = 'platform-a' and e.slug = 'sandbox' returning 1)
        select count(*) from changed
        """);

    static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
