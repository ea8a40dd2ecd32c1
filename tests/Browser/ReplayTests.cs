using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>Webhooks on their page: a receiver that failed, what was given up or delivered there, and its replay, one by one and by time.</summary>
[Collection(DashboardCollection.Name)]
public sealed class ReplayTests(DashboardFixture system)
{
    [BrowserFact]
    public async Task Events_are_sent_again_one_by_one_and_since_a_time()
    {
        ConcurrentQueue<string> received = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication receiver = builder.Build();
        receiver.Urls.Add($"http://{IPAddress.Loopback}:0");
        receiver.MapPost("/hooks", async (HttpContext context) =>
        {
            JsonNode message = (await JsonNode.ParseAsync(context.Request.Body))!;
            received.Enqueue($"{message["id"]} {message["event"]}");
        });
        await receiver.StartAsync();
        string url = receiver.Urls.First() + "/hooks";

        await using WatchedPage page = await system.OpenAsync("platform-a", "/app/sandbox/settings/webhooks");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add an endpoint" }).ClickAsync();
        await page.Page.GetByLabel("URL", new() { Exact = true }).FillAsync(url);
        await page.Page.GetByLabel("Events").FillAsync("settlement.state.instructed");
        await page.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
        await page.Page.GetByLabel("I have stored it").CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        try
        {
            string id = await system.CreateAsync("TRD-REPLAY", cross: false);
            await Eventually.TrueAsync(() => Task.FromResult(received.Count == 1), TimeSpan.FromMinutes(1), "The webhook does not arrive.");
            Assert.True(received.TryPeek(out string? first));
            Assert.EndsWith(" settlement.state.instructed", first, StringComparison.Ordinal);

            // The row of this delivery at this receiver, newest first.
            await page.GoAsync("/app/sandbox/settings/webhooks?status=delivered");
            ILocator row = page.Page.Locator("section[aria-labelledby=deliveries] tbody tr", new() { HasText = url }).First;
            await Assertions.Expect(row.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", $"/app/sandbox/settlements/{id}");
            await Assertions.Expect(row).ToContainTextAsync("200 after");
            await row.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(page.Page.Locator(".toast")).ToContainTextAsync("The event is sent again.");
            await Eventually.TrueAsync(() => Task.FromResult(received.Count == 2), TimeSpan.FromMinutes(1), "The replayed webhook does not arrive.");

            await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Replay since… to {url}" }).ClickAsync();
            await Assertions.Expect(page.Page.Locator("dialog[open]")).ToContainTextAsync("counts neither for nor against the endpoint");
            await page.AssertGoodAsync("replay since");
            await page.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
            await Assertions.Expect(page.Page.Locator(".toast")).ToContainTextAsync("sent again.");
            // The same event under its own id, so that a receiver that knows it does nothing twice.
            await Eventually.TrueAsync(() => Task.FromResult(received.Count(one => one == first) >= 3), TimeSpan.FromMinutes(1), "Events since a time do not arrive again.");
            JsonArray activity = (JsonArray)(await system.CallAsync("platform-a", HttpMethod.Get, "/v1/activity?type=webhook.replayed"))["items"]!;
            Assert.True(activity.Count >= 2, activity.ToJsonString());
        }
        finally
        {
            await page.GoAsync("/app/sandbox/settings/webhooks");
            await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Remove {url}" }).ClickAsync();
            await page.Page.Locator("dialog[open] button[type=submit]").ClickAsync();
            await Assertions.Expect(page.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        }
        page.AssertClean();
    }
}
