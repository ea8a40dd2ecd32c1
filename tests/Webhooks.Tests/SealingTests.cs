using System.Collections.Concurrent;
using System.Security.Cryptography;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Microsoft.Extensions.Logging;

namespace Keystone.Webhooks.Tests;

/// <summary>The key that seals secrets is changed without a receiver noticing; a secret that does not open is a failure that somebody sees.</summary>
public sealed class SealingTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>, IAsyncLifetime
{
    readonly SealingKey _next = new(RandomNumberGenerator.GetBytes(32));

    public async Task InitializeAsync() => await fixture.RunAsync("delete from webhooks.delivery; delete from webhooks.endpoint");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Secrets_of_the_older_key_sign_during_the_overlap_and_under_the_new_one_alone_after_they_were_sealed_anew()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, string old) = await fixture.EndpointAsync(environment, receiver.Url);
        SecretBox both = new(_next, fixture.Key);
        Received first = await DeliverAsync(environment, receiver, both);
        Assert.Equal(Signature.Keystone(old, first.Body), first.Headers["X-Keystone-Signature"]);

        // A secret that is rotated during the overlap is sealed under the new key, and both of them sign.
        string secret = Signature.NewSecret();
        await new EndpointStore(fixture.Database, both).RotateAsync(endpoint, secret, fixture.Clock.GetUtcNow(), CancellationToken.None);
        Received second = await DeliverAsync(environment, receiver, both);
        Assert.Equal(Signature.Keystone(secret, second.Body), second.Headers["X-Keystone-Signature"]);
        Assert.Equal(Signature.Keystone(old, second.Body), second.Headers["X-Keystone-Signature-Previous"]);

        SecretStore reseal = new(fixture.Database, both);
        ResealedSecrets done = await reseal.ResealAsync(CancellationToken.None);
        Assert.Equal((1, 1, 0), (done.Resealed, done.Current, done.Unopened.Count));
        done = await reseal.ResealAsync(CancellationToken.None);
        Assert.Equal((0, 2, 0), (done.Resealed, done.Current, done.Unopened.Count));
        Assert.Equal(2L, await fixture.ScalarAsync<long>("select count(*) from webhooks.secret where key_id = $1", _next.Id));

        Received third = await DeliverAsync(environment, receiver, new SecretBox(_next));
        Assert.Equal(Signature.Keystone(secret, third.Body), third.Headers["X-Keystone-Signature"]);
        Assert.Equal(Signature.Keystone(old, third.Body), third.Headers["X-Keystone-Signature-Previous"]);
    }

    [Fact]
    public async Task A_secret_that_does_not_open_is_left_as_it_was_and_named_and_the_others_are_sealed_anew()
    {
        Guid environment = await fixture.EnvironmentAsync();
        (Guid good, _) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/");
        (Guid changed, _) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/changed");
        (Guid foreign, _) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/foreign");
        await fixture.RunAsync("update webhooks.secret set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where endpoint_id = $1", changed);
        await fixture.RunAsync("update webhooks.secret set key_id = '0123456789abcdef' where endpoint_id = $1", foreign);
        byte[] before = await fixture.ScalarAsync<byte[]>("select sealed from webhooks.secret where endpoint_id = $1", changed);
        ResealedSecrets done = await new SecretStore(fixture.Database, new SecretBox(_next, fixture.Key)).ResealAsync(CancellationToken.None);
        Assert.Equal(1, done.Resealed);
        Assert.Equal(new[] { changed, foreign }.Order(), done.Unopened.Select(one => one.Endpoint).Order());
        Assert.Contains("0123456789abcdef", done.Unopened.Single(one => one.Endpoint == foreign).Reason, StringComparison.Ordinal);
        Assert.Equal(_next.Id, await fixture.ScalarAsync<string>("select key_id from webhooks.secret where endpoint_id = $1", good));
        Assert.Equal(before, await fixture.ScalarAsync<byte[]>("select sealed from webhooks.secret where endpoint_id = $1", changed));
    }

    [Fact]
    public async Task A_delivery_whose_secret_does_not_open_is_a_failed_attempt_with_its_reason_and_an_alarm_and_goes_out_when_the_key_is_named()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, string secret) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        Said said = new();
        using (Deliverer without = fixture.Deliverer(box: new SecretBox(_next), log: said))
        {
            await without.StartAsync(CancellationToken.None);
            (string status, _, DateTimeOffset due) = await fixture.AttemptedAsync(message, 1);
            Assert.Equal("waiting", status);
            // By the schedule of any failure, and not when a claim has run out.
            Assert.InRange(due - fixture.Clock.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
            await without.StopAsync(CancellationToken.None);
        }
        Assert.Empty(receiver.Requests);
        string reason = await fixture.ScalarAsync<string>("select a.error from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.message_id = $1", message);
        Assert.Contains($"sealed under key {fixture.Key.Id}", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, reason, StringComparison.Ordinal);
        Assert.True(await fixture.ScalarAsync<bool>("select failing_since is not null and is_active from webhooks.endpoint where id = $1", endpoint));
        Assert.Contains(said.Lines, line => line.StartsWith($"Error ALARM webhook_secret: no webhook of endpoint {endpoint}", StringComparison.Ordinal));

        await fixture.RunAsync("update webhooks.delivery set due_at = $2 where message_id = $1", message, fixture.Clock.GetUtcNow());
        using Deliverer with = fixture.Deliverer(box: new SecretBox(_next, fixture.Key));
        await with.StartAsync(CancellationToken.None);
        Assert.Equal("delivered", (await fixture.AttemptedAsync(message, 2)).Status);
        await with.StopAsync(CancellationToken.None);
        Assert.Single(receiver.Requests);
        Assert.True(await fixture.ScalarAsync<bool>("select failing_since is null from webhooks.endpoint where id = $1", endpoint));
    }

    [Fact]
    public async Task It_is_not_tried_for_ever()
    {
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, "http://127.0.0.1:9/");
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await fixture.RunAsync("update webhooks.delivery set attempt = $2 where message_id = $1", message, Schedule.Attempts - 1);
        using Deliverer without = fixture.Deliverer(box: new SecretBox(_next));
        await without.StartAsync(CancellationToken.None);
        Assert.Equal("failed", (await fixture.AttemptedAsync(message, Schedule.Attempts)).Status);
        await without.StopAsync(CancellationToken.None);
    }

    async Task<Received> DeliverAsync(Guid environment, Receiver receiver, SecretBox box)
    {
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        using Deliverer deliverer = fixture.Deliverer(box: box);
        await deliverer.StartAsync(CancellationToken.None);
        Assert.Equal("delivered", (await fixture.AttemptedAsync(message, 1)).Status);
        await deliverer.StopAsync(CancellationToken.None);
        return receiver.Requests.Last();
    }

    sealed class Said : ILogger<Deliverer>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
