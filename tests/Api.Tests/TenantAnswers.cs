using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.Tests;

/// <summary>Answers about what is not one settlement.</summary>
internal sealed class TenantAnswers : AnswerGroup
{
    public TenantAnswers(ApiFixture api)
        : base(api)
    {
        AddInstructions();
        AddInstruments();
        AddWebhooks();
        AddTenants();
        AddMembers();
        AddAdmin();
    }

    void AddInstructions()
    {
        Add("submitInstruction 200", async () =>
        {
            JsonObject side = Side();
            await InstructionTests.SubmitAsync(Api, "platform-a", side);
            return new("platform-a", Instructions, side.ToJsonString());
        });
        Add("submitInstruction idempotency_in_progress", () => RunningAsync("instruction.submit", Instructions, Side()));
        Add("submitInstruction idempotency_key_reused", async () =>
        {
            JsonObject side = Side();
            await InstructionTests.SubmitAsync(Api, "platform-a", side);
            side["legs"]![0]!["quantity"] = "101";
            return new("platform-a", Instructions, side.ToJsonString());
        });
        Add("submitInstruction missing_required_leg_type", () => SideAsync(side => side["legs"]!.AsArray().RemoveAt(1)));
        Add("submitInstruction cross_chain_not_supported", () => SideAsync(side => side["party"]!["chain_id"] = 1));
        Add("submitInstruction node_unavailable", async () => await WithoutNodeAsync(await SideAsync(_ => { }, await TenantAsync())));
        Add("submitInstruction quota_reached", async () => await OfAsync(await SideAsync(side =>
        {
            foreach (JsonNode? leg in side["legs"]!.AsArray()) leg!["instrument_id"] = Unknown();
        }, await TenantAsync()), ("Api:MaxTokenReadsPerMinute", "1")));
        Add("cancelInstruction instruction_not_pending", async () =>
        {
            string reference = "T-" + Guid.NewGuid().ToString("n");
            JsonObject first = await InstructionTests.SubmitAsync(Api, "platform-a", InstructionTests.Side(Api, "seller", reference));
            await InstructionTests.SubmitAsync(Api, "platform-b", InstructionTests.Side(Api, "buyer", reference));
            return new("platform-a", $"{Instructions}/{first["id"]}/cancel", "{}");
        });

        JsonObject Side() => InstructionTests.Side(Api, "seller", "T-" + Guid.NewGuid().ToString("n"));

        Task<AnswerScene> SideAsync(Action<JsonObject> change, string client = "platform-a")
        {
            JsonObject side = Side();
            change(side);
            return Task.FromResult(new AnswerScene(client, Instructions, side.ToJsonString()));
        }
    }

