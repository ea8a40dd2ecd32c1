using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Makes what the routes of tenants are about, in the environment of <c>platform-a</c>.</summary>
static class TenantScenes
{
    /// <summary>A new one of what the path's parameter names, with the parameter's name; null for a path of other things.</summary>
    public static async Task<(string Parameter, string Value)?> MakeAsync(ApiFixture api, string path)
    {
        string address = "0x" + RandomNumberGenerator.GetHexString(40, lowercase: true), unique = Guid.NewGuid().ToString("n");
        return path switch
        {
            _ when path.Contains("/environments/{id}", StringComparison.Ordinal) =>
                ("id", (string)(await PostAsync("manager-a", "/v1/platforms/me/environments", $$"""{"slug":"e{{unique}}"}"""))["environment"]!["id"]!),
            _ when path.Contains("/credentials/{client_id}", StringComparison.Ordinal) =>
                ("client_id", (string)(await PostAsync("manager-a", "/v1/platforms/me/credentials", """{"scopes":["settlements:read"]}"""))["client_id"]!),
            _ when path.Contains("/ip-rules/{id}", StringComparison.Ordinal) =>
                ("id", (string)(await PostAsync("manager-a", "/v1/platforms/me/ip-rules", $$"""{"cidr":"127.0.{{Random.Shared.Next(256)}}.{{Random.Shared.Next(1, 256)}}"}""", "127.0.0.0/8"))["id"]!),
            _ when path.Contains("/members/{id}", StringComparison.Ordinal) =>
                ("id", (string)(await PostAsync("manager-a", "/v1/platforms/me/members", $$"""{"email":"{{unique}}@example.com","roles":["read_only"]}"""))["member"]!["id"]!),
            // By a second person, so that the first approves it.
            _ when path.StartsWith("/v1/wallets/{id}", StringComparison.Ordinal) =>
                ("id", (string)(await PostAsync("manager-a2", "/v1/wallets", $$"""{"wallet_address":"{{address}}"}"""))["id"]!),
            _ when path.StartsWith("/v1/activity/{id}", StringComparison.Ordinal) => ("id", await ActivityAsync()),
            _ when path.StartsWith("/v1/admin/platforms/{id}", StringComparison.Ordinal) => ("id", await NewPlatformAsync(unique)),
            _ when path.StartsWith("/v1/admin/alarms/{id}", StringComparison.Ordinal) => ("id", await AlarmAsync()),
            _ when path == "/v1/admin/settlements/{id}/erase" => ("id", await EndedAsync()),
            _ => null,
        };

        async Task<string> NewPlatformAsync(string slug)
        {
            await api.AddPlatformAsync("p" + slug);
            return (await api.Database.CreateCommand($"select id from identity.platform where slug = 'p{slug}'").ExecuteScalarAsync())!.ToString()!;
        }

        async Task<string> AlarmAsync()
        {
            Guid id = Guid.NewGuid();
            await api.RunAsync("insert into hosting.alarm (id, code, subject, detail, first_at, last_at, cleared_at) values ($1, 'c', $2, 'd', now(), now(), now())", id, unique);
            return id.ToString();
        }

        async Task<string> EndedAsync()
        {
            string id = (string)(await api.CreateAsync("platform-a", api.Cross()))["id"]!;
            await api.RunAsync("update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'failed', state = 'ROLLED_BACK' where id = $1", Guid.Parse(id));
            return id;
        }

        async Task<string> ActivityAsync()
        {
            await PostAsync("manager-a2", "/v1/wallets", $$"""{"wallet_address":"{{address}}"}""");
            return (string)(await api.GetAsync("manager-a", "/v1/activity?limit=1"))["items"]![0]!["id"]!;
        }

        async Task<JsonObject> PostAsync(string client, string at, string body, string? first = null)
        {
            // A network that leaves the caller in has to be there before one that does not.
            if (first is not null) await api.SendAsync(client, HttpMethod.Post, at, $$"""{"cidr":"{{first}}"}""");
            var (status, made, _) = await api.SendAsync(client, HttpMethod.Post, at, body);
            Assert.True(status == 201, $"{at}: {made.ToJsonString()}");
            return made;
        }
    }
}
