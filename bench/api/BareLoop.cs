using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Keystone.ApiBench;

/// <summary>The ceiling of sending: takes rows, signs both ways, posts, writes the result in one transaction each, with as many at once as the product, and does nothing else.</summary>
static class BareLoop
{
    const int Streams = 16;

    /// <summary>Deliveries a second.</summary>
    public static async Task<double> RateAsync(WebhookServer server, int messages, int receivers)
    {
        await server.ClearAsync();
        await server.InsertAsync(messages);
        await RunAsync(server, "update webhooks.message set position = nextval('pg_temp.bare')", before: "create temp sequence bare");
        List<(Guid Delivery, Guid Message, string Payload, string Url)> work = [];
        await using (NpgsqlCommand fill = server.Database.CreateCommand("""
            insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at) select gen_random_uuid(), m.id, e.id, now(), now() from webhooks.message m cross join webhooks.endpoint e
            """))
            await fill.ExecuteNonQueryAsync();
        await using (NpgsqlCommand select = server.Database.CreateCommand("""
            select d.id, m.id, m.payload, e.url from webhooks.delivery d join webhooks.message m on m.id = d.message_id join webhooks.endpoint e on e.id = d.endpoint_id
            """))
        await using (NpgsqlDataReader rows = await select.ExecuteReaderAsync())
            while (await rows.ReadAsync()) work.Add((rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3)));
        byte[] whole = Encoding.UTF8.GetBytes(server.Secret), key = Convert.FromBase64String(server.Secret["whsec_".Length..]);
        using HttpClient client = new(new SocketsHttpHandler());
        return await Load.RateAsync(messages * receivers, Streams, async (_, index) =>
        {
            (Guid delivery, Guid message, string payload, string url) = work[index];
            byte[] body = Encoding.UTF8.GetBytes(payload);
            string id = "evt_" + message.ToString("n"), time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", time);
            request.Headers.Add("X-Keystone-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(whole, body)));
            request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body])));
            using HttpResponseMessage response = await client.SendAsync(request);
            await using NpgsqlCommand write = server.Database.CreateCommand("""
                with done as (update webhooks.delivery set status = 'delivered', attempt = 1 where id = $1 returning id)
                insert into webhooks.delivery_attempt (delivery_id, ordinal, at, status_code, latency_ms) select id, 1, now(), $2, 1 from done
                """);
            write.Parameters.AddWithValue(delivery);
            write.Parameters.AddWithValue((int)response.StatusCode);
            await write.ExecuteNonQueryAsync();
        });
    }

    static async Task RunAsync(WebhookServer server, string sql, string before)
    {
        await using NpgsqlConnection connection = await server.Database.OpenConnectionAsync();
        foreach (string one in new[] { before, sql, "drop sequence pg_temp.bare" })
        {
            await using NpgsqlCommand command = new(one, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
