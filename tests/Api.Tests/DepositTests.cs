using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.Tests;

/// <summary>Deposit instructions and signatures over a real chain, with the terms frozen as the engine freezes them.</summary>
[Collection(ApiCollection.Name)]
public sealed class DepositTests(ApiFixture api)
{
    static readonly string[] Checks = ["balance", "allowance", "sender", "pause", "verification", "gas_money"];

    /// <summary>A settlement of platform A with the seller's bond and the buyer's cash, and its frozen terms.</summary>
    internal static async Task<(string Path, EscrowTerms Terms)> FreezeAsync(ApiFixture api, JsonObject made, Address? seller = null, TimeSpan? left = null)
    {
        Guid id = Guid.Parse((string)made["id"]!);
        Address from = seller ?? api.Seller;
        DateTimeOffset deadline = left is { } span ? DateTimeOffset.UtcNow + span : DateTimeOffset.Parse((string)made["timeout_at"]!, CultureInfo.InvariantCulture);
        Party giver = new(Guid.NewGuid(), "seller", Guid.NewGuid(), PartyStatus.Confirmed, from, from, from);
        Party buyer = new(Guid.NewGuid(), "buyer", Guid.NewGuid(), PartyStatus.Confirmed, api.Buyer, api.Buyer, api.Buyer);
        Hash32 salt = new(RandomNumberGenerator.GetBytes(32));
        EscrowTerms terms = TermsDraft.Freeze(id, TestChain.ChainId, api.Chain.Escrow, deadline, api.Chain.Accounts[0].Address, [giver, buyer],
            [
                new InstructedLeg("seller", "buyer", TokenKind.Erc20, api.Bond, UInt256.Zero, UInt256.Parse((string)made["legs"]![0]!["amount"]!)),
                new InstructedLeg("buyer", "seller", TokenKind.Erc20, api.Usdc, UInt256.Zero, UInt256.Parse((string)made["legs"]![1]!["amount"]!)),
            ], salt, []);
        await api.RunAsync("""
            update settlement.settlement set state = 'AWAITING_DEPOSITS', escrow_contract = $2, escrow_id = $3, terms = $4, salt = $5,
              compliance_status = 'cleared', compliance_at = now() where id = $1
            """, id, terms.Contract.ToBytes(), terms.Id.ToBytes(), terms.Encode(), salt.ToBytes());
        return ($"/v1/settlements/{id}", terms);
    }

    async Task<(string Path, EscrowTerms Terms)> SceneAsync(Address? seller = null) => await FreezeAsync(api, await api.CreateAsync("platform-a", api.Single()), seller);

    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> PostAsync(string path, JsonObject body, string client = "platform-a") =>
        api.SendAsync(client, HttpMethod.Post, path + "/signatures", body.ToJsonString());

    internal static JsonObject LegOf(JsonObject instructions, int index) => (JsonObject)instructions["legs"]!.AsArray().First(leg => (int)leg!["index"]! == index)!;

    internal static JsonObject DocumentOf(JsonObject leg, string kind) => (JsonObject)leg["documents"]!.AsArray().First(document => (string)document!["kind"]! == kind)!;

    internal static JsonObject Signed(JsonObject document, PrivateKeySigner signer)
    {
        JsonObject body = (JsonObject)document["submit"]!.DeepClone();
        body["signature"] = Hex.Encode(signer.SignDigest(Hash32.Parse((string)document["digest"]!)).ToBytes());
        return body;
    }

