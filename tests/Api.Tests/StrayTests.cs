using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Keystone.Ethereum;

namespace Keystone.Api.Tests;

/// <summary>Tokens that came to the escrow by a plain transfer: the operator reads them, no platform does.</summary>
[Collection(ApiCollection.Name)]
public sealed class StrayTests(ApiFixture api) : IAsyncLifetime
{
    const string Path = "/v1/admin/strays";

    public async Task InitializeAsync()
    {
        if ((long)(await api.Database.CreateCommand("select count(*) from identity.credential where client_id = 'operator'").ExecuteScalarAsync())! == 0)
            await api.AddOperatorAsync("operator");
    }

    public async Task DisposeAsync()
    {
        await api.RunAsync("delete from chain.stray_transfer");
        await api.RunAsync("delete from chain.block where number >= 900000");
    }

    [Fact]
    public async Task The_operator_reads_sender_transaction_and_amount_newest_first_of_canonical_blocks()
    {
        await StrayAsync(900_001, api.Bond, api.Seller, "5");
        await StrayAsync(900_002, api.Usdc, api.Buyer, UInt256.MaxValue.ToString());
        await StrayAsync(900_003, api.Usdc, api.Buyer, "9", canonical: false);
        JsonObject page = await api.GetAsync("operator", Path);
        Assert.Equal(2, (int)page["total"]!);
        Assert.Equal([(900_002L, api.Usdc.ToString(), api.Buyer.ToString(), UInt256.MaxValue.ToString()), (900_001L, api.Bond.ToString(), api.Seller.ToString(), "5")],
            page["items"]!.AsArray().Select(item => ((long)item!["block_number"]!, (string)item["token"]!, (string)item["from"]!, (string)item["amount"]!)));
        Assert.All(page["items"]!.AsArray(), item => Assert.Equal(66, ((string)item!["hash"]!).Length));
        Assert.Equal(900_001L, (long)(await api.GetAsync("operator", Path + "?limit=1&offset=1"))["items"]![0]!["block_number"]!);
        Assert.Equal(422, (await api.SendAsync("operator", HttpMethod.Get, Path + "?limit=0")).Status);
    }

    [Fact]
    public async Task No_platform_reads_them_and_no_settlement_shows_them_to_one()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        await StrayAsync(900_004, api.Bond, api.Seller, "5");
        Assert.Equal((403, "insufficient_scope"), (await api.SendAsync("platform-a", HttpMethod.Get, Path)) is var refused ? (refused.Status, (string?)refused.Body["code"]) : default);
        Assert.Equal(401, (await api.SendAsync(null, HttpMethod.Get, Path)).Status);
        Assert.False((await api.GetAsync("platform-a", $"/v1/settlements/{made["id"]}")).ContainsKey("stray_transfers"));
    }

    async Task StrayAsync(long block, Address token, Address sender, string amount, bool canonical = true)
    {
        byte[] hash = SHA256.HashData(BitConverter.GetBytes(block));
        await api.RunAsync("insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values ($1, 11155111, $2, $1, 0, $3, 'receipts') on conflict do nothing", hash, block, canonical);
        await api.RunAsync("insert into chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount) values ($1, 0, 11155111, $2, $1, $3, $4, $5::text::numeric)",
            hash, block, token.ToBytes(), sender.ToBytes(), amount);
    }
}
