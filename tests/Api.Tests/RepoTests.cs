using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Settlements.Repo;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Tests;

/// <summary>Repos: an opening says how it is closed, and the keeper makes the closing at maturity, once.</summary>
[Collection(ApiCollection.Name)]
public sealed class RepoTests(ApiFixture api) : IAsyncLifetime
{
    /// <summary>A repo of two platforms.</summary>
    internal static JsonObject Opening(ApiFixture api)
    {
        JsonObject body = api.Cross();
        (body["settlement_category"], body["maturity_at"], body["repayment_amount"], body["repo_rate"]) =
            ("repo_open", api.Clock.GetUtcNow().AddDays(7).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), "50125.5", "4.25");
        return body;
    }

    public Task InitializeAsync() => api.RunAsync("update settlement.settlement set outcome = 'failed', closed_at = now() where maturity_at is not null and outcome is null");

    public Task DisposeAsync() => Task.CompletedTask;

    Task FinalizeAsync(JsonObject settlement) => api.RunAsync(
        "update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'finalized', state = 'FINALIZED' where id = $1", Guid.Parse((string)settlement["id"]!));

    async Task<JsonObject> ConfirmedAsync()
    {
        JsonObject said = Opening(api);
        (said["parties"]![0]!["date_of_birth"], said["parties"]![0]!["country"]) = ("1961-04-30", "LI");
        JsonObject made = await api.CreateAsync("platform-a", said);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", api.Confirmation().ToJsonString())).Status);
        return made;
    }

    async Task<ClosedRepo[]> CloseAsync(JsonObject opening)
    {
        await using ServiceProvider keeper = await InstructionTests.KeeperAsync(api);
        return [.. (await keeper.GetRequiredService<CloseRepos>().ExecuteAsync(CancellationToken.None)).Where(one => one.Opening.ToString() == (string)opening["id"]!)];
    }

    async Task AtMaturityAsync(Func<Task> then)
    {
        api.Clock.Shift += TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1);
        try
        {
            await then();
        }
        finally
        {
            api.Clock.Shift -= TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1);
        }
    }

    [Fact]
    public async Task A_final_opening_is_closed_once_with_its_legs_reversed_and_both_sides_confirmed()
    {
        JsonObject opening = await ConfirmedAsync();
        await FinalizeAsync(opening);
        Assert.Empty(await CloseAsync(opening));
        ClosedRepo[] closed = [];
        // Several keepers, and again: one closing.
        await AtMaturityAsync(async () => closed = [.. (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CloseAsync(opening)))).SelectMany(one => one), .. await CloseAsync(opening)]);
        ClosedRepo only = Assert.Single(closed);
        Assert.Equal(RepoOutcome.Closed, only.Outcome);
        foreach (string reader in (string[])["platform-a", "platform-b"])
        {
            JsonObject open = await api.GetAsync(reader, $"/v1/settlements/{opening["id"]}"), close = await api.GetAsync(reader, $"/v1/settlements/{only.Closing}");
            Assert.Equal(("repo_close", (string)opening["id"]!, "INSTRUCTED"), ((string)close["settlement_category"]!, (string)close["parent_settlement_id"]!, (string)close["state"]!));
            Assert.Equal((only.Closing.ToString(), "4.25", "50125.5"), ((string)open["repo"]!["close_id"]!, (string)open["repo"]!["rate"]!, (string)open["repo"]!["repayment_amount"]!));
            Assert.Equal(((string)open["template_id"]!, (int)open["template_version"]!), ((string)close["template_id"]!, (int)close["template_version"]!));
            Assert.All(close["parties"]!.AsArray(), party => Assert.Equal("confirmed", (string)party!["status"]!));
            Assert.Equal(open["parties"]!.AsArray().Select(p => $"{p!["role"]} {p["wallet_address"]} {p["receive_address"]} {p["refund_address"]} {p["external_reference"]} {p["date_of_birth"]} {p["country"]}"),
                close["parties"]!.AsArray().Select(p => $"{p!["role"]} {p["wallet_address"]} {p["receive_address"]} {p["refund_address"]} {p["external_reference"]} {p["date_of_birth"]} {p["country"]}"));
            for (int i = 0; i < 2; i++)
            {
                JsonNode there = open["legs"]![i]!, back = close["legs"]![i]!;
                Assert.Equal(((string)there["party_role"]!, (string)there["recipient_role"]!), ((string)back["recipient_role"]!, (string)back["party_role"]!));
                Assert.Equal(((string)there["token"]!["address"]!, (string)there["depositor"]!), ((string)back["token"]!["address"]!, (string)back["recipient"]!));
            }
            Assert.Equal(((string)open["legs"]![0]!["amount"]!, "50125500000"), ((string)close["legs"]![0]!["amount"]!, (string)close["legs"]![1]!["amount"]!));
            // The environment's own time, from maturity.
            Assert.Equal(DateTimeOffset.Parse((string)open["maturity_at"]!, CultureInfo.InvariantCulture) + TimeSpan.FromSeconds(86_400),
                DateTimeOffset.Parse((string)close["timeout_at"]!, CultureInfo.InvariantCulture), TimeSpan.FromMinutes(2));
            Assert.Equal("timer", (string)(await api.GetAsync(reader, $"/v1/settlements/{only.Closing}/events"))["items"]![0]!["triggered_by"]!);
            Assert.Equal(1L, await MessagesAsync(reader, only.Closing!.Value));
        }
    }

    [Fact]
    public async Task An_opening_that_is_not_final_is_said_so_once_a_day_and_closed_when_it_is()
    {
        JsonObject opening = await ConfirmedAsync();
        await AtMaturityAsync(async () =>
        {
            Assert.Equal(RepoOutcome.NotFinal, Assert.Single(await CloseAsync(opening)).Outcome);
            Assert.Empty(await CloseAsync(opening));
            api.Clock.Shift += TimeSpan.FromDays(1);
            Assert.Equal(RepoOutcome.NotFinal, Assert.Single(await CloseAsync(opening)).Outcome);
            await FinalizeAsync(opening);
            Assert.Equal(RepoOutcome.Closed, Assert.Single(await CloseAsync(opening)).Outcome);
            api.Clock.Shift -= TimeSpan.FromDays(1);
        });
    }

    [Fact]
    public async Task An_opening_that_failed_is_never_closed()
    {
        JsonObject opening = await ConfirmedAsync();
        await api.RunAsync("update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'failed', state = 'ROLLED_BACK' where id = $1", Guid.Parse((string)opening["id"]!));
        await AtMaturityAsync(async () => Assert.Empty(await CloseAsync(opening)));
        Assert.Equal((409, "not_a_repo_opening"), await TriggerAsync(opening));
    }

    [Fact]
    public async Task The_operator_has_it_closed_early()
    {
        JsonObject opening = await ConfirmedAsync(), plain = await api.CreateAsync("platform-a", api.Single());
        await FinalizeAsync(opening);
        Assert.Equal((409, "not_a_repo_opening"), await TriggerAsync(plain));
        Assert.Equal((200, "trigger_maturity"), await TriggerAsync(opening));
        ClosedRepo closed = Assert.Single(await CloseAsync(opening));
        Assert.Equal(RepoOutcome.Closed, closed.Outcome);
        Assert.Equal((200, "none"), await TriggerAsync(opening));
        Assert.Empty(await CloseAsync(opening));
    }

    [Fact]
    public async Task A_key_of_a_settlement_keeps_no_repo_open()
    {
        JsonObject opening = await ConfirmedAsync();
        await FinalizeAsync(opening);
        // The initiator, which owes the repayment or has the bonds to give back, knows the key of the closing.
        await api.CreateAsync("platform-a", api.Single($"repo-close:{opening["id"]}"));
        await AtMaturityAsync(async () => Assert.Equal(RepoOutcome.Closed, Assert.Single(await CloseAsync(opening)).Outcome));
    }

    [Fact]
    public async Task An_opening_that_cannot_be_closed_keeps_no_other_one_open()
    {
        JsonObject broken = await ConfirmedAsync(), opening = await ConfirmedAsync();
        foreach (JsonObject one in (JsonObject[])[broken, opening]) await FinalizeAsync(one);
        // Its template is of a later build, say.
        await api.RunAsync("update settlement.settlement set template_version = 999, maturity_at = maturity_at - interval '1 hour' where id = $1", Guid.Parse((string)broken["id"]!));
        await AtMaturityAsync(async () =>
        {
            Assert.Equal(RepoOutcome.Closed, Assert.Single(await CloseAsync(opening)).Outcome);
            ClosedRepo faulted = Assert.Single(await CloseAsync(broken));
            Assert.Equal(RepoOutcome.Faulted, faulted.Outcome);
            Assert.NotNull(faulted.Fault);
            await api.RunAsync("update settlement.settlement set template_version = 1 where id = $1", Guid.Parse((string)broken["id"]!));
            Assert.Equal(RepoOutcome.Closed, Assert.Single(await CloseAsync(broken)).Outcome);
        });
    }

    [Fact]
    public async Task A_maturity_that_passed_while_nothing_ran_leaves_the_closing_its_whole_time()
    {
        JsonObject opening = await ConfirmedAsync();
        await FinalizeAsync(opening);
        ClosedRepo? late = null;
        DateTimeOffset then = default;
        await AtMaturityAsync(async () =>
        {
            api.Clock.Shift += TimeSpan.FromDays(30);
            then = api.Clock.GetUtcNow();
            try
            {
                late = Assert.Single(await CloseAsync(opening));
            }
            finally
            {
                api.Clock.Shift -= TimeSpan.FromDays(30);
            }
        });
        JsonObject close = await api.GetAsync("platform-a", $"/v1/settlements/{late!.Closing}");
        Assert.Equal(then + TimeSpan.FromSeconds(86_400), DateTimeOffset.Parse((string)close["timeout_at"]!, CultureInfo.InvariantCulture), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task The_closing_for_a_suspended_platform_is_made_and_held()
    {
        JsonObject opening = await ConfirmedAsync();
        await FinalizeAsync(opening);
        Assert.Equal(200, (await TriggerAsync(opening)).Status);
        await api.RunAsync("update identity.platform set status = 'suspended' where slug = 'platform-b'");
        try
        {
            ClosedRepo closed = Assert.Single(await CloseAsync(opening));
            Assert.Equal(RepoOutcome.Held, closed.Outcome);
            Assert.True((bool)(await api.GetAsync("platform-a", $"/v1/settlements/{closed.Closing}"))["hold"]!["other"]!);
            await api.RunAsync("update settlement.settlement set outcome = 'failed', closed_at = now(), state = 'ROLLED_BACK', is_terminal = true where id = $1", closed.Closing!.Value);
            Assert.Equal(RepoOutcome.CloseFailed, Assert.Single(await CloseAsync(opening)).Outcome);
            Assert.Empty(await CloseAsync(opening));
        }
        finally
        {
            await api.RunAsync("update identity.platform set status = 'active' where slug = 'platform-b'");
        }
    }

    [Theory]
    [InlineData("maturity_at", null, "/maturity_at missing")]
    [InlineData("repayment_amount", null, "/repayment_amount missing")]
    [InlineData("repayment_amount", "0", "/repayment_amount invalid_quantity")]
    [InlineData("repayment_amount", "1.1234567", "/repayment_amount quantity_too_precise")]
    [InlineData("repo_rate", "4,25", "/repo_rate invalid_rate")]
    [InlineData("maturity_at", "2026-11-30T00:00:00Z", "/maturity_at maturity_too_early")]
    [InlineData("maturity_at", "2999-01-01T00:00:00Z", "/maturity_at maturity_too_late")]
    [InlineData("settlement_category", "repo_close", "/settlement_category category_reserved")]
    [InlineData("settlement_category", null, "/maturity_at only_for_repo_open")]
    public async Task A_wrong_opening_is_422(string member, string? value, string expected)
    {
        JsonObject body = Opening(api);
        body[member] = value;
        var (status, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal(422, status);
        Assert.Contains(expected, problem["errors"]!.AsArray().Select(fault => $"{fault!["pointer"]} {fault["code"]}"));
    }

    async Task<(int Status, string Word)> TriggerAsync(JsonObject settlement)
    {
        var (status, body, _) = await api.SendAsync("operator", HttpMethod.Post, $"/v1/admin/settlements/{settlement["id"]}/trigger-maturity");
        return (status, (string)(body["action"] ?? body["code"])!);
    }

    async Task<long> MessagesAsync(string client, Guid settlement) => (long)(await api.Database.CreateCommand(
        $"select count(*) from webhooks.message where environment_id = '{await api.EnvironmentAsync(client)}' and settlement_id = '{settlement}' and type = 'settlement.state.instructed'").ExecuteScalarAsync())!;
}
