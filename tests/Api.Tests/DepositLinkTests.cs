using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Settlements.DepositLinks;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Tests;

/// <summary>Links by which a party without an account deposits: what they open, and to whom.</summary>
[Collection(ApiCollection.Name)]
public sealed class DepositLinkTests(ApiFixture api) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    async Task<(string Path, EscrowTerms Terms)> SceneAsync() => await DepositTests.FreezeAsync(api, await api.CreateAsync("platform-a", api.Single()));

    async Task<(JsonObject Link, string Token)> MakeAsync(string path, string role = "seller")
    {
        var (status, link, response) = await api.SendAsync("platform-a", HttpMethod.Post, path + "/deposit-links", $$"""{"role":"{{role}}"}""");
        Assert.True(status == 201, link.ToJsonString());
        Assert.Equal($"{path}/deposit-links/{link["id"]}", response.Headers.Location!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        return (link, new Uri((string)link["url"]!).Fragment[1..]);
    }

    async Task<OpenedDepositLink?> OpenAsync(string token) => await (await ServicesAsync()).GetRequiredService<OpenDepositLink>().FindAsync(token, CancellationToken.None);

    WebApplication? _app;

    async Task<IServiceProvider> ServicesAsync() => (_app ??= await api.StartAsync()).Services;

    [Fact]
    public async Task A_link_is_shown_once_its_hash_is_stored_and_a_revoked_one_opens_nothing()
    {
        (string path, _) = await SceneAsync();
        (JsonObject link, string token) = await MakeAsync(path);
        // 256 bits behind the sign that browsers send to nobody.
        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        Assert.Equal(("active", "seller", "platform-a"), ((string)link["status"]!, (string)link["role"]!, (string)link["created_by"]!));
        byte[] stored = (byte[])(await api.Database.CreateCommand($"select token_sha256 from settlement.deposit_link where id = '{link["id"]}'").ExecuteScalarAsync())!;
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(token)), stored);

        JsonObject list = await api.GetAsync("platform-a", path + "/deposit-links");
        Assert.Equal((string)link["id"]!, (string)Assert.Single(list["items"]!.AsArray())!["id"]!);
        string written = list.ToJsonString() + (await api.GetAsync("platform-a", "/v1/activity?type=deposit_link.created")).ToJsonString() + (await api.GetAsync("platform-a", path + "/events")).ToJsonString();
        Assert.DoesNotContain(token, written, StringComparison.Ordinal);
        Assert.Contains("deposit_link.created", written, StringComparison.Ordinal);
        Assert.Contains(path.Split('/')[^1], written, StringComparison.Ordinal);

        Assert.NotNull(await OpenAsync(token));
        Assert.Null(await OpenAsync(token[..42] + (token[42] == 'A' ? 'E' : 'A')));
        Assert.Null(await OpenAsync(""));
        foreach (int time in (int[])[1, 2])
            Assert.Equal(204, (await api.SendAsync("platform-a", HttpMethod.Delete, $"{path}/deposit-links/{link["id"]}", null)).Status);
        Assert.Null(await OpenAsync(token));
        Assert.Equal("revoked", (string)(await api.GetAsync("platform-a", path + "/deposit-links"))["items"]![0]!["status"]!);
        // A link of another settlement is none of this one.
        (string other, _) = await SceneAsync();
        Assert.Equal(404, (await api.SendAsync("platform-a", HttpMethod.Delete, $"{other}/deposit-links/{link["id"]}", null)).Status);
    }

    [Fact]
    public async Task A_link_ends_with_the_deadline_and_with_its_platform()
    {
        (string path, _) = await SceneAsync();
        (JsonObject link, string token) = await MakeAsync(path);
        await api.RunAsync("update settlement.deposit_link set expires_at = $2 where id = $1", Guid.Parse((string)link["id"]!), api.Clock.GetUtcNow().AddSeconds(-1));
        Assert.Null(await OpenAsync(token));
        Assert.Equal("ended", (string)(await api.GetAsync("platform-a", path + "/deposit-links"))["items"]![0]!["status"]!);
        (_, token) = await MakeAsync(path);
        Guid environment = await api.EnvironmentAsync("platform-a");
        await api.RunAsync("update identity.environment set is_active = false where id = $1", environment);
        try
        {
            Assert.Null(await OpenAsync(token));
        }
        finally
        {
            await api.RunAsync("update identity.environment set is_active = true where id = $1", environment);
        }
    }

    [Fact]
    public async Task Its_holder_sees_the_legs_of_the_role_and_nothing_of_anybody_else()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        (string path, EscrowTerms terms) = await DepositTests.FreezeAsync(api, made);
        (_, string token) = await MakeAsync(path);
        OpenedDepositLink opened = (await OpenAsync(token))!;
        DepositPageView page = await (await ServicesAsync()).GetRequiredService<OpenDepositLink>().ReadAsync(opened, CancellationToken.None);
        DepositPageLeg leg = Assert.Single(page.Legs);
        Assert.Equal((api.Seller.ToString(), "pending", terms.Contract.ToString(), null), (leg.Depositor, leg.Status, page.Escrow, page.Refusal));
        Assert.Equal(page.Key, OpenDepositLink.KeyOf(opened));
        Assert.Equal((string)made["legs"]![1]!["quantity"]!, Assert.Single(page.Receives).Quantity);
        Assert.Equal(["approve", "deposit"], leg.Instructions!.Operations.Select(one => one.Step));
        Assert.DoesNotContain(leg.Instructions.Documents, one => one.Kind == "settle");
        // What the page is made of; the words beside it name the recipient, who is in the call data too.
        string shown = JsonSerializer.Serialize(page with { Legs = [leg with { Instructions = null }] }) + JsonSerializer.Serialize(leg.Instructions.Documents);
        foreach (string others in (string[])[api.Buyer.ToString(), api.Buyer.ToString()[2..].ToLowerInvariant(), .. made["parties"]!.AsArray().SelectMany(party => new[] { (string?)party!["name"], (string?)party["external_reference"] }).OfType<string>()])
            Assert.DoesNotContain(others, shown, StringComparison.OrdinalIgnoreCase);
        Result<Submitted> settle = await (await ServicesAsync()).GetRequiredService<OpenDepositLink>().SignAsync(opened, new SubmitSignatureRequest { Kind = "settle", Signature = "0x" + new string('1', 130) }, CancellationToken.None);
        Assert.Equal("/kind", Assert.Single(settle.Error!.Faults).Pointer);
    }

    [Fact]
    public async Task Links_are_made_for_own_roles_that_deposit_once_the_terms_are_published()
    {
        JsonObject early = await api.CreateAsync("platform-a", api.Single());
        var refused = await api.SendAsync("platform-a", HttpMethod.Post, $"/v1/settlements/{early["id"]}/deposit-links", """{"role":"seller"}""");
        Assert.Equal((409, "escrow_not_registered"), (refused.Status, (string)refused.Body["code"]!));
        (string path, _) = await SceneAsync();
        refused = await api.SendAsync("platform-a", HttpMethod.Post, path + "/deposit-links", """{"role":"agent"}""");
        Assert.Equal((422, "/role", "unknown_role"), (refused.Status, (string)refused.Body["errors"]![0]!["pointer"]!, (string)refused.Body["errors"]![0]!["code"]!));
        await api.RunAsync("""
            insert into settlement.deposit_link (id, settlement_id, environment_id, role, token_sha256, expires_at, created_by, created_at)
            select gen_random_uuid(), $1, $2, 'seller', sha256(convert_to($1::text || n::text, 'UTF8')), now() + interval '1 day', 'test', now() from generate_series(1, 50) n
            """, Guid.Parse(path.Split('/')[^1]), await api.EnvironmentAsync("platform-a"));
        refused = await api.SendAsync("platform-a", HttpMethod.Post, path + "/deposit-links", """{"role":"seller"}""");
        Assert.Equal((409, "deposit_link_limit_reached"), (refused.Status, (string)refused.Body["code"]!));
    }

    [Fact]
    public async Task Without_pages_there_is_no_link()
    {
        (string path, _) = await SceneAsync();
        await using WebApplication app = await api.StartAsync(sandbox: false);
        using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + path + "/deposit-links") { Content = new StringContent("""{"role":"seller"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        Assert.Equal((409, "deposit_page_off"), ((int)response.StatusCode, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]!));
    }
}
