using Keystone.Client;
using Keystone.Client.Models;

namespace Keystone.Dev.Demo;

// Inside the namespace, where it comes before the namespace of that name.
using Settlement = Keystone.Client.Models.Settlement;

/// <summary>A platform's own program: it has its credentials and the public API, nothing else.</summary>
internal sealed class PlatformClient : IDisposable
{
    readonly HttpClient _http;
    readonly KeystoneClient _api;

    PlatformClient(string apiUrl, DevPlatform platform)
    {
        Slug = platform.Slug;
        _http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        _api = new KeystoneClient(_http, new KeystoneClientOptions
        {
            Url = new Uri(apiUrl),
            ClientId = platform.ClientId,
            ClientSecret = platform.ClientSecret,
            Audience = "https://api.keystoneos.xyz",
        });
    }

    public string Slug { get; }

    /// <summary>Signs in as the guide does.</summary>
    public static async Task<PlatformClient> SignInAsync(string apiUrl, DevPlatform platform, CancellationToken cancellationToken)
    {
        PlatformClient client = new(apiUrl, platform);
        await client.CallAsync(() => client._api.ListTemplatesAsync(cancellationToken: cancellationToken));
        return client;
    }

    public Task<Settlement> CreateAsync(CreateSettlementRequest instruction, CancellationToken cancellationToken) =>
        CallAsync(() => _api.CreateSettlementAsync(instruction, cancellationToken));

    public Task<Settlement> GetAsync(string settlement, CancellationToken cancellationToken) =>
        CallAsync(() => _api.GetSettlementAsync(Guid.Parse(settlement), cancellationToken));

    /// <summary>The first 200 events of a settlement, oldest first.</summary>
    public async Task<IReadOnlyList<Event>> EventsAsync(string settlement, CancellationToken cancellationToken) =>
        (await CallAsync(() => _api.ListSettlementEventsAsync(Guid.Parse(settlement), limit: 200, cancellationToken: cancellationToken))).Items;

    public Task<Settlement> ConfirmAsync(string settlement, ConfirmSettlementRequest party, CancellationToken cancellationToken) =>
        CallAsync(() => _api.ConfirmSettlementAsync(Guid.Parse(settlement), party, cancellationToken));

    public Task<Settlement> RejectAsync(string settlement, string reason, CancellationToken cancellationToken) =>
        CallAsync(() => _api.RejectSettlementAsync(Guid.Parse(settlement), new RejectSettlementRequest { Reason = reason }, cancellationToken));

    /// <summary>Registers a receiver of webhooks.</summary>
    /// <returns>Its id and the secret that signs.</returns>
    public async Task<(Guid Id, string Secret)> ListenAsync(Uri url, CancellationToken cancellationToken)
    {
        Webhook endpoint = await CallAsync(() => _api.CreateWebhookAsync(new CreateWebhookRequest { Url = url.ToString(), Events = ["settlement.*"] }, cancellationToken));
        return (endpoint.Id, endpoint.Secret!);
    }

    /// <summary>Removes a receiver.</summary>
    public Task ForgetAsync(Guid endpoint, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            await _api.DeleteWebhookAsync(endpoint, cancellationToken);
            return true;
        });

    public void Dispose()
    {
        _api.Dispose();
        _http.Dispose();
    }

    async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (KeystoneApiException refused)
        {
            throw new StoryFault($"{Slug}: {refused.Message}");
        }
    }
}
