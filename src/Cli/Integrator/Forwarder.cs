using System.Net.Http.Headers;
using System.Text.Json;
using Keystone.Webhooks.Delivery;

namespace Keystone.Cli.Integrator;

/// <summary>Sends events to a receiver with the bytes, headers and signatures of a webhook.</summary>
internal sealed class Forwarder(HttpClient http, Uri target, string secret, TimeProvider time)
{
    /// <summary>Sends one event.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<Forwarded> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Guid id = IdOf(body);
        using HttpRequestMessage request = new(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("KeystoneOS", "1"));
        foreach ((string name, string value) in DeliveryHeaders.For(id, time.GetUtcNow(), [secret], body.Span)) request.Headers.TryAddWithoutValidation(name, value);
        long start = time.GetTimestamp();
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new Forwarded(DeliveryHeaders.EventId(id), (int)response.StatusCode, (long)time.GetElapsedTime(start).TotalMilliseconds);
    }

    static Guid IdOf(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("id", out JsonElement id) && id.GetString() is { } text && text.StartsWith("evt_", StringComparison.Ordinal) && Guid.TryParse(text[4..], out Guid read)
            ? read : throw new CommandFault("The event has no id of the form evt_ and 32 digits.");
    }
}
