using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Settlements.Instruments;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.Tests;

/// <summary><c>/v1/instruments</c>: a platform names tokens, and its word stands for them in what it sends and reads.</summary>
[Collection(ApiCollection.Name)]
public sealed class InstrumentTests(ApiFixture api) : IAsyncLifetime
{
    const string Path = "/v1/instruments";

    readonly string _platform = "platform-" + Guid.NewGuid().ToString("n")[..8];

    public async Task InitializeAsync()
    {
        await api.AddPlatformAsync(_platform);
        await api.AddCredentialAsync(_platform + "-tokens", await api.EnvironmentAsync(_platform), "instruments:manage");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> PostAsync(JsonObject body) => api.SendAsync(_platform + "-tokens", HttpMethod.Post, Path, body.ToJsonString());

    [Fact]
    public async Task A_token_is_registered_once_used_by_its_symbol_and_forgotten()
    {
        Address token = await api.Chain.DeployTokenAsync("Euro", "EURX", 2);
        var (status, made, response) = await PostAsync(new JsonObject { ["address"] = token.ToString() });
        Assert.True(status == 201, made.ToJsonString());
        Assert.Equal($"{Path}/{made["id"]}", response.Headers.Location!.ToString());
        Assert.Equal(("EURX", "ERC-20", 2, token.ToString(), "EURX"), ((string?)made["symbol"], (string?)made["standard"], (int)made["decimals"]!, (string?)made["address"], (string?)made["claimed_symbol"]));
        var (again, same, _) = await PostAsync(new JsonObject { ["address"] = token.ToString().ToLowerInvariant(), ["chain_id"] = 11155111, ["symbol"] = "EURX" });
        Assert.Equal((200, made.ToJsonString()), (again, same.ToJsonString()));
        JsonObject list = await api.GetAsync(_platform + "-tokens", Path);
        Assert.Equal(["EURX", "USDC"], list["items"]!.AsArray().Select(item => (string?)item!["symbol"]));
        Assert.Equal(2, (int)list["total"]!);

        JsonObject body = api.Single();
        body["legs"]![0]!["instrument_id"] = "EURX";
        body["legs"]![0]!["quantity"] = "0.5";
        JsonNode leg = (await api.CreateAsync(_platform, body))["legs"]![0]!;
        Assert.Equal(("EURX", "50", true), ((string?)leg["token"]!["symbol"], (string?)leg["amount"], (bool)leg["token"]!["registered"]!));

        Assert.Equal(204, (await api.SendAsync(_platform + "-tokens", HttpMethod.Delete, $"{Path}/{made["id"]}")).Status);
        Assert.Equal(404, (await api.SendAsync(_platform + "-tokens", HttpMethod.Delete, $"{Path}/{made["id"]}")).Status);
        body["idempotency_key"] = Guid.NewGuid().ToString();
        Assert.Equal(422, (await api.SendAsync(_platform, HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
        // What was instructed by the word goes on with the token that it stood for.
        leg = (await api.GetAsync(_platform, "/v1/settlements"))["items"]![0]!["legs"]![0]!;
        Assert.Equal(("EURX", token.ToString(), false), ((string?)leg["instrument_id"], (string?)leg["token"]!["address"], (bool)leg["token"]!["registered"]!));
        // The word is free again.
        Assert.Equal(201, (await PostAsync(new JsonObject { ["address"] = (await api.Chain.DeployTokenAsync("Euro", "EUR2", 2)).ToString(), ["symbol"] = "EURX" })).Status);
    }

    [Fact]
    public async Task A_symbol_or_token_that_is_taken_is_409_and_one_that_looks_like_another_422()
    {
        Address one = await api.Chain.DeployTokenAsync("One", "ONE", 6), two = await api.Chain.DeployTokenAsync("Two", "TWO", 6);
        Assert.Equal(201, (await PostAsync(new JsonObject { ["address"] = one.ToString(), ["symbol"] = "ALPHA", ["isin"] = "US0378331005" })).Status);
        string before = await api.CountsAsync();
        foreach ((JsonObject body, int status, string code) in ((JsonObject, int, string)[])
        [
            (new() { ["address"] = two.ToString(), ["symbol"] = "ALPHA" }, 409, "symbol_taken"),
            (new() { ["address"] = two.ToString(), ["symbol"] = "TWO", ["isin"] = "US0378331005" }, 409, "symbol_taken"),
            (new() { ["address"] = two.ToString(), ["symbol"] = "US0378331005" }, 409, "symbol_taken"),
            (new() { ["address"] = one.ToString(), ["symbol"] = "BETA" }, 409, "symbol_taken"),
            (new() { ["address"] = two.ToString(), ["symbol"] = "alpha" }, 422, "symbol_confusable"),
            (new() { ["address"] = two.ToString(), ["symbol"] = "\u0391LPHA" }, 422, "symbol_confusable"), // Greek Alpha
            (new() { ["address"] = two.ToString(), ["symbol"] = "AL PHA" }, 422, "symbol_confusable"),
        ])
        {
            var (got, answer, _) = await PostAsync(body);
            Assert.True((got, (string?)answer["code"]) == (status, code), $"{body.ToJsonString()}: {answer.ToJsonString()}");
        }
        Assert.Equal(before, await api.CountsAsync());
        // Other environments have words of their own.
        await api.AddPlatformAsync(_platform + "-2");
        await api.AddCredentialAsync(_platform + "-2-tokens", await api.EnvironmentAsync(_platform + "-2"), "instruments:manage");
        var (other, _, _) = await api.SendAsync(_platform + "-2-tokens", HttpMethod.Post, Path, new JsonObject { ["address"] = two.ToString(), ["symbol"] = "ALPHA" }.ToJsonString());
        Assert.Equal(201, other);
    }

    [Fact]
    public async Task Every_fault_is_named_and_nothing_is_stored()
    {
        string bond = api.Bond.ToString();
        string before = await api.CountsAsync();
        foreach ((JsonObject body, string pointer, string code) in ((JsonObject, string, string)[])
        [
            ([], "/address", "missing"),
            (new() { ["address"] = "KBOND" }, "/address", "invalid_address"),
            (new() { ["address"] = bond.Replace("0x", "0X", StringComparison.Ordinal) }, "/address", "invalid_address"),
            (new() { ["address"] = "0x00000000000000000000000000000000000000aa" }, "/address", "not_a_token"),
            (new() { ["address"] = bond, ["chain_id"] = 1 }, "/chain_id", "cross_chain_not_supported"),
            (new() { ["address"] = bond, ["chain_id"] = "11155111" }, "/chain_id", "wrong_type"),
            (new() { ["address"] = bond, ["symbol"] = "" }, "/symbol", "invalid_symbol"),
            (new() { ["address"] = bond, ["symbol"] = " KBOND" }, "/symbol", "invalid_symbol"),
            (new() { ["address"] = bond, ["symbol"] = "KB\u200BOND" }, "/symbol", "invalid_symbol"),
            (new() { ["address"] = bond, ["symbol"] = "0xKBOND" }, "/symbol", "invalid_symbol"),
            (new() { ["address"] = bond, ["symbol"] = "0\u0445KBOND" }, "/symbol", "invalid_symbol"), // Cyrillic ha
            (new() { ["address"] = bond, ["symbol"] = new string('K', 65) }, "/symbol", "invalid_symbol"),
            (new() { ["address"] = bond, ["standard"] = "erc20" }, "/standard", "unknown_value"),
            (new() { ["address"] = bond, ["standard"] = "ERC-721" }, "/standard", "token_standard_differs"),
            (new() { ["address"] = bond, ["token_id"] = "7" }, "/token_id", "unexpected_token_id"),
            (new() { ["address"] = api.Lots.ToString(), ["symbol"] = "LOTS", ["token_id"] = "-7" }, "/token_id", "invalid_token_id"),
            (new() { ["address"] = bond, ["isin"] = "US0378331006" }, "/isin", "invalid_isin"),
            (new() { ["address"] = bond, ["isin"] = "us0378331005" }, "/isin", "invalid_isin"),
        ])
        {
            var (status, answer, _) = await PostAsync(body);
            Assert.True(status == 422, $"{body.ToJsonString()}: {status} {answer.ToJsonString()}");
            Assert.Contains((pointer, code), answer["errors"]!.AsArray().Select(error => ((string)error!["pointer"]!, (string)error["code"]!)));
        }
        // All at once.
        var (all, faults, _) = await PostAsync(new JsonObject { ["chain_id"] = 1, ["address"] = "x", ["symbol"] = "0x", ["standard"] = "y", ["isin"] = "z", ["token_id"] = "q" });
        Assert.Equal((422, 6), (all, faults["errors"]!.AsArray().Count));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_symbol_stands_for_one_token_of_a_contract_and_an_ISIN_for_what_it_was_registered_with()
    {
        Assert.Equal(201, (await PostAsync(new JsonObject { ["address"] = api.Deeds.ToString(), ["symbol"] = "DEED7", ["token_id"] = "7", ["isin"] = "DE000BAY0017" })).Status);
        foreach (string word in (string[])["DEED7", "DE000BAY0017"])
        {
            JsonObject body = WithAsset(word, null);
            JsonNode leg = (await api.CreateAsync(_platform, body))["legs"]![0]!;
            Assert.Equal((word, "7", "DEED7"), ((string?)leg["instrument_id"], (string?)leg["token_id"], (string?)leg["token"]!["symbol"]));
        }
        var (status, refused, _) = await api.SendAsync(_platform, HttpMethod.Post, "/v1/settlements", WithAsset("DEED7", "8").ToJsonString());
        Assert.Equal((422, "token_id_differs"), (status, (string?)refused["errors"]![0]!["code"]));
        // Another token of the same contract is not the one that the word stands for.
        JsonNode other = (await api.CreateAsync(_platform, WithAsset(api.Deeds.ToString(), "8")))["legs"]![0]!;
        Assert.Equal((false, null), ((bool)other["token"]!["registered"]!, (string?)other["token"]!["symbol"]));

        JsonObject WithAsset(string word, string? id)
        {
            JsonObject body = api.Single();
            (body["legs"]![0]!["instrument_id"], body["legs"]![0]!["quantity"], body["legs"]![0]!["token_id"]) = (word, "1", id);
            return body;
        }
    }

    [Fact]
    public async Task The_scope_is_needed_and_foreign_and_absent_ids_are_answered_alike()
    {
        foreach ((HttpMethod method, string path, string? body) in new[] { (HttpMethod.Get, Path, null), (HttpMethod.Post, Path, "{}"), (HttpMethod.Delete, $"{Path}/{Guid.NewGuid()}", null) })
            Assert.Equal((403, "insufficient_scope"), (await api.SendAsync(_platform, method, path, body)) is var refused ? (refused.Status, (string?)refused.Body["code"]) : default);
        Guid foreign = (Guid)(await api.Database.CreateCommand($"select id from settlement.instrument where environment_id = '{await api.EnvironmentAsync("platform-b")}' and symbol = 'USDC'").ExecuteScalarAsync())!;
        JsonObject[] answers = [.. await Task.WhenAll(new[] { foreign.ToString(), Guid.NewGuid().ToString(), "USDC" }.Select(async id =>
        {
            var (status, body, _) = await api.SendAsync(_platform + "-tokens", HttpMethod.Delete, $"{Path}/{id}");
            Assert.Equal(404, status);
            body.Remove("request_id");
            return body;
        }))];
        Assert.Single(answers.Select(answer => answer.ToJsonString()).Distinct());
        Assert.Equal("USDC", (string?)await api.Database.CreateCommand($"select symbol from settlement.instrument where id = '{foreign}'").ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_node_that_is_away_is_503_and_nothing_is_stored()
    {
        await using WebApplication app = await api.StartAsync(("Chains:0:RpcUrls:0", "http://127.0.0.1:1/"));
        string before = await api.CountsAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + Path) { Content = new StringContent(new JsonObject { ["address"] = api.Bond.ToString() }.ToJsonString()) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = new("Bearer", await api.TokenAsync(_platform + "-tokens"));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal(503, (int)response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task Of_registrations_at_the_same_moment_one_takes_the_symbol()
    {
        Address[] tokens = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.FromResult(new Address(Guid.NewGuid().ToByteArray().Concat(new byte[4]).ToArray()))))];
        foreach (Address token in tokens) await api.Chain.AskAsync("anvil_setCode", token.ToString(), Hex.Encode(await api.Chain.Node.GetCodeAsync(api.Usdc, Ethereum.Nodes.BlockTag.Latest, CancellationToken.None)));
        int[] statuses = [.. (await Task.WhenAll(tokens.Select(token => PostAsync(new JsonObject { ["address"] = token.ToString(), ["symbol"] = "RACE" })))).Select(one => one.Status).Order()];
        // Decimals of a copy without its storage may not be read; then all are refused alike.
        Assert.True(statuses is [201, 409, 409], string.Join(' ', statuses));
    }

    [Theory]
    [InlineData("US0378331005", true)]
    [InlineData("DE000BAY0017", true)]
    [InlineData("GB0002634946", true)]
    [InlineData("AU0000XVGZA3", true)]
    [InlineData("US0378331004", false)]
    [InlineData("GB0002634947", false)]
    [InlineData("US037833100", false)]
    [InlineData("US03783310055", false)]
    [InlineData("1S0378331005", false)]
    [InlineData("US037833100\u0665", false)] // an Arabic digit
    public void The_check_digit_of_an_ISIN_is_checked(string isin, bool valid) => Assert.Equal(valid, Isin.IsValid(isin));
}
