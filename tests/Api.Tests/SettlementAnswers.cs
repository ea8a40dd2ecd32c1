using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.Tests;

/// <summary>Answers about one settlement.</summary>
internal sealed class SettlementAnswers : AnswerGroup
{
    public SettlementAnswers(ApiFixture api)
        : base(api)
    {
        AddCreation();
        AddAnswers();
        AddConduct();
        AddDeposits();
    }

    void AddCreation()
    {
        Add("createSettlement 200", async () =>
        {
            JsonObject body = Api.Single();
            await Api.CreateAsync("platform-a", body);
            return new("platform-a", Settlements, body.ToJsonString());
        });
        Add("createSettlement idempotency_in_progress", () => RunningAsync("settlement.create", Settlements, Api.Single()));
        Add("createSettlement idempotency_key_reused", async () =>
        {
            JsonObject body = Api.Single();
            await Api.CreateAsync("platform-a", body);
            body["legs"]![0]!["quantity"] = "101";
            return new("platform-a", Settlements, body.ToJsonString());
        });
        foreach (string code in (string[])["template_lacks_confirmation", "missing_required_role", "missing_required_leg_type", "counterparty_is_self", "counterparty_platform_unknown",
            "cross_chain_not_supported", "leg_mirrored", "self_delivery"])
            Add("createSettlement " + code, () => Task.FromResult(new AnswerScene("platform-a", Settlements, RefusalTests.Broken(Api, code).ToJsonString())));
        Add("createSettlement quota_reached", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("update identity.environment set max_open_settlements = 1 where id = $1", await Api.EnvironmentAsync(tenant));
            await Api.CreateAsync(tenant, Api.Single());
            return new(tenant, Settlements, Api.Single().ToJsonString());
        });
        foreach ((string operation, string path) in ((string, string)[])[("createSettlement", Settlements), ("previewSettlement", Settlements + "/preview")])
            Add(operation + " node_unavailable", async () => await WithoutNodeAsync(new(await TenantAsync(), path, Api.Single().ToJsonString())));
        Add("previewSettlement quota_reached", async () =>
        {
            JsonObject body = Api.Single();
            foreach (JsonNode? leg in body["legs"]!.AsArray()) leg!["instrument_id"] = Unknown();
            return await OfAsync(new(await TenantAsync(), Settlements + "/preview", body.ToJsonString()), ("Api:MaxTokenReadsPerMinute", "1"));
        });
    }

    void AddAnswers()
    {
        foreach ((string operation, string verb) in ((string, string)[])[("confirmSettlement", "confirm"), ("rejectSettlement", "reject")])
        {
            string body = verb == "confirm" ? Api.Confirmation().ToJsonString() : Reason;
            Add(operation + " no_pending_party", async () => new("platform-a", (await OfferAsync()).Path + "/" + verb, body));
            Add(operation + " settlement_not_cross_platform", async () => new("platform-a", $"{Settlements}/{(await Api.CreateAsync("platform-a", Api.Single()))["id"]}/{verb}", body));
            Add(operation + " settlement_ended", async () => new("platform-b", (await OfferAsync(Ended)).Path + "/" + verb, body));
        }
        Add("confirmSettlement confirmation_differs", async () => new("platform-b", (await AgreedAsync()).Path + "/confirm", Confirmation("name", "Another")));
        Add("confirmSettlement already_rejected", async () =>
        {
            SettlementScene scene = await OfferAsync();
            await DoAsync("platform-b", scene.Path + "/reject", Reason, 200);
            return new("platform-b", scene.Path + "/confirm", Api.Confirmation().ToJsonString());
        });
        Add("confirmSettlement self_delivery", async () => new("platform-b", (await OfferAsync()).Path + "/confirm", Confirmation("wallet_address", Api.Seller.ToString())));
        Add("confirmSettlement cross_chain_not_supported", async () => new("platform-b", (await OfferAsync()).Path + "/confirm", Confirmation("chain_id", 1)));
        Add("rejectSettlement already_confirmed", async () => new("platform-b", (await AgreedAsync()).Path + "/reject", Reason));
    }

    void AddConduct()
    {
        Add("cancelSettlement 202", async () => new("platform-a", (await AgreedAsync()).Path + "/cancel", Reason));
        Add("cancelSettlement not_initiator", async () => new("platform-b", (await OfferAsync()).Path + "/cancel", Reason));
        Add("cancelSettlement settlement_ended", async () => new("platform-a", (await OfferAsync(Ended)).Path + "/cancel", Reason));
        Add("cancelSettlement already_executed", async () => new("platform-a", (await ExecutedAsync()).Path + "/cancel", Reason));
        Add("rollbackSettlement already_executed", async () => new("operator", $"{Admin}/settlements/{(await ExecutedAsync()).Id}/rollback", Reason));
        foreach (string verb in (string[])["hold", "release"])
        {
            Add(verb + "Settlement settlement_ended", async () => new("platform-a", (await AgreedAsync(Ended)).Path + "/" + verb, Reason));
            Add(verb + "Settlement terms_published", async () => new("platform-a", (await AgreedAsync("state = 'REGISTERING_ESCROW'")).Path + "/" + verb, Reason));
        }
        Add("reportAction not_initiator", async () => new("platform-b", await AskedAsync(), Completed));
        Add("reportAction settlement_ended", async () => new("platform-a", await AskedAsync(Ended), Completed));
        Add("reportAction action_not_required", async () => new("platform-a", (await AgreedAsync()).Path + "/actions/LOCKING_ASSETS", Completed));
        Add("reportAction action_resolved", async () =>
        {
            string path = await AskedAsync();
            await DoAsync("platform-a", path, Completed, 200);
            return new("platform-a", path, """{"result":"failed"}""");
        });
        Add("decideCompliance nothing_to_decide", async () => new("platform-b", (await AgreedAsync()).Path + "/compliance-decision", Approve));
        Add("decideCompliance already_decided", async () =>
        {
            SettlementScene scene = await AgreedAsync();
            await scene.FlagAsync("buyer");
            await DoAsync("platform-b", scene.Path + "/compliance-decision", Approve, 200);
            return new("platform-b", scene.Path + "/compliance-decision", Approve.Replace("approve", "reject", StringComparison.Ordinal));
        });
        Add("decideCompliance second_person_needed", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("update identity.environment set four_eyes = true where id = $1", await Api.EnvironmentAsync(tenant));
            JsonObject made = await Api.CreateAsync(tenant, Api.Single());
            SettlementScene scene = new(Api, Guid.Parse((string)made["id"]!), $"{Settlements}/{made["id"]}");
            await scene.FlagAsync("buyer");
            return new(tenant, scene.Path + "/compliance-decision", Approve);
        });
        Add("getStatusMessage message_not_due", async () => new("platform-a", (await AgreedAsync(Final)).Path + "/messages/sese.024"));
        Add("getConfirmationMessage message_not_due", async () => new("platform-a", (await AgreedAsync()).Path + "/messages/sese.025"));
        Add("getStatusMessage validation_failed", async () => new("platform-a", (await AgreedAsync()).Path + "/messages/sese.024?role=nobody"));
        Add("getConfirmationMessage validation_failed", async () => new("platform-a", (await AgreedAsync(Final)).Path + "/messages/sese.025?role=nobody"));
    }

    void AddDeposits()
    {
        const string link = """{"role":"seller"}""", signature = """{"role":"seller","kind":"settle","signature":"0x""";
        string wrong = signature + new string('7', 130) + "\"}";
        foreach ((string operation, string part, string? body) in ((string, string, string?)[])[
            ("getDepositInstructions", "/deposit-instructions", null), ("submitSignature", "/signatures", "{}"), ("createDepositLink", "/deposit-links", link)])
        {
            Add(operation + " escrow_not_registered", async () => new("platform-a", (await AgreedAsync()).Path + part, body));
            Add(operation + " settlement_ended", async () => new("platform-a", (await AgreedAsync(Ended)).Path + part, body));
        }
        Add("getDepositInstructions node_unavailable", async () => await WithoutNodeAsync(new("platform-a", await FrozenAsync() + "/deposit-instructions")));
        Add("getDepositInstructions quota_reached", async () => await OfAsync(new("platform-a", await FrozenAsync() + "/deposit-instructions"), ("Api:MaxPreflightLegsPerMinute", "1")));
        Add("submitSignature signature_invalid", async () => new("platform-a", await FrozenAsync() + "/signatures", wrong));
        Add("submitSignature node_unavailable", async () => await WithoutNodeAsync(new("platform-a", await FrozenAsync() + "/signatures", wrong)));
        Add("submitSignature quota_reached", async () =>
        {
            string path = await FrozenAsync();
            JsonObject leg = DepositTests.LegOf(await Api.GetAsync("platform-a", path + "/deposit-instructions"), 0);
            JsonObject permit = DepositTests.Signed(DepositTests.DocumentOf(leg, "permit"), Api.Chain.Accounts[2]);
            return await OfAsync(new("platform-a", path + "/signatures", permit.ToJsonString()), ("Api:MaxRegistrationsPerHour", "1"));
        });
        Add("submitSignature consent_withdrawn", async () =>
        {
            JsonObject made = await Api.CreateAsync("platform-a", Api.Single());
            (string path, EscrowTerms terms) = await DepositTests.FreezeAsync(Api, made);
            await Api.RunAsync("insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block) values ($1, $2, $3, 1, true, 10)", TestChain.ChainId, terms.Id.ToBytes(), terms.Contract.ToBytes());
            await Api.RunAsync("update chain.escrow set legs[1] = row(null, null, null, null, null, null, 'withdrawn', 12::bigint, $2::bytea, 7, null, null, null)::chain.leg where escrow_id = $1",
                terms.Id.ToBytes(), new byte[32]);
            return new("platform-a", path + "/signatures", wrong);
        });
        Add("createDepositLink deposit_page_off", async () =>
        {
            WebApplication app = await Api.StartAsync(sandbox: false);
            return new("platform-a", await FrozenAsync() + "/deposit-links", link) { Url = app.Urls.First(), Held = [app] };
        });
        Add("createDepositLink deposit_link_limit_reached", async () =>
        {
            string path = await FrozenAsync();
            await Api.RunAsync("""
                insert into settlement.deposit_link (id, settlement_id, environment_id, role, token_sha256, expires_at, created_by, created_at)
                select gen_random_uuid(), $1, $2, 'seller', sha256(convert_to($1::text || n::text, 'UTF8')), now() + interval '1 day', 'test', now() from generate_series(1, 50) n
                """, Guid.Parse(path[^36..]), await Api.EnvironmentAsync("platform-a"));
            return new("platform-a", path + "/deposit-links", link);
        });
    }
}
