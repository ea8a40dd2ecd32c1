using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>
/// What each side reads of the other, at every state and by every way: the object, the list, the events, why it waits, CSV, and the messages that wait for its
/// receivers. Each side's private words are searched in everything that the other is given.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class VisibilityTests(ApiFixture api) : IAsyncLifetime
{
    const string ReferenceOfA = "secret-trade-of-a", AccountOfA = "secret-account-of-a", NameOfA = "Secret Name of A", ProviderOfA = "secret-provider-of-a", LegOfA = "secret-leg-of-a", KeyOfA = "secret-key-of-a-";

    const string AccountOfB = "secret-account-of-b", NameOfB = "Secret Name of B", ProviderOfB = "secret-provider-of-b";

    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    public Task DisposeAsync() => SettlementScene.ClearAsync(api);

    JsonObject Instruction()
    {
        JsonObject body = api.Cross(KeyOfA + Guid.NewGuid());
        body["external_reference"] = ReferenceOfA;
        (body["parties"]![0]!["external_reference"], body["parties"]![0]!["name"], body["parties"]![0]!["asset_provider"]) = (AccountOfA, NameOfA, ProviderOfA);
        body["legs"]![0]!["external_reference"] = LegOfA;
        return body;
    }

    /// <summary>Everything that a platform is given of a settlement.</summary>
    async Task<string> ReadAsync(string platform, SettlementScene scene)
    {
        StringBuilder all = new();
        foreach (string part in (string[])["", "/events?limit=200", "/explain"]) all.AppendLine((await api.GetAsync(platform, scene.Path + part)).ToJsonString());
        JsonArray items = (await api.GetAsync(platform, "/v1/settlements?limit=5"))["items"]!.AsArray();
        all.AppendLine(items.First(one => (string?)one!["id"] == scene.Id.ToString())!.ToJsonString());
        foreach (string table in (string[])["settlements", "legs", "transactions", "costs"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"{api.Url}/v1/settlements?table={table}");
            request.Headers.Authorization = new("Bearer", await api.TokenAsync(platform));
            request.Headers.TryAddWithoutValidation("Accept", "text/csv");
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            Assert.Equal(200, (int)response.StatusCode);
            foreach (string line in (await response.Content.ReadAsStringAsync()).Split("\r\n").Where(line => line.StartsWith(scene.Id.ToString(), StringComparison.Ordinal))) all.AppendLine(line);
        }
        await using NpgsqlCommand messages = api.Database.CreateCommand("select payload from webhooks.message where settlement_id = $1 and environment_id = $2 order by sequence, created_at");
        messages.Parameters.AddWithValue(scene.Id);
        messages.Parameters.AddWithValue(await api.EnvironmentAsync(platform));
        await using NpgsqlDataReader rows = await messages.ExecuteReaderAsync();
        while (await rows.ReadAsync()) all.AppendLine(rows.GetString(0));
        return all.ToString();
    }

    async Task RequireAsync(SettlementScene scene, string where, bool confirmed, bool discloses = false)
    {
        string a = await ReadAsync("platform-a", scene), b = await ReadAsync("platform-b", scene);
        string environmentOfA = (await api.EnvironmentAsync("platform-a")).ToString(), environmentOfB = (await api.EnvironmentAsync("platform-b")).ToString();
        foreach (string never in (string[])[ReferenceOfA, AccountOfA, ProviderOfA, LegOfA, KeyOfA, environmentOfA])
            Assert.False(b.Contains(never, StringComparison.OrdinalIgnoreCase), $"{where}: B reads {never}");
        foreach (string never in (string[])[AccountOfB, ProviderOfB, environmentOfB])
            Assert.False(a.Contains(never, StringComparison.OrdinalIgnoreCase), $"{where}: A reads {never}");
        foreach ((string secret, string reader, bool visible) in (IEnumerable<(string, string, bool)>)[
            (api.Seller.ToString(), b, confirmed), (NameOfA, b, confirmed || discloses), (NameOfB, a, confirmed)])
            Assert.True(reader.Contains(secret, StringComparison.OrdinalIgnoreCase) == visible, $"{where}: {secret} is {(visible ? "not " : "")}read");
        // Who sent it is known from the start, and so is what is asked for.
        foreach (string known in (string[])["platform-a", "Acme Fund LLC", "\"quantity\":\"100\"", "\"party_role\":\"seller\""])
            Assert.True(b.Contains(known, StringComparison.Ordinal), $"{where}: B does not read {known}");
    }

    [Fact]
    public async Task Neither_side_reads_what_is_the_other_s_in_any_state()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false, Instruction());
        await RequireAsync(scene, "INSTRUCTED", confirmed: false);
        await scene.SetAsync("state = 'AWAITING_CONFIRMATION'");
        await RequireAsync(scene, "AWAITING_CONFIRMATION", confirmed: false);

        JsonObject confirmation = api.Confirmation();
        (confirmation["external_reference"], confirmation["name"], confirmation["asset_provider"]) = (AccountOfB, NameOfB, ProviderOfB);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/confirm", confirmation.ToJsonString())).Status);
        await RequireAsync(scene, "confirmed", confirmed: true);
        await scene.SetAsync("state = 'COMPLIANCE_CHECKING', compliance_status = 'checking', compliance_at = now()");
        await RequireAsync(scene, "COMPLIANCE_CHECKING", confirmed: true);
        await scene.SetAsync("state = 'COMPLIANCE_CLEARED', compliance_status = 'cleared', compliance_at = now()");
        await RequireAsync(scene, "COMPLIANCE_CLEARED", confirmed: true);
        await scene.FreezeAsync();
        await RequireAsync(scene, "REGISTERING_ESCROW", confirmed: true);
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.DepositAsync(0, 20);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        await RequireAsync(scene, "AWAITING_DEPOSITS", confirmed: true);
        foreach (string platform in (string[])["platform-a", "platform-b"])
            Assert.InRange((await api.SendAsync(platform, HttpMethod.Post, scene.Path + "/cancel", """{"reason":"broken"}""")).Status, 200, 202);
        await RequireAsync(scene, "cancelled", confirmed: true);
        await scene.DepositAsync(1, 21);
        await scene.SetAsync("state = 'EXECUTING_SWAP'");
        await RequireAsync(scene, "EXECUTING_SWAP", confirmed: true);
        await scene.EscrowAsync(2, executed: 25);
        await scene.SetAsync("state = 'SETTLED'");
        await RequireAsync(scene, "SETTLED", confirmed: true);
        await scene.SetAsync("state = 'FINALIZED', is_terminal = true, closed_at = now(), outcome = 'finalized'");
        await RequireAsync(scene, "FINALIZED", confirmed: true);
    }

    [Fact]
    public async Task A_settlement_that_ends_unconfirmed_discloses_nothing_more()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false, Instruction());
        await scene.SetAsync("state = 'AWAITING_CONFIRMATION'");
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/reject", """{"reason":"Entity not eligible"}""")).Status);
        await RequireAsync(scene, "rejected", confirmed: false);
        await scene.SetAsync("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'");
        await RequireAsync(scene, "ROLLED_BACK", confirmed: false);
    }

    [Fact]
    public async Task The_name_alone_is_disclosed_before_where_the_environment_says_so()
    {
        await api.RunAsync("update identity.environment set disclose_name_before_confirmation = true where id = $1", await api.EnvironmentAsync("platform-a"));
        try
        {
            SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false, Instruction());
            await RequireAsync(scene, "disclosed", confirmed: false, discloses: true);
        }
        finally
        {
            await api.RunAsync("update identity.environment set disclose_name_before_confirmation = false where id = $1", await api.EnvironmentAsync("platform-a"));
        }
    }

    /// <summary>Several counterparties: each has to confirm, none reads the others' before, and the first rejection ends it.</summary>
    [Fact]
    public async Task Of_several_counterparties_each_confirms_its_own_and_the_first_rejection_ends_it()
    {
        JsonObject body = Instruction();
        body["counterparty_parties"]!.AsArray().Add(new JsonObject { ["platform_slug"] = "platform-c", ["role"] = "guarantor", ["counterparty_reference"] = "Gamma Bank" });
        body["legs"]![0]!["recipient_role"] = "buyer";
        body["legs"]![1]!["recipient_role"] = "seller";
        body["legs"]!.AsArray().Add(new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = "USDC", ["quantity"] = "7", ["direction"] = "deliver", ["party_role"] = "guarantor", ["recipient_role"] = "seller" });
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false, body);
        await scene.SetAsync("state = 'AWAITING_CONFIRMATION'");
        Assert.Equal("""["buyer","guarantor"]""", (await scene.AsOwner())["confirmation"]!["pending_roles"]!.ToJsonString());
        await scene.ConfirmAsync();
        // B has confirmed and reads A; C has not and is read by nobody. A's hint for C is not B's.
        Assert.Equal("""["guarantor"]""", (await scene.AsCounterparty())["confirmation"]!["pending_roles"]!.ToJsonString());
        string b = await ReadAsync("platform-b", scene), c = await ReadAsync("platform-c", scene);
        Assert.DoesNotContain("Gamma Bank", b, StringComparison.Ordinal);
        Assert.DoesNotContain("Acme Fund LLC", c, StringComparison.Ordinal);
        foreach (string secret in (string[])[api.Seller.ToString(), api.Buyer.ToString(), NameOfA, "Beta Capital"])
            Assert.DoesNotContain(secret, c, StringComparison.OrdinalIgnoreCase);
        // While one is waited for, a counterparty that confirmed cannot cancel; the initiator can.
        Assert.Equal(403, (await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/cancel", """{"reason":"x"}""")).Status);
        Assert.Equal(200, (await api.SendAsync("platform-c", HttpMethod.Post, scene.Path + "/reject", """{"reason":"Not ours"}""")).Status);
        JsonObject rejected = await scene.AsOwner();
        Assert.Equal(("rejected", "platform-c", "guarantor"), ((string?)rejected["failure"]!["code"], (string?)rejected["failure"]!["by_platform"], (string?)rejected["failure"]!["role"]));
        // The others' confirmations stay on record.
        Assert.Equal(["confirmed", "confirmed", "rejected"], rejected["parties"]!.AsArray().Select(party => (string?)party!["status"]));
        Assert.Equal(409, (await api.SendAsync("platform-c", HttpMethod.Post, scene.Path + "/confirm", api.Confirmation().ToJsonString())).Status);
    }
}
