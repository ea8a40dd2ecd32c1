using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Bodies that nobody sends by accident: each is refused with every fault named, or read for what it means, and never a 500.</summary>
[Collection(ApiCollection.Name)]
public sealed class BodyTests(ApiFixture api)
{
    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> PostAsync(string body) => api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body);

    [Fact]
    public async Task Every_member_of_a_wrong_type_is_named_at_once()
    {
        string before = await api.CountsAsync();
        var (status, answer, _) = await PostAsync("""
            { "idempotency_key": 1, "template_id": [], "template_slug": {}, "external_reference": true, "timeout_at": 1.5, "confirm_by": false,
              "parties": [ 7, null, { "role": {}, "chain_id": "1", "wallet_address": 1e400 }, { "chain_id": 1.0 }, { "chain_id": 99999999999999999999 } ],
              "counterparty_parties": {}, "legs": "none" }
            """);
        Assert.Equal(422, status);
        string[] wrong = [.. answer["errors"]!.AsArray().Where(fault => (string?)fault!["code"] == "wrong_type").Select(fault => (string)fault!["pointer"]!)];
        Assert.Equal(["/idempotency_key", "/template_id", "/template_slug", "/external_reference", "/timeout_at", "/confirm_by", "/parties/0", "/parties/1",
            "/parties/2/role", "/parties/2/wallet_address", "/parties/2/chain_id", "/parties/3/chain_id", "/parties/4/chain_id", "/counterparty_parties", "/legs"], wrong);
        // None of them is said to be missing as well.
        Assert.Empty(answer["errors"]!.AsArray().Where(fault => (string?)fault!["code"] == "missing").Select(fault => (string)fault!["pointer"]!).Intersect(wrong));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Theory]
    [InlineData("{\"x\":{\"y\":\"\\ud800\"}}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"idempotency_key\":\"\\ud83d\"}")]
    [InlineData("{\"parties\":[{\"role\":\"\\ud83d\\ud83d\"}]}")]
    [InlineData("{\"legs\":\"\\ud800\"}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}")]
    [InlineData("{\"x\":{\"a\":1,\"a\":1}}")]
    [InlineData("{\"x\":1,}")]
    [InlineData("{\"x\":[1,]}")]
    [InlineData("{\"x\":01}")]
    [InlineData("{\"x\":NaN}")]
    [InlineData("{\"x\":1}{}")]
    public async Task What_is_no_JSON_is_400_in_a_member_that_is_ignored_too(string body)
    {
        var (status, answer, _) = await PostAsync(body);
        Assert.Equal((400, "malformed_body"), (status, (string?)answer["code"]));
    }

    [Fact]
    public async Task A_pair_of_surrogates_is_text()
    {
        JsonObject body = api.Single();
        string sent = body.ToJsonString().Replace("Alice (Buyer)", "\\ud83c\\udfe6", StringComparison.Ordinal);
        var (status, made, _) = await PostAsync(sent);
        Assert.Equal((201, "\U0001F3E6"), (status, (string?)made["parties"]![0]!["name"]));
    }

    [Fact]
    public async Task Names_of_members_are_compared_exactly_and_escaped_in_the_header()
    {
        JsonObject body = api.Single();
        body["Idempotency_Key"] = "x";
        body["a/b~c,d\u00e9"] = "x";
        body["huge"] = JsonNode.Parse("1e999999");
        var (status, _, response) = await PostAsync(body.ToJsonString());
        Assert.Equal(201, status);
        Assert.Equal(["Idempotency_Key", "a~1b~0c?d?", "huge"], response.Headers.GetValues("Keystone-Ignored-Fields").Single().Split(','));
    }

    [Fact]
    public async Task A_thousand_wrong_items_are_one_fault()
    {
        JsonObject body = api.Single();
        body["parties"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(_ => (JsonNode)1)]);
        var (status, answer, _) = await PostAsync(body.ToJsonString());
        Assert.Equal(422, status);
        Assert.Equal("too_many", (string?)Assert.Single(answer["errors"]!.AsArray(), fault => ((string)fault!["pointer"]!).StartsWith("/parties", StringComparison.Ordinal))!["code"]);
    }

    [Fact]
    public async Task A_repeat_with_a_wrong_type_is_no_repeat()
    {
        JsonObject body = api.Single();
        await api.CreateAsync("platform-a", body);
        body["parties"]![0]!["asset_provider"] = 7;
        var (status, answer, _) = await PostAsync(body.ToJsonString());
        Assert.Equal((422, "/parties/0/asset_provider"), (status, (string?)answer["errors"]![0]!["pointer"]));
    }

    [Fact]
    public async Task HEAD_is_answered_as_GET_without_its_body()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        foreach (string path in (string[])["/v1/settlements", $"/v1/settlements/{made["id"]}", "/v1/settlement-templates/dvp-single"])
        {
            var (status, body, response) = await api.SendAsync("platform-a", HttpMethod.Head, path);
            Assert.Equal(200, status);
            Assert.Empty(body);
            Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        }
        Assert.Equal(404, (await api.SendAsync("platform-c", HttpMethod.Head, $"/v1/settlements/{made["id"]}")).Status);
        // A table is not written to nobody.
        var (written, none, csv) = await api.SendAsync("platform-a", HttpMethod.Head, "/v1/settlements", headers: [("Accept", "text/csv")]);
        Assert.Equal((200, "text/csv"), (written, csv.Content.Headers.ContentType?.MediaType));
        Assert.Empty(none);
    }

    [Fact]
    public async Task OPTIONS_names_the_methods()
    {
        var (_, _, response) = await api.SendAsync("platform-a", HttpMethod.Options, "/v1/settlements");
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Where(method => method is not ("HEAD" or "OPTIONS")).Order(StringComparer.Ordinal));
    }
}
