using System.Net.Http.Json;
using System.Text.Json;
using Keystone.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Keystone.Api.Tests;

/// <summary>The keys that sign tokens are changed while callers call.</summary>
[Collection(ApiCollection.Name)]
public sealed class KeyRotationTests(ApiFixture api)
{
    [Fact]
    public async Task S4_The_key_is_changed_under_traffic_without_a_failure_and_the_old_one_ends_with_its_file()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("keystone-keys-");
        TimeSpan before = api.Clock.Shift;
        await using WebApplication app = await api.StartAsync(("Identity:KeysDirectory", folder.FullName));
        string url = app.Urls.First();
        using CancellationTokenSource end = new();
        int sent = 0;
        List<int> failures = [];
        try
        {
            string old = await TokenAsync(url);
            Task traffic = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CallAsync(url, old, end.Token)));
            SigningKeys.Write(folder.FullName, api.Clock.GetUtcNow());
            // Known to verifiers before it signs.
            api.Clock.Shift += TimeSpan.FromMinutes(1);
            Assert.Equal(2, (await KeysAsync(url)).Length);
            Assert.Equal(KidOf(old), KidOf(await TokenAsync(url)));
            api.Clock.Shift += SigningKeys.PublishDelay;
            string next = await TokenAsync(url);
            Assert.NotEqual(KidOf(old), KidOf(next));
            Assert.Equal((200, 200), (await StatusAsync(url, old), await StatusAsync(url, next)));
            int until = Volatile.Read(ref sent) + 50;
            await Keystone.Testing.Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref sent) >= until));
            await end.CancelAsync();
            await traffic;
            lock (failures) Assert.Empty(failures);

            // Removed when no token of it is left, or at once when it is known to others.
            File.Delete(Assert.Single(folder.GetFiles("*.pem").OrderBy(file => file.LastWriteTimeUtc).Take(1)).FullName);
            api.Clock.Shift += TimeSpan.FromMinutes(1);
            Assert.Equal((401, 200), (await StatusAsync(url, old), await StatusAsync(url, next)));
            Assert.Equal([KidOf(next)], await KeysAsync(url));
        }
        finally
        {
            await end.CancelAsync();
            api.Clock.Shift = before;
            folder.Delete(recursive: true);
        }

        async Task CallAsync(string at, string token, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                // With the token of before, and with one of now.
                foreach (string one in (string[])[token, await TokenAsync(at)])
                    if (await StatusAsync(at, one) is var status and not 200)
                        lock (failures) failures.Add(status);
                Interlocked.Increment(ref sent);
            }
        }
    }

    static string KidOf(string token) => new JsonWebToken(token).Kid;

    async Task<string[]> KeysAsync(string url) => [.. (await api.Client.GetFromJsonAsync<JsonElement>(url + "/.well-known/jwks.json")).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];

    async Task<string> TokenAsync(string url)
    {
        using HttpResponseMessage response = await api.Client.PostAsJsonAsync(url + "/oauth/token", new { client_id = "platform-a", client_secret = "secret-platform-a", grant_type = "client_credentials" });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    async Task<int> StatusAsync(string url, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url + "/v1/settlement-templates");
        request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