    void AddInstruments()
    {
        string Token(string? symbol = null, long? chain = null)
        {
            JsonObject body = new() { ["address"] = Api.Bond.ToString() };
            if (symbol is not null) body["symbol"] = symbol;
            if (chain is not null) body["chain_id"] = chain;
            return body.ToJsonString();
        }
        Add("registerInstrument 200", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, Instruments, Token(), 201);
            return new(tenant, Instruments, Token());
        });
        Add("registerInstrument symbol_taken", async () => new(await TenantAsync(), Instruments, Token("USDC")));
        Add("registerInstrument symbol_confusable", async () => new(await TenantAsync(), Instruments, Token("usdc")));
        Add("registerInstrument cross_chain_not_supported", async () => new(await TenantAsync(), Instruments, Token(chain: 1)));
        Add("registerInstrument node_unavailable", async () => await WithoutNodeAsync(new(await TenantAsync(), Instruments, Token())));
        Add("registerInstrument quota_reached", async () =>
        {
            AnswerScene scene = await OfAsync(new(await TenantAsync(), Instruments, Token()), ("Api:MaxTokenReadsPerMinute", "1"));
            await PostToAsync(scene.Url!, scene.Client!, Instruments, new JsonObject { ["address"] = Unknown() }.ToJsonString());
            return scene;
        });
    }

    void AddWebhooks()
    {
        const string hooks = Me + "/webhooks";
        string Hook(int number) => $$"""{"url":"https://hooks.example.com/{{number}}","events":["*"]}""";
        Add("createWebhook webhook_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            for (int i = 0; i < 20; i++) await DoAsync(tenant, hooks, Hook(i), 201);
            return new(tenant, hooks, Hook(20));
        });
        Add("createWebhook webhook_url_taken", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, hooks, Hook(0), 201);
            return new(tenant, hooks, Hook(0));
        });
        Add("updateWebhook webhook_url_taken", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, hooks, Hook(0), 201);
            return new(tenant, $"{hooks}/{(await DoAsync(tenant, hooks, Hook(1), 201))["id"]}", """{"url":"https://hooks.example.com/0"}""");
        });
        foreach (bool one in (bool[])[true, false])
            Add(one ? "replayWebhookDelivery webhook_inactive" : "replayWebhooks webhook_inactive", async () =>
            {
                string tenant = await TenantAsync(), path = $"{hooks}/{(await DoAsync(tenant, hooks, Hook(0), 201))["id"]}";
                Guid delivery = await WebhookScene.DeliveryAsync(Api, Guid.Parse(path[^36..]));
                await DoAsync(tenant, path, """{"is_active":false}""", 200, HttpMethod.Patch);
                return one ? new(tenant, $"{path}/deliveries/{delivery}/replay") : new(tenant, path + "/replay", """{"from":"2026-01-01T00:00:00Z"}""");
            });
        Add("listEvents cursor_expired", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("insert into webhooks.feed (environment_id, position) values ($1, 5)", await Api.EnvironmentAsync(tenant));
            return new(tenant, "/v1/events?after=0");
        });
        Add("listEvents quota_reached", async () =>
        {
            string tenant = await TenantAsync();
            List<IAsyncDisposable> streams = [];
            for (int i = 0; i < 8; i++)
            {
                using HttpRequestMessage request = new(HttpMethod.Get, Api.Url + "/v1/events");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Api.TokenAsync(tenant));
                request.Headers.Accept.ParseAdd("text/event-stream");
                HttpResponseMessage response = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.Equal(200, (int)response.StatusCode);
                streams.Add(await response.Content.ReadAsStreamAsync());
            }
            return new(tenant, "/v1/events") { Headers = [("Accept", "text/event-stream")], Held = [.. streams] };
        });
    }

    void AddTenants()
    {
        Add("createEnvironment environment_slug_taken", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, Me + "/environments", """{"slug":"second"}""", 201);
            return new(tenant, Me + "/environments", """{"slug":"second"}""");
        });
        Add("createEnvironment environment_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("""
                insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, rate_limit, created_at)
                select gen_random_uuid(), e.platform_id, 'more-' || n, e.kind, e.chain_id, false, e.api_version, e.rate_limit, now() from identity.environment e, generate_series(1, 19) n where e.id = $1
                """, await Api.EnvironmentAsync(tenant));
            return new(tenant, Me + "/environments", """{"slug":"one-more"}""");
        });
        foreach ((string operation, string part, string? body) in ((string, string, string?)[])[("updateEnvironment", "", """{"name":"Live"}"""), ("deactivateEnvironment", "/deactivate", null)])
            Add(operation + " production_only", async () =>
            {
                string tenant = await TenantAsync();
                Guid production = Guid.NewGuid();
                await Api.RunAsync("""
                    insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, rate_limit, created_at)
                    select $2, platform_id, 'live', 'production', chain_id, false, api_version, rate_limit, now() from identity.environment where id = $1
                    """, await Api.EnvironmentAsync(tenant), production);
                return new(tenant, $"{Me}/environments/{production}{part}", body);
            });
        Add("deactivateEnvironment validation_failed", async () =>
        {
            string tenant = await TenantAsync();
            return new(tenant, $"{Me}/environments/{await Api.EnvironmentAsync(tenant)}/deactivate");
        });
        Add("createCredential credential_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("insert into identity.credential (client_id, environment_id, scopes, created_at) select $2 || '-' || n, $1, '{settlements:read}', now() from generate_series(1, 49) n",
                await Api.EnvironmentAsync(tenant), tenant);
            return new(tenant, Me + "/credentials", """{"scopes":["settlements:read"]}""");
        });
        Add("rotateCredentialSecret credential_external", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("insert into identity.credential (client_id, environment_id, scopes, issuer, created_at) values ($2 || '-external', $1, '{settlements:read}', 'https://issuer.example', now())",
                await Api.EnvironmentAsync(tenant), tenant);
            return new(tenant, $"{Me}/credentials/{tenant}-external/rotate-secret", "{}");
        });
        Add("rotateCredentialSecret credential_of_another", async () =>
        {
            string tenant = await TenantAsync();
            await Api.AddCredentialAsync(tenant + "-few", await Api.EnvironmentAsync(tenant), "platform:manage");
            return new(tenant + "-few", $"{Me}/credentials/{tenant}/rotate-secret", "{}");
        });
        Add("createIpRule ip_rule_exists", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, Me + "/ip-rules", """{"cidr":"127.0.0.0/8"}""", 201);
            return new(tenant, Me + "/ip-rules", """{"cidr":"127.0.0.0/8"}""");
        });
        Add("createIpRule ip_rule_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("""
                insert into identity.ip_rule (id, environment_id, network, created_at)
                select gen_random_uuid(), $1, case n when 1 then cidr '127.0.0.0/8' else ('10.0.' || n || '.0/24')::cidr end, now() from generate_series(1, 100) n
                """, await Api.EnvironmentAsync(tenant));
            return new(tenant, Me + "/ip-rules", """{"cidr":"192.168.0.0/16"}""");
        });
        Add("deleteIpRule would_lock_out", async () =>
        {
            string tenant = await TenantAsync();
            string own = (string)(await DoAsync(tenant, Me + "/ip-rules", """{"cidr":"127.0.0.0/8"}""", 201))["id"]!;
            await DoAsync(tenant, Me + "/ip-rules", """{"cidr":"203.0.113.0/24"}""", 201);
            return new(tenant, $"{Me}/ip-rules/{own}");
        });
        Add("createTemplate template_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            await TemplateUploadTests.UploadAsync(Api, tenant, "first");
            await Api.RunAsync("""
                insert into settlement.template (id, environment_id, slug, version, name, description, config, created_at)
                select gen_random_uuid(), environment_id, 'filler-' || n, 1, name, description, config, created_at from settlement.template, generate_series(1, 99) n where environment_id = $1
                """, await Api.EnvironmentAsync(tenant));
            return new(tenant, "/v1/settlement-templates", TemplateUploadTests.Body("one-more").ToJsonString());
        });
        Add("createPlatform platform_name_taken", () => Task.FromResult(new AnswerScene("operator", "/v1/platforms", """{"name":"Another","slug":"platform-a"}""")));
    }

    void AddMembers()
    {
        const string members = Me + "/members";
        static string Invitation(string name) => $$"""{"email":"{{name}}@example.com","roles":["read_only"]}""";
        Add("inviteMember member_exists", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, members, Invitation(tenant), 201);
            return new(tenant, members, Invitation(tenant));
        });
        Add("inviteMember member_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("""
                with made as (
                  insert into identity.person (id, user_name, normalized_user_name, email, normalized_email, security_stamp, concurrency_stamp, created_at)
                  select gen_random_uuid(), $2 || n || '@example.com', upper($2 || n || '@example.com'), $2 || n || '@example.com', upper($2 || n || '@example.com'), 's', 'c', now() from generate_series(1, 500) n
                  returning id)
                insert into identity.member (id, platform_id, person_id, roles, status, invited_by, created_at, updated_at)
                select gen_random_uuid(), e.platform_id, made.id, '{read_only}', 'active', 'x', now(), now() from made, identity.environment e where e.id = $1
                """, await Api.EnvironmentAsync(tenant), tenant);
            return new(tenant, members, Invitation(tenant));
        });
        foreach ((string operation, string? body) in ((string, string?)[])[("updateMember", """{"roles":["read_only"]}"""), ("removeMember", null)])
        {
            Add(operation + " last_manager", async () =>
            {
                string tenant = await TenantAsync(), id = (string)(await DoAsync(tenant, members, Invitation(tenant), 201))["member"]!["id"]!;
                await Api.RunAsync("update identity.member set status = 'active', roles = '{platform_manager}', invitation_sha256 = null, invitation_ends = null where id = $1", Guid.Parse(id));
                return new(tenant, $"{members}/{id}", body);
            });
            Add(operation + " member_is_self", async () =>
            {
                string tenant = await TenantAsync(), id = (string)(await DoAsync(tenant, members, Invitation(tenant), 201))["member"]!["id"]!;
                await Api.AddCredentialAsync(tenant + "-own", await Api.EnvironmentAsync(tenant), "members:manage");
                await Api.RunAsync("update identity.credential set member_id = $1 where client_id = $2", Guid.Parse(id), tenant + "-own");
                return new(tenant + "-own", $"{members}/{id}", body);
            });
        }
        string Wallet() => $$"""{"wallet_address":"{{Api.Buyer}}"}""";
        Add("registerWallet wallet_exists", async () =>
        {
            string tenant = await TenantAsync();
            await DoAsync(tenant, "/v1/wallets", Wallet(), 201);
            return new(tenant, "/v1/wallets", Wallet());
        });
        Add("registerWallet wallet_limit_reached", async () =>
        {
            string tenant = await TenantAsync();
            await Api.RunAsync("""
                insert into settlement.wallet (id, environment_id, address, usable_from, registered_by, registered_person, created_at)
                select gen_random_uuid(), $1, substr(sha256(n::text::bytea), 1, 20), now(), 'x', 'x', now() from generate_series(1, 10000) n
                """, await Api.EnvironmentAsync(tenant));
            return new(tenant, "/v1/wallets", Wallet());
        });
        Add("approveWallet second_person_needed", async () =>
        {
            string tenant = await TenantAsync();
            return new(tenant, $"/v1/wallets/{(await DoAsync(tenant, "/v1/wallets", Wallet(), 201))["id"]}/approve");
        });
    }

    void AddAdmin()
    {
        foreach (string verb in (string[])["retry", "rollback"])
            Add(verb + "Settlement settlement_ended", async () => new("operator", $"{Admin}/settlements/{(await AgreedAsync(Final)).Id}/{verb}", Reason));
        Add("triggerMaturity not_a_repo_opening", async () => new("operator", $"{Admin}/settlements/{(await OfferAsync()).Id}/trigger-maturity"));
        Add("eraseSettlementFields settlement_open", async () => new("operator", $"{Admin}/settlements/{(await AgreedAsync()).Id}/erase", """{"role":"buyer"}"""));
        Add("pauseSystem already_paused", async () =>
        {
            string body = $$"""{"scope":"environment","environment_id":"{{await Api.EnvironmentAsync(await TenantAsync())}}","reason":"a drill"}""";
            await DoAsync("operator", Admin + "/pause", body, 201);
            return new("operator", Admin + "/pause", body);
        });
        Add("resumeSystem not_found", () => Task.FromResult(new AnswerScene("operator", Admin + "/resume", $$"""{"pause_id":"{{Guid.NewGuid()}}"}""")));

        const string token = "/oauth/token", secret = """{"client_id":"platform-a","client_secret":"wrong","grant_type":"client_credentials"}""";
        Add("createToken 400", () => Task.FromResult(new AnswerScene(null, token, "{}")));
        // Of an API of its own: failures are counted for the address, and other tests fail from the same one.
        Add("createToken 401", () => OfAsync(new(null, token, secret)));
        Add("createToken 403", () => Task.FromResult(new AnswerScene(null, token,
            """{"client_id":"platform-a","client_secret":"secret-platform-a","audience":"https://elsewhere.example","grant_type":"client_credentials"}""")));
        Add("createToken 429", async () =>
        {
            WebApplication app = await Api.StartAsync();
            for (int i = 0; i < 10; i++)
            {
                using StringContent body = new(secret.Replace("wrong", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), null, "application/json");
                using HttpResponseMessage refused = await Api.Client.PostAsync(app.Urls.First() + token, body);
            }
            return new(null, token, secret) { Url = app.Urls.First(), Held = [app] };
        });
    }
}
