using System.Net.Http.Headers;
using Keystone.Api.Tests;
using Keystone.Testing;
using Npgsql;

namespace Keystone.ApiBench;

/// <summary>The API on loopback over a database of its own, with environments that no quota stops.</summary>
sealed class ApiServer : IAsyncDisposable
{
    readonly ApiFixture _api = new();

    /// <summary>The fixture that holds it.</summary>
    public ApiFixture Api => _api;

    /// <summary>Starts it.</summary>
    public static async Task<ApiServer> StartAsync()
    {
        ApiServer server = new();
        await server._api.InitializeAsync();
        await server._api.RunAsync("update identity.environment set rate_limit = 100000000, max_open_settlements = 1000000000, max_registrations_per_hour = 1000000000");
        // A registered token is not read from the chain, as in use.
        await server._api.RunAsync("""
            insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
            select gen_random_uuid(), e.id, $1, $2, 'KBOND', 'ERC-20', 18, $3, now() from identity.environment e
            """, TestChain.ChainId, server._api.Bond.ToBytes(), new byte[32]);
        // On a slow disk longer than a statement of the product may take.
        await server._api.RunAsync("analyze");
        return server;
    }

    /// <summary>Superuser.</summary>
    public NpgsqlDataSource Database => _api.Database;

    /// <summary>A client that is signed in, with a connection for each stream.</summary>
    public async Task<HttpClient> SignInAsync(string platform, int streams)
    {
        HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = streams }) { BaseAddress = new Uri(_api.Url), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await _api.TokenAsync(platform));
        return client;
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();
}
