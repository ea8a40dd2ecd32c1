using System.Net;
using System.Text.RegularExpressions;
using Keystone.Dashboard.SignIn;
using Keystone.Identity.Members;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Browser.SignIn;

/// <summary>What other sites cannot do with a member's browser, and what the cookie does not open.</summary>
[Collection(SignInCollection.Name)]
public sealed partial class OriginTests(SignInFixture system) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => system.CloseAsync();

    [Fact]
    public async Task A_form_or_socket_of_another_origin_is_refused()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, SandboxMember member) = await system.LinkAsync(platform, "read_only");
        using HttpClient client = await SignedInAsync(link);
        string form = await client.GetStringAsync("/sign-in");
        string token = Token(form);

        using HttpRequestMessage foreign = new(HttpMethod.Post, "/session/end") { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Headers = { { "Origin", "https://evil.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(foreign)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/session/end", new FormUrlEncodedContent([]))).StatusCode);
        Assert.Equal(1, await system.ScalarAsync<long>($"select count(*) from identity.session where member_id = '{member.Member}' and ended_at is null"));
        foreach (string path in (string[])["/_blazor/negotiate?negotiateVersion=1", "/_blazor"])
        {
            using HttpRequestMessage socket = new(HttpMethod.Post, path) { Headers = { { "Origin", "https://evil.example" } } };
            Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(socket)).StatusCode);
        }
        using HttpRequestMessage own = new(HttpMethod.Post, "/session/end") { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Headers = { { "Origin", system.Url } } };
        Assert.Equal(HttpStatusCode.Found, (await client.SendAsync(own)).StatusCode);
        Assert.Equal(0, await system.ScalarAsync<long>($"select count(*) from identity.session where member_id = '{member.Member}' and ended_at is null"));
    }

    [Fact]
    public async Task The_cookie_opens_no_call_of_the_API_and_no_circuit_without_it()
    {
        (Guid platform, _) = await system.PlatformAsync();
        (string link, _) = await system.LinkAsync(platform, "platform_manager");
        using HttpClient client = await SignedInAsync(link), stranger = Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/settlements")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/platforms/me/members")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("/_blazor/negotiate?negotiateVersion=1", null)).StatusCode);
        Assert.Equal("/sign-in?return=%2Foperator", (await stranger.GetAsync("/operator")).Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task Nobody_is_sent_elsewhere_after_signing_in(string path)
    {
        using HttpClient client = Client();
        string page = await client.GetStringAsync("/sign-in?return=" + Uri.EscapeDataString(path));
        Assert.Matches("<input type=\"hidden\" name=\"return\" value=\"/\"", page);
        Assert.DoesNotContain("evil.example", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_sign_in_have_the_policy_and_are_not_kept()
    {
        (Guid platform, _) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        using HttpClient client = Client();
        foreach (string path in (string[])["/sign-in", "/sign-in/password", "/sign-in/code", "/recover", "/signed-out", "/invite/" + invited.InvitationToken, "/invite/nonsense"])
        {
            using HttpResponseMessage page = await client.GetAsync(path);
            Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal((true, "nosniff"), (page.Headers.CacheControl!.NoStore, page.Headers.GetValues("X-Content-Type-Options").Single()));
            string text = await page.Content.ReadAsStringAsync();
            Assert.DoesNotContain(" style=", text, StringComparison.Ordinal);
            Assert.DoesNotMatch("<script(?![^>]*src=)", text);
        }
        // What an invitation's page holds of the platform stands nowhere before it.
        Assert.DoesNotContain("Bank ", await client.GetStringAsync("/sign-in"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_the_cookies_are_bound_to_the_host()
    {
        (_, string url) = await system.StartAsync(("SignIn:Origins:0", "https://keystone.example"), ("SignIn:Domain", "keystone.example"));
        (Guid platform, _) = await system.PlatformAsync();
        (string link, _) = await system.LinkAsync(platform, "read_only");
        using HttpClient client = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };
        using HttpResponseMessage page = await client.GetAsync(link);
        using HttpRequestMessage sign = new(HttpMethod.Post, link)
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", Token(await page.Content.ReadAsStringAsync()))]),
            Headers = { { "Cookie", string.Join("; ", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])) } },
        };
        using HttpResponseMessage signed = await client.SendAsync(sign);
        string session = signed.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("__Host-keystone=", StringComparison.Ordinal));
        string[] parts = [.. session.Split(';').Skip(1).Select(part => part.Trim().ToLowerInvariant())];
        Assert.Equal(["path=/", "secure", "samesite=lax", "httponly"], parts);
    }

    [Theory]
    [InlineData("SignIn:Domain", "127.0.0.1", "SignIn:Domain must be a domain")]
    [InlineData("SignIn:Origins:0", "https://127.0.0.1", "SignIn:Origins:0 must be an origin")]
    [InlineData("SignIn:Origins:0", "http://keystone.example", "SignIn:Origins:0 must be an origin")]
    [InlineData("SignIn:Origins:0", "https://keystone.example/app", "SignIn:Origins:0 must be an origin")]
    [InlineData("SignIn:Authority", "http://idp.example", "SignIn:Authority must be an https URL")]
    public async Task Settings_under_which_passkeys_cannot_work_stop_the_start(string name, string value, string says)
    {
        Exception fault = await Assert.ThrowsAnyAsync<Exception>(() => system.StartAsync((name, value)));
        Assert.Contains(says, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_of_a_system_of_one_machine_are_not_there_without_their_port()
    {
        using HttpClient client = Client();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/sandbox/sign-in/unknown")).StatusCode);
        (WebApplication app, string url) = await system.StartAsync(withLinks: false);
        await using (app)
        {
            (string link, _) = await system.LinkAsync((await system.PlatformAsync()).Id, "read_only");
            using HttpResponseMessage answer = await client.GetAsync(url + link);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.DoesNotContain("Sign in", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    HttpClient Client() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(system.Url) };

    async Task<HttpClient> SignedInAsync(string link)
    {
        HttpClient client = Client();
        using HttpResponseMessage signed = await client.PostAsync(link, new FormUrlEncodedContent([new("__RequestVerificationToken", Token(await client.GetStringAsync(link)))]));
        Assert.Equal(HttpStatusCode.Found, signed.StatusCode);
        return client;
    }

    static string Token(string page) => TokenForm().Match(page).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenForm();
}
