using System.Text.Json.Nodes;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>Every text that leaves for a tenant, over rows in which nodes, providers and people have left their own words.</summary>
[Collection(ApiCollection.Name)]
public sealed class LeavingTextTests(ApiFixture api)
{
    // Where a node is, a path and a file of ours, a list's words, a person, broken bytes.
    static readonly string[] Ours = ["node-secret.internal", ":8545", "/opt/keystone", "deny.list", "officer-77", "list word", "\uFFFD", "insufficient funds"];

    [Fact]
    public async Task S6_Nothing_of_nodes_paths_lists_and_people_leaves()
    {
        string words = string.Join(' ', Ours);
        await api.AddPlatformAsync("platform-leaving");
        JsonObject made = await api.CreateAsync("platform-leaving", api.Cross());
        Guid id = Guid.Parse((string)made["id"]!);
        string path = $"/v1/settlements/{id}";
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", api.Confirmation().ToJsonString())).Status);
        byte[] escrow = System.Security.Cryptography.SHA256.HashData(id.ToByteArray());
        await api.RunAsync("update settlement.settlement set last_error = $2, attempts = 3, rollback_reason = 'operator', rollback_since = now() where id = $1", id, words);
        await api.RunAsync("""
            insert into compliance.screening (id, settlement_id, party_id, layer, round, status, provider_ref, due_at, created_at, updated_at)
            select gen_random_uuid(), settlement_id, id, 'entity', 1, 'error', $2, now(), now(), now() from settlement.party where settlement_id = $1
            """, id, words);
        await api.RunAsync("insert into settlement.fact (id, settlement_id, kind, actor, body, created_at) values (gen_random_uuid(), $1, 'order', $2, $3, now())", id, words, new JsonObject { ["order"] = "rollback", ["reason"] = words }.ToJsonString());
        await api.RunAsync("insert into settlement.pause (id, scope, escrow_id, reason, set_by, created_at) values (gen_random_uuid(), 'settlement', $1, $2, 'operator', now())", escrow, words);
        await api.RunAsync("""
            insert into transactions.intent (id, chain_id, purpose, subject, part, status, attempts, last_reason, due_at, created_at, updated_at)
            select gen_random_uuid(), 11155111, p, $1, 0, 'wanted', 3, $2, now(), now(), now() from unnest(array['register', 'refund', 'cancel', 'execute_swap']) p
            """, escrow, words);
        string endpoint = (string)(await api.SendAsync("platform-leaving", HttpMethod.Post, "/v1/platforms/me/webhooks",
            new JsonObject { ["url"] = "https://hooks.example.com/leaving", ["events"] = new JsonArray("*") }.ToJsonString())).Body["id"]!;
        await api.RunAsync("update chain.position set halted = $1", words);
        try
        {
            List<string> sent = [];
            foreach (string reader in (string[])["platform-leaving", "platform-b"])
            {
                foreach (string get in (string[])[path, path + "/events", "/v1/settlements?limit=50", "/v1/settlement-templates", "/v1/platforms/me/webhooks", $"/v1/platforms/me/webhooks/{endpoint}"])
                    sent.Add((await api.SendAsync(reader, HttpMethod.Get, get)).Body.ToJsonString());
                foreach ((string to, string body) in (IEnumerable<(string, string)>)[(path + "/confirm", "{}"), (path + "/reject", "{\"reason\":\"no\"}"), ("/v1/settlements", "{}"), ("/v1/settlements", "{")])
                    sent.Add((await api.SendAsync(reader, HttpMethod.Post, to, body)).Body.ToJsonString());
            }
            await using (NpgsqlCommand select = api.Database.CreateCommand("select payload from webhooks.message where settlement_id = $1"))
            {
                select.Parameters.AddWithValue(id);
                await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
                while (await rows.ReadAsync()) sent.Add(rows.GetString(0));
            }
            Assert.True(sent.Count > 20, "Answers, events and webhooks.");
            foreach (string word in Ours) Assert.All(sent, text => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            await api.RunAsync("update chain.position set halted = null");
            await api.RunAsync("delete from settlement.pause");
            await api.RunAsync("delete from transactions.intent where subject = $1", escrow);
        }
    }
}
