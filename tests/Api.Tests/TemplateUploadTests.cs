using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Api.OpenApi;
using Keystone.Domain.Templates;

namespace Keystone.Api.Tests;

/// <summary>Templates that platforms upload: the rules that they break are named, settlements keep their version, and nobody else sees them.</summary>
[Collection(ApiCollection.Name)]
public sealed class TemplateUploadTests(ApiFixture api) : IAsyncLifetime
{
    const string Path = "/v1/settlement-templates";

    public Task InitializeAsync() => Task.CompletedTask;

    // Others list what there is.
    public Task DisposeAsync() => api.RunAsync("delete from settlement.template");

    internal static JsonObject Body(string slug)
    {
        JsonObject body = (JsonObject)JsonNode.Parse(Examples.CreateTemplate)!;
        body["slug"] = slug;
        return body;
    }

    internal static async Task<JsonObject> UploadAsync(ApiFixture api, string client, string slug)
    {
        var (status, made, _) = await api.SendAsync(client, HttpMethod.Post, Path, Body(slug).ToJsonString());
        Assert.True(status == 201, made.ToJsonString());
        return made;
    }

    [Fact]
    public async Task An_environment_has_at_most_a_hundred_templates()
    {
        JsonObject made = await UploadAsync(api, "manager-a", Slug());
        await api.RunAsync("""
            insert into settlement.template (id, environment_id, slug, version, name, description, config, created_at)
            select gen_random_uuid(), environment_id, 'filler-' || n, 1, name, description, config, created_at from settlement.template, generate_series(1, 99) n where slug = $1
            """, (string)made["slug"]!);
        var (status, refused, _) = await api.SendAsync("manager-a", HttpMethod.Post, Path, Body(Slug()).ToJsonString());
        Assert.Equal((409, "template_limit_reached"), (status, (string)refused["code"]!));
        await api.RunAsync("delete from settlement.template");
    }

    static string Slug() => "t" + Guid.NewGuid().ToString("n")[..12];