    [Fact]
    public async Task Before_the_terms_are_fixed_it_is_said_to_try_again_and_a_foreign_settlement_is_as_absent()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        foreach ((HttpMethod method, string route) in ((HttpMethod, string)[])[(HttpMethod.Get, "deposit-instructions"), (HttpMethod.Post, "signatures")])
        {
            string path = $"/v1/settlements/{made["id"]}/{route}";
            var (status, body, response) = await api.SendAsync("platform-a", method, path, method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((409, "escrow_not_registered", true), (status, (string)body["code"]!, (bool)body["retryable"]!));
            Assert.NotNull(response.Headers.RetryAfter);
            var foreign = await api.SendAsync("platform-b", method, path, method == HttpMethod.Post ? "{}" : null);
            var absent = await api.SendAsync("platform-b", method, $"/v1/settlements/{Guid.NewGuid()}/{route}", method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((404, 404), (foreign.Status, absent.Status));
            foreign.Body.Remove("request_id");
            absent.Body.Remove("request_id");
            Assert.Equal(absent.Body.ToJsonString(), foreign.Body.ToJsonString());
            await api.RunAsync("update settlement.settlement set is_terminal = true, outcome = 'failed', closed_at = now() where id = $1", Guid.Parse((string)made["id"]!));
            Assert.Equal("settlement_ended", (string)(await api.SendAsync("platform-a", method, path, method == HttpMethod.Post ? "{}" : null)).Body["code"]!);
            await api.RunAsync("update settlement.settlement set is_terminal = false, outcome = null, closed_at = null where id = $1", Guid.Parse((string)made["id"]!));
        }
    }

    [Fact]
    public async Task Operations_say_in_words_what_the_data_say_and_follow_what_was_approved()
    {
        (string path, EscrowTerms terms) = await SceneAsync();
        JsonObject instructions = await api.GetAsync("platform-a", path + "/deposit-instructions");
        Assert.Equal((terms.Id.ToString(), terms.Contract.ToString(), TestChain.ChainId), ((string)instructions["escrow_id"]!, (string)instructions["escrow_address"]!, (long)instructions["chain_id"]!));
        Assert.Equal(2, instructions["legs"]!.AsArray().Count);
        JsonObject leg = LegOf(instructions, 0);
        Assert.Equal(Checks, leg["preflight"]!.AsArray().Select(check => (string)check!["check"]!));
        JsonObject[] operations = [.. leg["operations"]!.AsArray().Select(one => (JsonObject)one!)];
        Assert.Equal(["approve", "deposit"], operations.Select(one => (string)one["step"]!));
        Assert.All(operations, one => Assert.Equal(("0", true, TestChain.ChainId), ((string)one["value"]!, (bool)one["needed"]!, (long)one["chain_id"]!)));
        Assert.Equal((terms.Legs[0].Amount.ToString(), terms.Contract.ToString()), ((string)operations[0]["arguments"]![1]!["value"]!, (string)operations[0]["arguments"]![0]!["value"]!));
        Assert.Equal("node", (string)operations[0]["gas_basis"]!);
        Assert.Equal(("measured", 97_664), ((string)operations[1]["gas_basis"]!, (long)operations[1]["gas_estimate"]!));
        Assert.Equal(Hex.Encode(EscrowCalls.Deposit(terms, 0)), (string)operations[1]["data"]!);
        // Every word of the call data but the places of its arrays is in the arguments.
        string data = (string)operations[1]["data"]!;
        foreach (JsonNode? argument in operations[1]["arguments"]!.AsArray())
            Assert.Contains(Word((string)argument!["type"]!, (string)argument["value"]!), data, StringComparison.Ordinal);

        await api.Chain.SendAsync(api.Chain.Accounts[2], Address.Parse((string)operations[0]["to"]!), Hex.Decode((string)operations[0]["data"]!));
        await api.Chain.SendAsync(api.Chain.Accounts[0], api.Bond, TokenMessages.Mint(api.Seller, terms.Legs[0].Amount));
        leg = LegOf(await api.GetAsync("platform-a", path + "/deposit-instructions"), 0);
        Assert.Equal([false, true], leg["operations"]!.AsArray().Select(one => (bool)one!["needed"]!));
        Assert.Equal("node", (string)leg["operations"]![1]!["gas_basis"]!);
        Assert.All(leg["preflight"]!.AsArray(), check => Assert.True((bool)check!["ok"]!, check.ToJsonString()));
        Assert.Null((string?)leg["signed_path"]!["transaction_needed"]);

        static string Word(string type, string value) => type switch
        {
            "address" => value[2..].ToLowerInvariant(),
            "bytes32" => value[2..],
            _ => Convert.ToHexStringLower(UInt256.Parse(value).ToBytes()),
        };
    }

    [Fact]
    public async Task Figures_of_the_instructions_are_those_of_the_measurements_and_enough_for_each_kind_of_token()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "contracts", "gas", "README.md"));
        Assert.Contains($"deposit {Keystone.Settlements.Deposits.DepositGas.Deposit(TokenKind.Erc20).ToString("N0", CultureInfo.InvariantCulture)}", page, StringComparison.Ordinal);
        PrivateKeySigner seller = api.Chain.Accounts[2];
        (TokenKind, Address)[] tokens = [(TokenKind.Erc721, await api.Chain.DeployAsync(new MintableDeedDeployment())), (TokenKind.Erc1155, await api.Chain.DeployAsync(new MintableLotsDeployment()))];
        foreach ((TokenKind kind, Address token) in tokens)
        {
            EscrowTerms terms = TermsDraft.Freeze(Guid.NewGuid(), TestChain.ChainId, api.Chain.Escrow, DateTimeOffset.UtcNow.AddDays(1), api.Chain.Accounts[0].Address,
                [new Party(Guid.NewGuid(), "seller", Guid.NewGuid(), PartyStatus.Confirmed, seller.Address, seller.Address, seller.Address), new Party(Guid.NewGuid(), "buyer", Guid.NewGuid(), PartyStatus.Confirmed, api.Buyer, api.Buyer, api.Buyer)],
                [new InstructedLeg("seller", "buyer", kind, token, 7, 1), new InstructedLeg("buyer", "seller", TokenKind.Erc20, api.Usdc, UInt256.Zero, 5)], new Hash32(RandomNumberGenerator.GetBytes(32)), []);
            if (kind == TokenKind.Erc721) await api.Chain.SendAsync(seller, token, new MintableDeedMintFunction { To = seller.Address.ToString(), TokenId = 7 });
            else await api.Chain.SendAsync(seller, token, new MintableLotsMintFunction { To = seller.Address.ToString(), TokenId = 7, Amount = 1 });
            await api.Chain.SendAsync(seller, token, new Keystone.Escrow.Contracts.Erc721.SetApprovalForAllFunction { Operator = api.Chain.Escrow.ToString(), IsApproved = true });
            TransactionReceipt receipt = await api.Chain.SendAsync(seller, terms.Contract, EscrowCalls.Deposit(terms, 0));
            long said = Keystone.Settlements.Deposits.DepositGas.Deposit(kind);
            Assert.True(receipt.Succeeded);
            Assert.InRange((long)receipt.GasUsed, said * 3 / 4, said);
        }
    }

    [Fact]
    public async Task A_signature_of_the_depositor_is_taken_once_and_never_shown()
    {
        (string path, EscrowTerms terms) = await SceneAsync();
        JsonObject leg = LegOf(await api.GetAsync("platform-a", path + "/deposit-instructions"), 0);
        JsonObject settle = DocumentOf(leg, "settle");
        Assert.Equal(terms.Id.ToString(), (string)settle["digest"]!);
        JsonObject body = Signed(settle, api.Chain.Accounts[2]);
        var (status, taken, _) = await PostAsync(path, body);
        Assert.True(status == 202, taken.ToJsonString());
        Assert.Equal(("seller", "settle", api.Seller.ToString()), ((string)taken["role"]!, (string)taken["kind"]!, (string)taken["signer"]!));
        var again = await PostAsync(path, body);
        Assert.Equal((202, "true"), (again.Status, again.Response.Headers.GetValues("Idempotent-Replayed").Single()));
        Assert.Equal(1, await CountAsync(path));
        // v of 0 or 1, and 64 bytes, are the same signature in another dress.
        byte[] bytes = Hex.Decode((string)body["signature"]!);
        byte[] compact = bytes[..64];
        compact[32] |= (byte)((bytes[64] - 27) << 7);
        foreach (byte[] other in (byte[][])[[.. bytes[..64], (byte)(bytes[64] - 27)], compact])
        {
            body["signature"] = Hex.Encode(other);
            Assert.Equal(202, (await PostAsync(path, body)).Status);
        }
        Assert.Equal(1, await CountAsync(path));
        JsonObject trail = await api.GetAsync("platform-a", path + "/events");
        Assert.Contains(trail["items"]!.AsArray(), one => (string)one!["type"]! == "signature" && (string)one["payload"]!["kind"]! == "settle");
        string shown = trail.ToJsonString() + (await api.GetAsync("platform-a", path)).ToJsonString() + (await api.GetAsync("platform-a", path + "/deposit-instructions")).ToJsonString();
        Assert.DoesNotContain(Convert.ToHexStringLower(bytes.AsSpan(0, 32)), shown, StringComparison.Ordinal);
        // Not even the service itself reads it back.
        await using Npgsql.NpgsqlDataSource role = Npgsql.NpgsqlDataSource.Create((await api.SettingsAsync())["Storage:ConnectionString"]!);
        Npgsql.PostgresException denied = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => role.CreateCommand("select signature from settlement.signature").ExecuteScalarAsync());
        Assert.Equal("42501", denied.SqlState);
    }

    [Fact]
    public async Task What_is_not_the_depositors_signature_is_refused_with_the_member_and_stores_nothing()
    {
        (string path, EscrowTerms terms) = await SceneAsync();
        JsonObject instructions = await api.GetAsync("platform-a", path + "/deposit-instructions");
        JsonObject permit = Signed(DocumentOf(LegOf(instructions, 0), "permit"), api.Chain.Accounts[2]);
        JsonObject settle = Signed(DocumentOf(LegOf(instructions, 0), "settle"), api.Chain.Accounts[2]);
        string other = Hex.Encode(api.Chain.Accounts[1].SignDigest(terms.Id).ToBytes());
        byte[] high = Hex.Decode((string)settle["signature"]!);
        UInt256 order = new(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"));
        (order - new UInt256(high.AsSpan(32, 32))).CopyTo(high.AsSpan(32, 32));
        high[64] = (byte)(55 - high[64]);
        (Action<JsonObject> Change, JsonObject Body, string Pointer, string Code)[] cases =
        [
            (body => body["signature"] = other, settle, "/signature", "signature_invalid"),
            (body => body["signature"] = Hex.Encode(high), settle, "/signature", "signature_invalid"),
            (body => body["signature"] = "0x12", settle, "/signature", "signature_invalid"),
            (body => body["signature"] = "zz", settle, "/signature", "length"),
            (body => body["signature"] = "0xzzzz", settle, "/signature", "invalid_hex"),
            (body => body["signature"] = "0x" + new string('0', 8194), settle, "/signature", "length"),
            (body => body.Remove("signature"), settle, "/signature", "missing"),
            (body => body["kind"] = "permit3", settle, "/kind", "unknown_value"),
            (body => body["leg_id"] = (string)permit["leg_id"]!, settle, "/leg_id", "not_allowed"),
            (body => body["role"] = "buyer", settle, "/signature", "signature_invalid"),
            (body => body["role"] = "agent", settle, "/role", "unknown_role"),
            (body => body["deadline"] = "2026-12-17T12:00:00", settle, "/deadline", "invalid_time"),
            (body => body["deadline"] = "2026-12-17T12:00:00.5Z", settle, "/deadline", "invalid_time"),
            (body => body.Remove("leg_id"), permit, "/leg_id", "missing"),
            (body => body["leg_id"] = Guid.NewGuid().ToString(), permit, "/leg_id", "unknown_leg"),
            (body => body["role"] = "buyer", permit, "/leg_id", "unknown_leg"),
            (body => body["deadline"] = "2027-12-17T12:00:00Z", permit, "/signature", "signature_invalid"),
            (body => body["kind"] = "authorization", permit, "/kind", "not_supported"),
            (body => body["kind"] = "permit2", permit, "/signature", "signature_invalid"),
        ];
        foreach ((Action<JsonObject> change, JsonObject valid, string pointer, string code) in cases)
        {
            JsonObject body = (JsonObject)valid.DeepClone();
            change(body);
            var (status, problem, _) = await PostAsync(path, body);
            Assert.True(status == 422, $"{pointer} {code}: {status} {problem.ToJsonString()}");
            Assert.Equal((pointer, code), ((string)problem["errors"]![0]!["pointer"]!, (string)problem["errors"]![0]!["code"]!));
        }
        Assert.Equal(0, await CountAsync(path));
        // What can be read of the answer to a valid one is not its signature either.
        Assert.Equal(202, (await PostAsync(path, permit)).Status);
    }

    [Fact]
    public async Task A_platform_signs_for_its_own_party_only()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Cross());
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", api.Confirmation().ToJsonString())).Status);
        (string path, EscrowTerms terms) = await FreezeAsync(api, made);
        JsonObject ofA = await api.GetAsync("platform-a", path + "/deposit-instructions"), ofB = await api.GetAsync("platform-b", path + "/deposit-instructions");
        Assert.Equal((0, 1), ((int)Assert.Single(ofA["legs"]!.AsArray())!["index"]!, (int)Assert.Single(ofB["legs"]!.AsArray())!["index"]!));
        JsonObject seller = Signed(DocumentOf(LegOf(ofA, 0), "settle"), api.Chain.Accounts[2]);
        var (status, problem, _) = await PostAsync(path, seller, "platform-b");
        Assert.Equal((422, "/role"), (status, (string)problem["errors"]![0]!["pointer"]!));
        Assert.Contains("buyer", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(404, (await PostAsync(path, seller, "platform-c")).Status);
        Assert.Equal(202, (await PostAsync(path, seller)).Status);
        // The other side does not learn that anything was signed, not by a number either.
        JsonArray trail = (await api.GetAsync("platform-b", path + "/events"))["items"]!.AsArray();
        Assert.DoesNotContain(trail, one => (string)one!["type"]! == "signature");
        Assert.Equal(Enumerable.Range(1, trail.Count), trail.Select(one => (int)one!["sequence"]!));
        Assert.Equal(terms.Legs[0].From, api.Seller);
    }

    [Fact]
    public async Task A_contract_wallet_signs_by_its_own_code()
    {
        // Answers the selector of isValidSignature to every question; and one that answers nothing.
        Address yes = new(RandomNumberGenerator.GetBytes(20)), no = new(RandomNumberGenerator.GetBytes(20));
        await api.Chain.AskAsync("anvil_setCode", yes.ToString(), "0x7f1626ba7e000000000000000000000000000000000000000000000000000000005f5260205ff3");
        await api.Chain.AskAsync("anvil_setCode", no.ToString(), "0x00");
        foreach ((Address wallet, int expected) in ((Address, int)[])[(yes, 202), (no, 422)])
        {
            (string path, _) = await SceneAsync(wallet);
            var (status, answer, _) = await PostAsync(path, new JsonObject { ["role"] = "seller", ["kind"] = "settle", ["signature"] = "0x" + new string('7', 300) });
            Assert.True(status == expected, answer.ToJsonString());
        }
    }

    [Fact]
    public async Task Relayed_signatures_count_in_the_quota_of_what_costs_the_operator_gas()
    {
        await api.AddPlatformAsync("platform-relays");
        await using WebApplication app = await api.StartAsync(("Api:MaxRegistrationsPerHour", "2"));
        JsonObject made = await api.CreateAsync("platform-relays", api.Single());
        (string path, EscrowTerms terms) = await FreezeAsync(api, made);
        JsonObject leg = LegOf(await api.GetAsync("platform-relays", path + "/deposit-instructions"), 0);
        JsonObject permit = Signed(DocumentOf(leg, "permit"), api.Chain.Accounts[2]), other = (JsonObject)permit.DeepClone();
        Assert.Equal(202, await PostToAsync(app, path, permit));
        other["kind"] = "permit2";
        other["signature"] = Hex.Encode(api.Chain.Accounts[2].SignDigest(Consents.Permit2Digest(terms, 0, terms.Header.Deadline.Seconds)).ToBytes());
        Assert.Equal(429, await PostToAsync(app, path, other));
        Assert.Equal(1, await CountAsync(path));
        // A repeat costs nothing, and consent to the swap is sent in place of the swap that was paid for with the settlement.
        Assert.Equal(202, await PostToAsync(app, path, permit));
        Assert.Equal(202, await PostToAsync(app, path, Signed(DocumentOf(leg, "settle"), api.Chain.Accounts[2])));
    }

    async Task<int> PostToAsync(WebApplication app, string path, JsonObject body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + path + "/signatures") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-relays"));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return (int)response.StatusCode;
    }

    async Task<long> CountAsync(string path) => (long)(await api.Database.CreateCommand(
        $"select count(*) from settlement.signature where settlement_id = '{path[(path.LastIndexOf('/') + 1)..]}'").ExecuteScalarAsync())!;
}
