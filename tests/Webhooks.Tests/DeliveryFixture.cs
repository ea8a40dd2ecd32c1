using System.Globalization;
using System.Security.Cryptography;
using Keystone.Postgres;
using Keystone.Testing;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Keystone.Webhooks.Feed;
using Keystone.Webhooks.History;
using Keystone.Webhooks.Sending;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Webhooks.Tests;

/// <summary>Endpoints as the API stores them, loops as the keeper runs them, each under its own database role.</summary>
public sealed class DeliveryFixture : IAsyncLifetime
{
    readonly TestDatabase _database = new();

    internal SealingKey Key { get; } = new(RandomNumberGenerator.GetBytes(32));

    internal SecretBox Box => new(Key);

    internal ShiftedClock Clock { get; } = new();

    internal EndpointStore Endpoints { get; private set; } = null!;

    internal PublicationStore Publication { get; private set; } = null!;

    internal DeliveryStore Deliveries { get; private set; } = null!;

    internal DeliveryHistory History { get; private set; } = null!;

    internal EventFeed Feed { get; private set; } = null!;

    internal MessageRetention Retention { get; private set; } = null!;

    internal NpgsqlDataSource Database => _database.Source;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        NpgsqlDataSource api = await _database.OpenAsync("keystone_api");
        Endpoints = new EndpointStore(api, Box);
        (History, Feed) = (new DeliveryHistory(api), new EventFeed(api, Clock));
        NpgsqlDataSource keeper = await _database.OpenAsync("keystone_keeper");
        (Publication, Deliveries) = (new PublicationStore(keeper), new DeliveryStore(keeper));
        Retention = new MessageRetention(keeper);
    }

    public Task DisposeAsync() => _database.DisposeAsync();

    /// <summary>An environment of a platform of its own.</summary>
    internal Task<Guid> EnvironmentAsync(string kind = "sandbox") => new SettlementBook(Database).EnvironmentAsync("p-" + Guid.NewGuid().ToString("n"), 1, kind);

    internal async Task<(Guid Id, string Secret)> EndpointAsync(Guid environment, string url, params string[] events)
    {
        string secret = Signature.NewSecret();
        DateTimeOffset now = Clock.GetUtcNow();
        Endpoint endpoint = new(Guid.CreateVersion7(now), environment, url, null, events.Length == 0 ? ["*"] : events, true, true, null, now, now);
        Assert.Null(await Endpoints.InsertAsync(endpoint, "2026-11-20", secret, CancellationToken.None));
        return (endpoint.Id, secret);
    }

    /// <summary>A message as a transition stores it; the text is not ASCII and has white space, so that a re-serialised copy would differ.</summary>
    internal async Task<(Guid Id, string Payload)> MessageAsync(Guid environment, string type = "settlement.state.instructed", Guid? settlement = null)
    {
        Guid id = Guid.CreateVersion7(Clock.GetUtcNow());
        string payload = $"{{ \"event\":\"{type}\",  \"note\": \"Zoë \\u00e9 東京\", \"id\": \"{id:n}\" }}";
        await RunAsync("insert into webhooks.message (id, environment_id, type, payload, created_at, settlement_id) values ($1, $2, $3, $4, $5, nullif($6, '00000000-0000-0000-0000-000000000000'::uuid))",
            id, environment, type, payload, Clock.GetUtcNow(), settlement ?? Guid.Empty);
        return (id, payload);
    }

    internal Task PublishAsync() => Publication.PublishAsync(500, Clock.GetUtcNow(), CancellationToken.None);

    /// <summary>Nothing is due, and the clock shows the time: the loops take whatever is due, whosever it is.</summary>
    internal async Task ClearAsync()
    {
        await RunAsync("delete from webhooks.delivery; update webhooks.endpoint set is_active = false");
        Clock.Shift = TimeSpan.Zero;
    }

    internal Deliverer Deliverer(int concurrency = 16, SecretBox? box = null, ILogger<Deliverer>? log = null) => new(Deliveries, new Sandboxes(this), new GuardedSender(Clock), box ?? Box, new WakeSignals(),
        Options.Create(new WebhookOptions { AllowPrivateTargets = true, PollMilliseconds = 20, Concurrency = concurrency }), Clock, Clock, log ?? NullLogger<Deliverer>.Instance);

    /// <summary>The answer of the host, from the rows that this fixture makes.</summary>
    sealed class Sandboxes(DeliveryFixture fixture) : ITargetPolicy
    {
        public async ValueTask<bool> AllowsPrivateAsync(Guid environment, CancellationToken cancellationToken) =>
            await fixture.ScalarAsync<string>("select kind from identity.environment where id = $1", environment) == "sandbox";
    }

    internal Publisher Publisher() => new(Publication, new WakeSignals(), Options.Create(new WebhookOptions { PollMilliseconds = 20 }), Clock, NullLogger<Publisher>.Instance);

    internal async Task<(string Status, int Attempt, DateTimeOffset DueAt)> DeliveryAsync(Guid message)
    {
        await using NpgsqlCommand select = Database.CreateCommand("select status, attempt, due_at from webhooks.delivery where message_id = $1 and claimed_until is null");
        select.Parameters.AddWithValue(message);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetString(0), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2)) : ("claimed", 0, default);
    }

    /// <summary>Waits until no attempt of a message is under way and so many were made.</summary>
    internal async Task<(string Status, int Attempt, DateTimeOffset DueAt)> AttemptedAsync(Guid message, int attempts)
    {
        (string Status, int Attempt, DateTimeOffset DueAt) delivery = default;
        await Eventually.TrueAsync(async () => (delivery = await DeliveryAsync(message)).Attempt == attempts,
            because: string.Create(CultureInfo.InvariantCulture, $"Attempt {attempts} was not made."));
        return delivery;
    }

    internal async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        foreach (object value in values) command.Parameters.AddWithValue(value);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task RunAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        foreach (object value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }
}
