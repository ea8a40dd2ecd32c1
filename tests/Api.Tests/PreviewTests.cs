using System.Globalization;
using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>The preview of an instruction: what the instruction would be answered with, and nothing stored.</summary>
[Collection(ApiCollection.Name)]
public sealed class PreviewTests(ApiFixture api)
{
    [Fact]
    public async Task A_right_instruction_would_be_made_and_is_not()
    {
        // Of a counterparty's wallet nothing is known yet, so its leg is not checked.
        foreach ((JsonObject body, int[] poor) in ((JsonObject, int[])[])[(api.Single(), [0, 1]), (api.Cross(), [0])])
        {
            // Wallets that nobody has given anything.
            foreach (JsonNode? party in body["parties"]!.AsArray())
                party!["wallet_address"] = "0x" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20));
            string before = await api.CountsAsync();
            var (status, preview, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements/preview", body.ToJsonString());
            Assert.Equal((200, true, "[]"), (status, (bool)preview["would_create"]!, preview["errors"]!.ToJsonString()));
            Assert.Equal(poor, preview["warnings"]!.AsArray().Where(one => (string?)one!["code"] == "balance").Select(one => (int)one!["leg_index"]!));
            Assert.DoesNotContain(preview["warnings"]!.AsArray(), one => (string?)one!["code"] == "allowance");
            Assert.InRange((long)preview["costs"]!["gas"]!, 100_000, 400_000);
            Assert.True(System.Numerics.BigInteger.Parse((string)preview["costs"]!["wei"]!, CultureInfo.InvariantCulture) > 0);
            Assert.Equal(before, await api.CountsAsync());
            Assert.Equal(201, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
        }
    }

    [Fact]
    public async Task A_wrong_one_is_answered_with_the_faults_of_the_instruction()
    {
        JsonObject body = api.Single();
        body["legs"]![1]!["quantity"] = "0.0000001";
        body["legs"]![0]!["instrument_id"] = "usdc";
        body["parties"]![0]!["wallet_address"] = 7;
        body.Remove("idempotency_key");
        string before = await api.CountsAsync();
        var (refused, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        var (status, preview, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements/preview", body.ToJsonString());
        Assert.Equal((422, 200, false), (refused, status, (bool)preview["would_create"]!));
        Assert.Equal(problem["errors"]!.ToJsonString(), preview["errors"]!.ToJsonString());
        Assert.Equal(4, preview["errors"]!.AsArray().Count);
        Assert.Null(preview["costs"]);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_key_that_was_used_is_reported()
    {
        JsonObject body = api.Single();
        JsonObject made = await api.CreateAsync("platform-a", body);
        var (_, same, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements/preview", body.ToJsonString());
        JsonNode warning = Assert.Single(same["warnings"]!.AsArray(), one => (string?)one!["code"] == "already_created")!;
        Assert.Contains((string)made["id"]!, (string)warning["detail"]!, StringComparison.Ordinal);
        body["legs"]![1]!["quantity"] = "49999";
        var (_, other, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements/preview", body.ToJsonString());
        Assert.Equal((false, "idempotency_key_reused"), ((bool)other["would_create"]!, (string?)other["errors"]![0]!["code"]));
    }

    [Fact]
    public async Task What_is_no_JSON_is_refused_as_everywhere() =>
        Assert.Equal(400, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements/preview", "{")).Status);
}
