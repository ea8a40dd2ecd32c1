using System.Net;

namespace Keystone.Browser.SignIn;

/// <summary>Without its setting the dashboard is not there.</summary>
[Collection(SignInCollection.Name)]
public sealed class OffTests(SignInFixture fixture) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => fixture.CloseAsync();

    [Fact]
    public async Task Without_the_setting_nothing_of_it_is_served()
    {
        (_, string url) = await fixture.StartAsync(("Dashboard:Enabled", "false"));
        using HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        foreach (string path in (string[])["/", "/app/sandbox", "/operator", "/sign-in", "/_blazor/negotiate", "/_framework/blazor.web.js", "/assets/dashboard.css"])
        {
            HttpResponseMessage response = await client.GetAsync(url + path);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{path}: {(int)response.StatusCode}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }
}
