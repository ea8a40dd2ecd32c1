using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Domain.Templates;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>What is served, what is stored and what the engine runs are one thing.</summary>
[Collection(ApiCollection.Name)]
public sealed class TemplateTests(ApiFixture api)
{
    public static TheoryData<string> Slugs => ["dvp-single", "dvp-cross-platform", "dvp-bilateral"];

    static Template EngineTemplate(string slug) => BuiltInTemplates.All.Single(template => template.Slug == slug);

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task The_stored_template_is_the_one_the_engine_runs(string slug)
    {
        Template engine = EngineTemplate(slug);
        JsonObject served = await api.GetAsync("platform-a", "/v1/settlement-templates/" + slug);
        Assert.Equal(engine.Id.ToString(), (string?)served["id"]);
        Assert.Equal(engine.Slug, (string?)served["slug"]);
        Assert.Equal(engine.Version, (int)served["version"]!);
        Assert.True((bool)served["is_active"]!);
        JsonObject config = (JsonObject)served["config"]!;
        Assert.Equal(engine.InitialState, (string?)config["initial_state"]);
        Assert.Equal([engine.SuccessState], Texts(config["terminal_states"]));
        Assert.Equal([engine.FailureState], Texts(config["failure_states"]));
        Assert.Equal(engine.RequiredRoles, Texts(config["required_roles"]));
        Assert.Equal(engine.RequiredLegTypes, Texts(config["required_leg_types"]));
        Assert.Equal(engine.Transitions.ToDictionary(t => t.Key, t => string.Join(',', t.Value)),
            ((JsonObject)config["transitions"]!).ToDictionary(t => t.Key, t => string.Join(',', Texts(t.Value))));
        Assert.Equal(engine.Actions.ToDictionary(a => a.Key, a => JsonNamingPolicy.SnakeCaseLower.ConvertName(a.Value.ToString())),
            ((JsonObject)config["actions"]!).ToDictionary(a => a.Key, a => (string)a.Value!["type"]!));
        // Each state is listed once, in the order of the way forward, the failure last.
        List<string> way = [engine.InitialState];
        while (engine.Transitions.TryGetValue(way[^1], out var next))
            way.Add(next[0]);
        Assert.Equal([.. way, engine.FailureState], Texts(config["states"]));
    }

    [Fact]
    public async Task The_guide_s_snippet_is_literally_among_the_actions_of_the_cross_platform_template()
    {
        JsonNode snippet = SeedGuide.CrossPlatform.Samples[1]["INSTRUCTED"]!;
        JsonObject cross = await api.GetAsync("platform-a", "/v1/settlement-templates/dvp-cross-platform");
        JsonNode actions = cross["config"]!["actions"]!;
        Assert.Equal(snippet.ToJsonString(), actions["INSTRUCTED"]!.ToJsonString());
        JsonObject single = await api.GetAsync("platform-a", "/v1/settlement-templates/dvp-single");
        Assert.Null(single["config"]!["actions"]!["INSTRUCTED"]);
        Assert.DoesNotContain("AWAITING_CONFIRMATION", single.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DVP-Single", "dvp-single")]
    [InlineData("dvp-standard", "dvp-single")]
    [InlineData("Dvp-Standard", "dvp-single")]
    [InlineData("CROSS_PLATFORM_DvP_TEMPLATE", "dvp-cross-platform")]
    [InlineData("cross_platform_dvp", "dvp-cross-platform")]
    [InlineData("dvp-CROSS-platform", "dvp-cross-platform")]
    [InlineData("01993000-0000-7000-8000-000000000002", "dvp-cross-platform")]
    public async Task A_template_is_found_by_id_slug_in_any_case_and_alias(string name, string slug)
    {
        Assert.Equal(slug, (string?)(await api.GetAsync("platform-a", "/v1/settlement-templates/" + name))["slug"]);
        JsonObject body = slug == "dvp-single" ? api.Single() : api.Cross();
        body["template_id"] = name;
        Assert.Equal(slug, (string?)(await api.CreateAsync("platform-a", body))["template_slug"]);
    }

    [Fact]
    public async Task The_list_holds_all_of_them_and_an_unknown_one_is_404()
    {
        JsonObject list = await api.GetAsync("platform-a", "/v1/settlement-templates");
        Assert.Equal(3, (int)list["total"]!);
        Assert.Equal(["dvp-bilateral", "dvp-cross-platform", "dvp-single"], list["items"]!.AsArray().Select(t => (string)t!["slug"]!));
        Assert.Equal(404, (await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlement-templates/no-such")).Status);
    }

    static string[] Texts(JsonNode? array) => [.. array!.AsArray().Select(text => (string)text!)];
}
