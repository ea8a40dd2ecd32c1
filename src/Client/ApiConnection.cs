using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>Sends calls: token, attempts, errors.</summary>
internal sealed class ApiConnection : IDisposable
{
    static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    readonly HttpClient _http;
    readonly KeystoneClientOptions _options;
    readonly TimeProvider _time;
    readonly TokenCache _tokens;

    public ApiConnection(HttpClient http, KeystoneClientOptions options, TimeProvider time)
    {
        (_http, _options, _time) = (http, options, time);
        _tokens = new TokenCache(AskAsync, time);
    }

    public void Dispose() => _tokens.Dispose();

    /// <summary>Sends a call and reads its answer.</summary>
    /// <exception cref="KeystoneApiException">The API refused it.</exception>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<T> SendAsync<T>(Route route, string path, JsonTypeInfo<T> answer, byte[]? body, bool signedIn, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(route, path, body, signedIn, cancellationToken).ConfigureAwait(false);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes, answer) ?? throw new JsonException($"{route.Method} {path} was answered with null.");
    }

    /// <summary>Sends a call whose answer is text.</summary>
    public async Task<string> SendTextAsync(Route route, string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(route, path, null, true, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a call whose answer stays open, and returns when it has begun. The caller disposes of it.</summary>
    public Task<HttpResponseMessage> OpenAsync(Route route, string path, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken) =>
        SendAsync(route, path, null, true, cancellationToken, prepare);

    /// <summary>Sends a call whose answer has no body.</summary>
    public async Task SendAsync(Route route, string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(route, path, null, true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a call with a body whose answer has none.</summary>
    public async Task SendAsync(Route route, string path, byte[] body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(route, path, body, true, cancellationToken).ConfigureAwait(false);
    }

    async Task<HttpResponseMessage> SendAsync(Route route, string path, byte[]? body, bool signedIn, CancellationToken cancellationToken, Action<HttpRequestMessage>? prepare = null)
    {
        bool renewed = false;
        for (int attempt = 1; ; attempt++)
        {
            string? token = signedIn ? await _tokens.GetAsync(cancellationToken).ConfigureAwait(false) : null;
            HttpResponseMessage response;
            try
            {
                response = await SendOnceAsync(route, path, body, token, prepare, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException) when (route.Repeatable && attempt < _options.Attempts)
            {
                await Task.Delay(Backoff(attempt), _time, cancellationToken).ConfigureAwait(false);
                continue;
            }
            if (response.IsSuccessStatusCode)
                return response;
            KeystoneApiException fault;
            using (response)
                fault = await ReadFaultAsync(response, cancellationToken).ConfigureAwait(false);
            if (fault.Status == HttpStatusCode.Unauthorized && token is not null && !renewed)
            {
                // A key of the server or the credential was changed: one new token, then the refusal is final.
                renewed = true;
                await _tokens.ForgetAsync(token, cancellationToken).ConfigureAwait(false);
                continue;
            }
            // A 429 has done nothing; of the others only a call that may be repeated is sent again.
            bool again = fault.Status == HttpStatusCode.TooManyRequests || (route.Repeatable && (fault.Problem?.Retryable ?? (int)fault.Status >= 502));
            TimeSpan delay = fault.RetryAfter ?? Backoff(attempt);
            if (!again || attempt >= _options.Attempts || delay > _options.MaxDelay)
                throw fault;
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<HttpResponseMessage> SendOnceAsync(Route route, string path, byte[]? body, string? token, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(route.Method, new Uri(route == Routes.CreateToken ? _options.AuthUrl ?? _options.Url : _options.Url, path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        prepare?.Invoke(request);
        // An answer that stays open is handed over when its headers are there.
        return await _http.SendAsync(request, prepare is null ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    Task<IssuedToken> AskAsync(CancellationToken cancellationToken) => SendAsync(Routes.CreateToken, Routes.CreateToken.Template, ClientJson.Default.IssuedToken,
        JsonSerializer.SerializeToUtf8Bytes(new TokenRequest
        {
            GrantType = "client_credentials",
            ClientId = _options.ClientId,
            ClientSecret = _options.ClientSecret,
            Audience = _options.Audience,
        }, ClientJson.Default.TokenRequest), signedIn: false, cancellationToken);

    static TimeSpan Backoff(int attempt) => FirstDelay * Math.Pow(2, attempt - 1);

    async Task<KeystoneApiException> ReadFaultAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        TimeSpan? wait = response.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? (header.Date is { } date && date > _time.GetUtcNow() ? date - _time.GetUtcNow() : TimeSpan.Zero);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                && JsonSerializer.Deserialize(body, ClientJson.Default.Problem) is { } problem)
                return new KeystoneApiException(response.StatusCode, problem.Code, problem.Detail, problem, wait);
            if (response.Content.Headers.ContentType?.MediaType == "application/json"
                && JsonSerializer.Deserialize(body, ClientJson.Default.TokenError) is { } error)
                return new KeystoneApiException(response.StatusCode, error.Error, error.ErrorDescription, null, wait);
        }
        catch (JsonException)
        {
            // Not from the API but from something in between: the status says enough.
        }
        return new KeystoneApiException(response.StatusCode, string.Create(CultureInfo.InvariantCulture, $"http_{(int)response.StatusCode}"),
            $"{response.ReasonPhrase}, without a problem document.", null, wait);
    }
}
