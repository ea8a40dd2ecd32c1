using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Keystone.ApiBench;

/// <summary>The ceiling of reading: an endpoint that selects the rows of a settlement and writes them as JSON, column by column, and does nothing else.</summary>
sealed class BareSelect : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly NpgsqlDataSource _database;

    BareSelect(WebApplication app, NpgsqlDataSource database) => (_app, _database) = (app, database);

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>Starts it over the database of an API, under the same role and with as many connections.</summary>
    public static async Task<BareSelect> StartAsync(Dictionary<string, string?> settings)
    {
        NpgsqlDataSource database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings["Storage:ConnectionString"]) { MaxPoolSize = 40, MaxAutoPrepare = 10, AutoPrepareMinUsages = 1 }.ConnectionString);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        BareSelect bare = new(app, database);
        app.MapGet("/{id}", bare.GetAsync);
        await app.StartAsync();
        return bare;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    async Task GetAsync(HttpContext context)
    {
        Guid id = Guid.Parse((string)context.Request.RouteValues["id"]!);
        await using NpgsqlConnection connection = await _database.OpenConnectionAsync();
        await using NpgsqlBatch batch = new(connection);
        foreach (string sql in (string[])[
            "select * from settlement.settlement where id = $1", "select * from settlement.party where settlement_id = $1 order by ordinal",
            "select l.*, i.address, i.symbol, i.decimals, i.standard from settlement.leg l join settlement.instrument i on i.id = l.instrument_id where l.settlement_id = $1 order by l.leg_index",
            "select environment_id, sequence, updated_at from settlement.audit_head where settlement_id = $1"])
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = id } } });
        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(context.Response.BodyWriter);
        json.WriteStartArray();
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync();
        do
        {
            json.WriteStartArray();
            while (await row.ReadAsync())
            {
                json.WriteStartObject();
                for (int i = 0; i < row.FieldCount; i++)
                {
                    json.WritePropertyName(row.GetName(i));
                    switch (row.GetValue(i))
                    {
                        case string text: json.WriteStringValue(text); break;
                        case Guid uuid: json.WriteStringValue(uuid); break;
                        case DateTime time: json.WriteStringValue(time); break;
                        case bool flag: json.WriteBooleanValue(flag); break;
                        case short number: json.WriteNumberValue(number); break;
                        case int number: json.WriteNumberValue(number); break;
                        case long number: json.WriteNumberValue(number); break;
                        case decimal number: json.WriteNumberValue(number); break;
                        case byte[] bytes: json.WriteStringValue("0x" + Convert.ToHexStringLower(bytes)); break;
                        case string[] texts:
                            json.WriteStartArray();
                            foreach (string one in texts) json.WriteStringValue(one);
                            json.WriteEndArray();
                            break;
                        default: json.WriteNullValue(); break;
                    }
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        while (await row.NextResultAsync());
        json.WriteEndArray();
        await json.FlushAsync();
    }
}