    [Fact]
    public async Task A_template_is_uploaded_used_and_changed_and_settlements_keep_their_version()
    {
        string slug = Slug();
        JsonObject made = await UploadAsync(api, "manager-a", slug);
        Assert.Equal((1, slug, true), ((int)made["version"]!, (string)made["slug"]!, (bool)made["is_active"]!));
        Assert.Equal("[\"COMPLIANCE_CLEARED\"]", made["config"]!["compliance"]!["recheck_at_states"]!.ToJsonString());
        JsonObject instruction = api.Single();
        instruction["template_id"] = slug;
        JsonObject settlement = await api.CreateAsync("platform-a", instruction);
        Assert.Equal((slug, 1), ((string)settlement["template_slug"]!, (int)settlement["template_version"]!));

        JsonObject config = (JsonObject)made["config"]!.DeepClone();
        config.Remove("compliance");
        var (status, changed, _) = await api.SendAsync("manager-a", HttpMethod.Patch, $"{Path}/{made["id"]}", new JsonObject { ["config"] = config }.ToJsonString());
        Assert.Equal((200, 2, "DvP that is screened twice"), (status, (int)changed["version"]!, (string)changed["name"]!));
        Assert.Equal(1, (int)(await api.GetAsync("platform-a", $"/v1/settlements/{settlement["id"]}"))["template_version"]!);
        Assert.Equal(2, (int)(await api.GetAsync("platform-a", $"{Path}/{slug}"))["version"]!);

        (status, changed, _) = await api.SendAsync("manager-a", HttpMethod.Patch, $"{Path}/{slug}", "{\"is_active\":false}");
        Assert.Equal((200, 3, false), (status, (int)changed["version"]!, (bool)changed["is_active"]!));
        instruction["idempotency_key"] = Guid.NewGuid().ToString();
        Assert.Equal(422, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", instruction.ToJsonString())).Status);
        Assert.Equal(404, (await api.SendAsync("platform-a", HttpMethod.Get, $"{Path}/{slug}")).Status);
        Assert.Equal(200, (await api.SendAsync("manager-a", HttpMethod.Patch, $"{Path}/{slug}", "{\"is_active\":true}")).Status);
    }

    [Fact]
    public async Task Others_neither_see_nor_change_it_and_the_built_in_ones_are_nobody_s_to_change()
    {
        JsonObject made = await UploadAsync(api, "manager-a", Slug());
        Assert.Equal(404, (await api.SendAsync("manager-c", HttpMethod.Get, $"{Path}/{made["id"]}")).Status);
        foreach (string name in (string[])[(string)made["id"]!, (string)made["slug"]!, "dvp-single", BuiltInTemplates.Single.Id.ToString()])
            foreach (string body in (string[])["{}", "{nonsense", "{\"name\":7}"])
                Assert.Equal(404, (await api.SendAsync("manager-c", HttpMethod.Patch, $"{Path}/{name}", body)).Status);
        Assert.Equal(403, (await api.SendAsync("platform-a", HttpMethod.Post, Path, Body(Slug()).ToJsonString())).Status);
    }

    [Theory]
    [InlineData("\"COMPLIANCE_CLEARED\",", "\"COMPLIANCE_CLEARED\",\"NOWHERE\",", "unknown_state")]
    [InlineData("\"INSTRUCTED\":[\"COMPLIANCE_CHECKING\",", "\"NOWHERE\":[\"ROLLED_BACK\"],\"INSTRUCTED\":[\"COMPLIANCE_CHECKING\",", "unreachable_state")]
    [InlineData("\"SETTLED\":[\"FINALIZED\"]", "\"SETTLED\":[]", "dead_end")]
    [InlineData("\"AWAITING_DEPOSITS\":{\"type\":\"monitor_deposits\"},\"EXECUTING_SWAP\":{\"type\":\"execute_escrow\"}", "\"AWAITING_DEPOSITS\":{\"type\":\"execute_escrow\"},\"EXECUTING_SWAP\":{\"type\":\"monitor_deposits\"}", "action_order")]
    [InlineData("\"recheck_at_states\":[\"COMPLIANCE_CLEARED\"]", "\"recheck_at_states\":[\"EXECUTING_SWAP\"]", "gate_missing")]
    [InlineData("\"recheck_at_states\":[\"COMPLIANCE_CLEARED\"]", "\"recheck_at_states\":[\"INSTRUCTED\"]", "recheck_place")]
    [InlineData("\"type\":\"noop\"", "\"type\":\"lock_assets\"", "unknown_action")]
    [InlineData("\"type\":\"noop\"", "\"type\":\"initiate_payment\"", "unknown_action")]
    [InlineData("\"COMPLIANCE_CLEARED\":{\"type\":\"noop\"}", "\"INSTRUCTED\":{\"type\":\"external_action\"}", "external_place")]
    [InlineData("\"type\":\"noop\"", "\"type\":\"rollback_escrow\"", "action_misplaced")]
    [InlineData("\"type\":\"noop\"", "\"kind\":\"noop\"", "malformed")]
    [InlineData("\"AWAITING_DEPOSITS\":[\"EXECUTING_SWAP\",\"ROLLED_BACK\"]", "\"AWAITING_DEPOSITS\":[\"EXECUTING_SWAP\"]", "no_way_to_fail")]
    public async Task Each_broken_rule_is_named(string part, string changed, string code)
    {
        string body = Body(Slug()).ToJsonString();
        Assert.Contains(part, body, StringComparison.Ordinal);
        body = body.Replace(part, changed, StringComparison.Ordinal);
        long before = await api.CountAsync("settlement.template");
        foreach (string path in (string[])[Path, Path + "/validate"])
        {
            var (status, problem, _) = await api.SendAsync("manager-a", HttpMethod.Post, path, body);
            Assert.Equal(422, status);
            Assert.Contains(code, problem["errors"]!.AsArray().Select(fault => (string)fault!["code"]!));
        }
        Assert.Equal(before, await api.CountAsync("settlement.template"));
    }

    [Theory]
    [InlineData("slug", "dvp-single", "slug_taken")]
    [InlineData("slug", "Two Checks", "invalid_slug")]
    [InlineData("slug", null, "missing")]
    [InlineData("name", null, "missing")]
    [InlineData("config", null, "missing")]
    [InlineData("config", "text", "wrong_type")]
    public async Task A_wrong_member_is_named(string member, string? value, string code)
    {
        JsonObject body = Body(Slug());
        body[member] = value;
        var (status, problem, _) = await api.SendAsync("manager-a", HttpMethod.Post, Path, body.ToJsonString());
        Assert.Equal((422, "/" + member, code), (status, (string)problem["errors"]![0]!["pointer"]!, (string)problem["errors"]![0]!["code"]!));
    }

    [Fact]
    public async Task A_slug_is_taken_once_and_validating_stores_nothing()
    {
        string slug = Slug();
        Assert.Equal((200, true), await api.SendAsync("manager-a", HttpMethod.Post, Path + "/validate", Body(slug).ToJsonString()) is var (status, valid, _) ? (status, (bool)valid["valid"]!) : default);
        await UploadAsync(api, "manager-a", slug);
        Assert.Equal("slug_taken", (string)(await api.SendAsync("manager-a", HttpMethod.Post, Path, Body(slug).ToJsonString())).Body["errors"]![0]!["code"]!);
        await UploadAsync(api, "manager-c", slug);
    }

    [Theory]
    [InlineData("named_twice", "[\"buyer\",\"seller\"]", "[\"buyer\",\"seller\",\"buyer\"]")]
    [InlineData("named_twice", "[\"COMPLIANCE_CHECKING\",\"ROLLED_BACK\"]", "[\"COMPLIANCE_CHECKING\",\"ROLLED_BACK\",\"ROLLED_BACK\"]")]
    [InlineData("invalid_name", "COMPLIANCE_CLEARED", "CLEARED\\u0007")]
    [InlineData("invalid_name", "COMPLIANCE_CLEARED", "C123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Names_are_short_and_stand_in_a_list_once(string code, string from, string to)
    {
        string before = (await api.CountAsync("settlement.template")).ToString(CultureInfo.InvariantCulture), body = Body(Slug()).ToJsonString();
        Assert.Contains(from, body, StringComparison.Ordinal);
        var (status, refused, _) = await api.SendAsync("manager-a", HttpMethod.Post, Path, body.Replace(from, to, StringComparison.Ordinal));
        Assert.True(status == 422, refused.ToJsonString());
        Assert.Contains(refused["errors"]!.AsArray(), fault => (string?)fault!["code"] == code);
        Assert.Equal(before, (await api.CountAsync("settlement.template")).ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_template_has_at_most_sixty_four_states()
    {
        foreach ((int more, int expected) in ((int, int)[])[(55, 201), (56, 422)])
        {
            JsonObject body = Body(Slug()), config = (JsonObject)body["config"]!;
            string at = "COMPLIANCE_CLEARED";
            JsonNode after = config["transitions"]![at]!.DeepClone();
            for (int i = 0; i < more; i++)
            {
                string next = $"STEP_{i}";
                config["states"]!.AsArray().Add(next);
                config["transitions"]![at] = new JsonArray(next, "ROLLED_BACK");
                at = next;
            }
            config["transitions"]![at] = after;
            var (status, answer, _) = await api.SendAsync("manager-a", HttpMethod.Post, Path, body.ToJsonString());
            Assert.True(status == expected, answer.ToJsonString());
        }
    }

    [Fact]
    public async Task The_published_schema_describes_what_is_served_and_what_is_shown_as_an_example()
    {
        JsonObject schema = await api.GetAsync("platform-a", Path + "/schema");
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)schema["$schema"]!);
        string[] known = [.. ((JsonObject)schema["properties"]!).Select(member => member.Key)];
        foreach (JsonNode config in BuiltInTemplates.All.Select(template => JsonNode.Parse(TemplateJson.Write(template))!).Append(Body("x")["config"]!))
        {
            Assert.Empty(((JsonObject)config).Select(member => member.Key).Except(known));
            Assert.Empty(schema["required"]!.AsArray().Select(name => (string)name!).Except(((JsonObject)config).Select(member => member.Key)));
            string[] types = [.. schema["$defs"]!["action"]!["properties"]!["type"]!["enum"]!.AsArray().Select(type => (string)type!)];
            Assert.All((JsonObject)config["actions"]!, action => Assert.Contains((string)action.Value!["type"]!, types));
        }
    }
}
