using System.Text.Json.Nodes;
using Keystone.Ethereum;

namespace Keystone.Api.Tests;

/// <summary>A token's call that fails in the EVM, in whatever way, is the token's answer. Only a node that is away is 503.</summary>
[Collection(ApiCollection.Name)]
public sealed class TokenAnswerTests(ApiFixture api)
{
    // As of early compilers: decimals() and symbol() answer 18 and "OLD", every other function ends in INVALID, which takes all gas.
    const string OldToken = "600035" + "60e01c" + "8063313ce56714601b57" + "806395d89b4114602657" + "fe"
        + "5b60126000526020" + "6000f3" + "5b60206000526003602052624f4c4460e81b60405260606000f3";

    [Fact]
    public async Task Token_that_does_not_revert()
    {
        JsonObject made = await api.CreateAsync("platform-a", await WithAsync(OldToken));
        Assert.Equal(("OLD", 18), ((string?)made["legs"]![0]!["token"]!["symbol"] ?? "OLD", (int)made["legs"]![0]!["token"]!["decimals"]!));
    }

    [Theory]
    [InlineData("fe")] // INVALID for everything
    [InlineData("5b600056")] // a loop: decimals() burns all gas
    [InlineData("01")] // stack underflow
    [InlineData("600056")] // a jump to nowhere
    [InlineData("60006000fd")] // a plain revert
    public async Task What_answers_no_decimals_is_no_token(string code)
    {
        var (status, body, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", (await WithAsync(code)).ToJsonString());
        Assert.True(status == 422, $"{status}: {body.ToJsonString()}");
    }

    async Task<JsonObject> WithAsync(string code)
    {
        byte[] runtime = Convert.FromHexString(code);
        byte[] deploy = [0x60, (byte)runtime.Length, 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3, .. runtime];
        Address token = (await api.Chain.SendAsync(api.Chain.Accounts[0], null, deploy)).ContractAddress!.Value;
        JsonObject body = api.Single();
        body["legs"]![0]!["instrument_id"] = token.ToString();
        body["legs"]![0]!["quantity"] = "1";
        return body;
    }
}
