using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tests;

/// <summary>What only a development system has is not there in any other.</summary>
[Collection(ApiCollection.Name)]
public sealed class SandboxTests(ApiFixture api)
{
    [Fact]
    public async Task A_service_without_a_sandbox_has_no_route_of_it()
    {
        await using WebApplication app = await api.StartAsync(sandbox: false);
        Assert.DoesNotContain(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints), IsOfSandbox);
        foreach (string path in (string[])["mint", "clock/advance", ""])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, $"{app.Urls.First()}/v1/test_helpers/{path}") { Content = new StringContent("{}") };
            request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            Assert.Equal(404, (int)response.StatusCode);
        }
        await using WebApplication development = await api.StartAsync();
        Assert.Equal(2, ((IEndpointRouteBuilder)development).DataSources.SelectMany(source => source.Endpoints).Count(IsOfSandbox));

        static bool IsOfSandbox(Microsoft.AspNetCore.Http.Endpoint endpoint) =>
            endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags.Contains("sandbox") == true || (endpoint as RouteEndpoint)?.RoutePattern.RawText?.Contains("test_helpers", StringComparison.Ordinal) == true;
    }

    [Theory]
    [InlineData("mint", """{"token":"KRONE","to":"0x70997970c51812dc3a010c7d01b50e0d17dc79c8","amount":"1"}""", "/token", "unknown_token")]
    [InlineData("mint", """{"token":"USDC","to":"0x0000000000000000000000000000000000000000","amount":"1"}""", "/to", "zero_address")]
    [InlineData("mint", """{"token":"USDC","to":"0x70997970c51812dc3a010c7d01b50e0d17dc79c8","amount":"1.5"}""", "/amount", "invalid_number")]
    [InlineData("mint", """{"token":"USDC","to":"0x70997970c51812dc3a010c7d01b50e0d17dc79c8"}""", "/amount", "missing")]
    [InlineData("clock/advance", "{}", "/seconds", "missing")]
    [InlineData("clock/advance", """{"seconds":0}""", "/seconds", "out_of_range")]
    [InlineData("clock/advance", """{"seconds":-5}""", "/seconds", "out_of_range")]
    [InlineData("clock/advance", """{"seconds":31536001}""", "/seconds", "out_of_range")]
    [InlineData("mint", """{"token":"0x0000000000000000000000000000000000000009","to":"0x70997970c51812dc3a010c7d01b50e0d17dc79c8","amount":"1","token_id":"9x"}""", "/token_id", "invalid_number")]
    public async Task Faults_are_named(string path, string body, string pointer, string code)
    {
        (int status, JsonObject problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/test_helpers/" + path, body);
        Assert.Equal((422, pointer, code), (status, (string)problem["errors"]![0]!["pointer"]!, (string)problem["errors"]![0]!["code"]!));
    }
}
