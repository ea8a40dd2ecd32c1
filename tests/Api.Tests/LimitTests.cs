using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Api.Http;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>Refusals of what there is enough of, and of what another has to do; and that every code of the table has a test.</summary>
[Collection(ApiCollection.Name)]
public sealed partial class LimitTests(ApiFixture api)
{
    const string Me = "/v1/platforms/me";

    readonly string _tenant = "l" + Guid.NewGuid().ToString("n")[..12];

    async Task<Guid> TenantAsync() => await api.AddPlatformAsync(_tenant, scopes: [.. Keystone.Identity.Scopes.OfTenants.Select(scope => scope.Name)]);

    async Task RefusedAsync(string code, int status, HttpMethod method, string path, string body, string? client = null)
    {
        string before = await api.CountsAsync();
        var (got, problem, _) = await api.SendAsync(client ?? _tenant, method, path, body);
        Assert.Equal((status, code), (got, (string?)problem["code"]));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_platform_has_at_most_twenty_environments()
    {
        Guid environment = await TenantAsync();
        await api.RunAsync("""
            insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, rate_limit, created_at)
            select gen_random_uuid(), e.platform_id, 'more-' || n, e.kind, e.chain_id, false, e.api_version, e.rate_limit, now() from identity.environment e, generate_series(1, 19) n where e.id = $1
            """, environment);
        await RefusedAsync("environment_limit_reached", 409, HttpMethod.Post, Me + "/environments", """{"slug":"one-more"}""");
    }

    [Fact]
    public async Task An_environment_has_at_most_fifty_credentials_a_hundred_networks_and_ten_thousand_wallets()
    {
        Guid environment = await TenantAsync();
        await api.RunAsync("insert into identity.credential (client_id, environment_id, scopes, created_at) select $2 || '-' || n, $1, '{settlements:read}', now() from generate_series(1, 49) n", environment, _tenant);
        await RefusedAsync("credential_limit_reached", 409, HttpMethod.Post, Me + "/credentials", """{"scopes":["settlements:read"]}""");
        await api.RunAsync("""
            insert into identity.ip_rule (id, environment_id, network, created_at)
            select gen_random_uuid(), $1, case n when 1 then cidr '127.0.0.0/8' else ('10.0.' || n || '.0/24')::cidr end, now() from generate_series(1, 100) n
            """, environment);
        await RefusedAsync("ip_rule_limit_reached", 409, HttpMethod.Post, Me + "/ip-rules", """{"cidr":"192.168.0.0/16"}""");
        await api.RunAsync("""
            insert into settlement.wallet (id, environment_id, address, usable_from, registered_by, registered_person, created_at)
            select gen_random_uuid(), $1, substr(sha256(n::text::bytea), 1, 20), now(), 'x', 'x', now() from generate_series(1, 10000) n
            """, environment);
        await RefusedAsync("wallet_limit_reached", 409, HttpMethod.Post, "/v1/wallets", $$"""{"wallet_address":"0x{{RandomNumberGenerator.GetHexString(40, lowercase: true)}}"}""");
    }

    [Fact]
    public async Task A_platform_has_at_most_five_hundred_members()
    {
        Guid environment = await TenantAsync();
        await api.RunAsync("""
            with made as (
              insert into identity.person (id, user_name, normalized_user_name, email, normalized_email, security_stamp, concurrency_stamp, created_at)
              select gen_random_uuid(), $2 || n || '@example.com', upper($2 || n || '@example.com'), $2 || n || '@example.com', upper($2 || n || '@example.com'), 's', 'c', now() from generate_series(1, 500) n
              returning id)
            insert into identity.member (id, platform_id, person_id, roles, status, invited_by, created_at, updated_at)
            select gen_random_uuid(), e.platform_id, made.id, '{read_only}', 'active', 'x', now(), now() from made, identity.environment e where e.id = $1
            """, environment, _tenant);
        await RefusedAsync("member_limit_reached", 409, HttpMethod.Post, Me + "/members", """{"email":"one-more@example.com","roles":["read_only"]}""");
    }

    [Fact]
    public async Task A_credential_of_a_sandbox_does_not_change_production()
    {
        Guid sandbox = await TenantAsync(), production = Guid.NewGuid();
        await api.RunAsync("""
            insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, rate_limit, created_at)
            select $2, platform_id, 'live', 'production', chain_id, false, api_version, rate_limit, now() from identity.environment where id = $1
            """, sandbox, production);
        await RefusedAsync("production_only", 403, HttpMethod.Patch, $"{Me}/environments/{production}", """{"name":"Live"}""");
        await RefusedAsync("production_only", 403, HttpMethod.Post, $"{Me}/environments/{production}/deactivate", "{}");
    }

    [Fact]
    public async Task The_secret_of_a_credential_of_an_external_issuer_is_rotated_there()
    {
        Guid environment = await TenantAsync();
        await api.RunAsync("insert into identity.credential (client_id, environment_id, scopes, issuer, created_at) values ($2 || '-external', $1, '{settlements:read}', 'https://issuer.example', now())", environment, _tenant);
        await RefusedAsync("credential_external", 409, HttpMethod.Post, $"{Me}/credentials/{_tenant}-external/rotate-secret", "{}");
    }

    [Fact]
    public async Task A_leg_that_was_withdrawn_takes_no_signature_any_more()
    {
        try
        {
            (string path, EscrowTerms terms) = await DepositTests.FreezeAsync(api, await api.CreateAsync("platform-a", api.Single()));
            JsonObject leg = (JsonObject)(await api.GetAsync("platform-a", path + "/deposit-instructions"))["legs"]!.AsArray().First(one => (int)one!["index"]! == 0)!;
            JsonObject document = (JsonObject)leg["documents"]!.AsArray().First(one => (string)one!["kind"]! == "settle")!, body = (JsonObject)document["submit"]!.DeepClone();
            body["signature"] = Keystone.Ethereum.Hex.Encode(api.Chain.Accounts[2].SignDigest(Keystone.Ethereum.Hash32.Parse((string)document["digest"]!)).ToBytes());
            await api.RunAsync("""
                insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block) values ($1, $2, $3, 1, true, 10)
                """, TestChain.ChainId, terms.Id.ToBytes(), terms.Contract.ToBytes());
            await api.RunAsync("""
                update chain.escrow set legs[1] = row(null, null, null, null, null, null, 'withdrawn', 12::bigint, $2::bytea, 7, null, null, null)::chain.leg where escrow_id = $1
                """, terms.Id.ToBytes(), new byte[32]);
            await RefusedAsync("consent_withdrawn", 409, HttpMethod.Post, path + "/signatures", body.ToJsonString(), "platform-a");
        }
        finally
        {
            await SettlementScene.ClearAsync(api);
        }
    }

    // A code that no test names is one that nobody has seen answered.
    [Fact]
    public async Task Every_code_of_the_table_is_named_by_a_test()
    {
        string[] sources = Directory.GetFiles(Path.Combine(NativeTool.RepositoryRoot, "tests"), "*.cs", SearchOption.AllDirectories);
        HashSet<string> words = [];
        foreach (string source in sources.Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)))
            words.UnionWith(Word().Matches(await File.ReadAllTextAsync(source)).Select(match => match.Groups["code"].Value));
        Assert.All(ErrorTable.Entries.Keys, code => Assert.True(words.Contains(code), code));
    }

    [GeneratedRegex("\"(?<code>[a-z]+(_[a-z]+)+)\"|ErrorCodes\\.(?<code>[A-Za-z]+)")]
    private static partial Regex Word();
}
