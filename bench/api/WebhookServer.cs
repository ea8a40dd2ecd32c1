using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Keystone.Postgres;
using Keystone.Testing;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Keystone.ApiBench;

/// <summary>A database with receivers, the receivers themselves, and the loops of the sender as the keeper runs them.</summary>
sealed class WebhookServer : IAsyncDisposable
{
    readonly TestDatabase _database = new();
    readonly WebApplication _receiver;
    readonly string _keyFile = Path.GetTempFileName();
    readonly ConcurrentDictionary<string, long> _arrived = new(StringComparer.Ordinal);
    IHost? _loops;

    WebhookServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(async context =>
        {
            if (context.Request.Path == "/hangs")
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else
                _arrived.TryAdd(context.Request.Headers["webhook-id"].ToString(), Stopwatch.GetTimestamp());
        });
    }

    /// <summary>Superuser.</summary>
    public NpgsqlDataSource Database => _database.Source;

    /// <summary>The environment that everything belongs to.</summary>
    public Guid Environment { get; private set; }

    /// <summary>Secret of every endpoint.</summary>
    public string Secret { get; } = Signature.NewSecret();

    /// <summary>When each event arrived, by its webhook-id.</summary>
    public IReadOnlyDictionary<string, long> Arrived => _arrived;

    /// <summary>Address of a receiver.</summary>
    public string Url(string path) => _receiver.Urls.First() + path;

    /// <summary>Starts it with so many receivers that answer at once.</summary>
    public static async Task<WebhookServer> StartAsync(int receivers)
    {
        WebhookServer server = new();
        await server._database.InitializeAsync();
        await server._receiver.StartAsync();
        await File.WriteAllTextAsync(server._keyFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(server._keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        server.Environment = await new SettlementBook(server.Database).EnvironmentAsync("p-" + Guid.NewGuid().ToString("n"), 1, "sandbox");
        for (int i = 0; i < receivers; i++) await server.AddAsync(string.Create(CultureInfo.InvariantCulture, $"/hook?{i}"));
        return server;
    }

    /// <summary>Registers a receiver of all events.</summary>
    public async Task<Guid> AddAsync(string path)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Keystone.Webhooks.Endpoints.Endpoint endpoint = new(Guid.CreateVersion7(now), Environment, Url(path), null, ["*"], true, true, null, now, now);
        EndpointStore store = new(Database, SecretBox.From(new WebhookOptions { SecretKeyFile = _keyFile }));
        if (await store.InsertAsync(endpoint, "2026-11-20", Secret, CancellationToken.None) is { } refusal) throw new InvalidOperationException(refusal.ToString());
        return endpoint.Id;
    }

    /// <summary>Starts publisher and deliverer with the settings of the product.</summary>
    public async Task StartLoopsAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = await _database.LoginAsync("keystone_keeper"),
            ["Webhooks:SecretKeyFile"] = _keyFile,
            ["Webhooks:AllowPrivateTargets"] = "true",
        });
        builder.Services.AddLogging();
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddSingleton<ITargetPolicy, Anywhere>();
        builder.Services.AddWebhooks(builder.Configuration);
        _loops = builder.Build();
        await _loops.StartAsync();
    }

    /// <summary>Tells the loops of new messages, as the use cases do after their commit.</summary>
    public void Signal() => _loops?.Services.GetRequiredService<WakeSignals>().Raise(WakeSignals.Webhooks);

    /// <summary>Stops the loops.</summary>
    public async Task StopLoopsAsync()
    {
        if (_loops is null) return;
        await _loops.StopAsync();
        _loops.Dispose();
        _loops = null;
    }

    /// <summary>Stores messages as a transition does; their ids.</summary>
    public async Task<Guid[]> InsertAsync(int count)
    {
        Guid[] ids = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
        await using NpgsqlCommand insert = Database.CreateCommand("""
            insert into webhooks.message (id, environment_id, type, payload, created_at)
            select id, $2, 'settlement.state.settled', '{"event":"settlement.state.settled","id":"' || id || '","data":{"settlement_id":"' || id || '","state":"SETTLED"}}', clock_timestamp()
            from unnest($1::uuid[]) id
            """);
        insert.Parameters.AddWithValue(ids);
        insert.Parameters.AddWithValue(Environment);
        await insert.ExecuteNonQueryAsync();
        return ids;
    }

    /// <summary>Deletes what was sent.</summary>
    public async Task ClearAsync()
    {
        _arrived.Clear();
        await using NpgsqlCommand delete = Database.CreateCommand("delete from webhooks.message");
        await delete.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopLoopsAsync();
        await _receiver.DisposeAsync();
        await _database.DisposeAsync();
        File.Delete(_keyFile);
    }

    sealed class Anywhere : ITargetPolicy
    {
        public ValueTask<bool> AllowsPrivateAsync(Guid environment, CancellationToken cancellationToken) => new(true);
    }
}
