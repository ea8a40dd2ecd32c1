using System.Text.Json.Nodes;
using Keystone.Api.Http;
using Keystone.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>A failure of the database that passes by itself is 503 with Retry-After; one that stays is 500. The failures are those of a real server.</summary>
[Collection(ApiCollection.Name)]
public sealed class DatabaseFaultTests(ApiFixture api)
{
    [Theory]
    [InlineData("08006")]
    [InlineData("23503")]
    [InlineData("23505")]
    [InlineData("23P01")]
    [InlineData("25006")]
    [InlineData("25P03")]
    [InlineData("25P04")]
    [InlineData("26000")]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("53100")]
    [InlineData("53200")]
    [InlineData("53300")]
    [InlineData("55006")]
    [InlineData("55P03")]
    [InlineData("57014")]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("57P05")]
    [InlineData("58030")]
    public async Task What_passes_by_itself_is_503(string state) =>
        Assert.Equal((503, "database_unavailable", "2", true), await AnswerAsync(await RaisedAsync(state)));

    [Theory]
    [InlineData("0A000")]
    [InlineData("22P02")]
    [InlineData("23502")]
    [InlineData("25P02")]
    [InlineData("42501")]
    [InlineData("42P01")]
    [InlineData("XX000")]
    public async Task What_stays_is_500(string state) =>
        Assert.Equal((500, "internal_error", null, true), await AnswerAsync(await RaisedAsync(state)));

    [Fact]
    public async Task A_session_that_the_server_ended_inside_its_transaction_is_503()
    {
        NpgsqlConnectionStringBuilder settings = new(api.ConnectionString) { Options = "-c idle_in_transaction_session_timeout=50ms", Pooling = false };
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(settings);
        await using NpgsqlConnection connection = await source.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand one = new("select 1", connection, transaction);
        await one.ExecuteScalarAsync();
        int session = connection.ProcessID;
        await Eventually.TrueAsync(async () => (long)(await api.Database.CreateCommand($"select count(*) from pg_stat_activity where pid = {session}").ExecuteScalarAsync())! == 0);
        PostgresException ended = await Assert.ThrowsAsync<PostgresException>(one.ExecuteScalarAsync);
        Assert.Equal("25P03", ended.SqlState);
        Assert.Equal((503, "database_unavailable", "2", true), await AnswerAsync(ended));
    }

    async Task<PostgresException> RaisedAsync(string state)
    {
        await using NpgsqlConnection connection = await api.Database.OpenConnectionAsync();
        await using NpgsqlCommand raise = new($"do $$ begin raise exception 'planted' using errcode = '{state}'; end $$", connection);
        PostgresException raised = await Assert.ThrowsAsync<PostgresException>(raise.ExecuteNonQueryAsync);
        Assert.Equal(state, raised.SqlState);
        return raised;
    }

    // What a request is answered whose handler met this failure.
    static async Task<(int Status, string? Code, string? RetryAfter, bool? Retryable)> AnswerAsync(Exception fault)
    {
        DefaultHttpContext context = new();
        context.Response.Body = new MemoryStream();
        await new RequestMiddleware(_ => throw fault, NullLogger<RequestMiddleware>.Instance).InvokeAsync(context);
        context.Response.Body.Position = 0;
        JsonNode body = (await JsonNode.ParseAsync(context.Response.Body))!;
        Assert.DoesNotContain("planted", body.ToJsonString(), StringComparison.Ordinal);
        return (context.Response.StatusCode, (string?)body["code"], context.Response.Headers.RetryAfter.FirstOrDefault(), (bool?)body["retryable"]);
    }
}
