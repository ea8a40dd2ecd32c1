using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Keystone.Compliance.Evidence;
using Keystone.Domain.Engine;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Keystone.Compliance.Providers;

/// <summary>
/// A provider of one layer behind HTTP. What is missing, unknown or old is no answer: the settlement waits. A word that is not known is a matter for a person. The request carries
/// the id of the check as idempotency key, so that repetitions are one.
/// </summary>
public sealed partial class HttpProvider
{
    /// <summary>Longest answer that is read, bytes.</summary>
    public const int MostBytes = 262_144;

    readonly HttpClient _client;
    readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    readonly ProviderOptions _options;
    readonly ScreeningLayer _layer;
    readonly ProviderResultStore _results;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly CircuitBreakerStateProvider _circuit;
    readonly Lock _counting = new();
    long _failures, _successes;
    DateTimeOffset? _failedAt, _succeededAt;
    string? _lastError;

    internal HttpProvider(HttpClient client, ResiliencePipeline<HttpResponseMessage> pipeline, CircuitBreakerStateProvider circuit, ScreeningLayer layer, ProviderOptions options, ProviderResultStore results, TimeProvider time, ILogger log) =>
        (_client, _pipeline, _circuit, _layer, _options, _results, _time, _log) = (client, pipeline, circuit, layer, options, results, time, log);

    /// <summary>Which layer it answers.</summary>
    public ScreeningLayer Layer => _layer;

    /// <summary>True while the provider is not asked because it failed too often.</summary>
    public bool IsOpen => _circuit.CircuitState is CircuitState.Open or CircuitState.Isolated;

    /// <summary>How the provider did since the process began.</summary>
    public ProviderHealth Health
    {
        get
        {
            string state = _circuit.CircuitState switch
            {
                CircuitState.Closed => "closed",
                CircuitState.HalfOpen => "half_open",
                _ => "open",
            };
            lock (_counting)
                return new ProviderHealth(_layer == ScreeningLayer.Entity ? "entity" : "wallet", state, _failures, _successes, _failedAt, _succeededAt, _lastError,
                    ProviderPipeline.LeastRequests, ProviderPipeline.BreakSeconds, HalfOpenMaxCalls: 1);
        }
    }

    /// <summary>Asks the provider.</summary>
    internal async Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken)
    {
        ScreeningVerdict verdict = await AskAsync(subject, cancellationToken);
        lock (_counting)
        {
            if (verdict.Status == ScreeningStatus.Error) (_failures, _failedAt, _lastError) = (_failures + 1, _time.GetUtcNow(), verdict.Reference);
            else (_successes, _succeededAt) = (_successes + 1, _time.GetUtcNow());
        }
        return verdict;
    }

    async Task<ScreeningVerdict> AskAsync(ScreeningSubject subject, CancellationToken cancellationToken)
    {
        // A result that came by itself needs no request, unless it is no answer yet.
        if (await _results.LastAsync(subject.CheckId, cancellationToken) is { } sent && Read(sent) is { } known && VerdictOf(known, subject) is { Status: not (ScreeningStatus.Pending or ScreeningStatus.Error) } given)
            return given;
        try
        {
            using HttpResponseMessage response = await _pipeline.ExecuteAsync(async token => await SendAsync(subject, token), cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted))
            {
                if ((int)response.StatusCode is >= 400 and < 500 and not (408 or 429)) Refused((int)response.StatusCode, _layer);
                return Error($"the provider answered with status {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}");
            }
            byte[]? body = await BodyAsync(response, cancellationToken);
            if (body is null) return Error($"the provider's answer has more than {MostBytes} bytes");
            return Read(System.Text.Encoding.UTF8.GetString(body)) is { } answer ? VerdictOf(answer, subject) : Error("the provider's answer is not readable");
        }
        catch (BrokenCircuitException)
        {
            return Error("the provider failed too often and is not asked for a while");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or Polly.Timeout.TimeoutRejectedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Error($"the provider could not be asked: {e.GetType().Name}");
        }
    }

    async ValueTask<HttpResponseMessage> SendAsync(ScreeningSubject subject, CancellationToken cancellationToken)
    {
        ProviderRequest body = new(subject.CheckId, _layer == ScreeningLayer.Wallet
            ? new ProviderSubject("wallet", null, null, null, null, subject.ChainId, [.. subject.Wallets.Select(wallet => wallet.ToString())])
            : new ProviderSubject("entity", subject.Name, subject.Lei, subject.Country, subject.DateOfBirth, null, null), "settlement", _options.CallbackUrl.Length > 0 ? _options.CallbackUrl : null);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_options.Url.TrimEnd('/') + "/screenings"));
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, ProviderJson.Default.ProviderRequest)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("Idempotency-Key", subject.CheckId.ToString());
        if (_options.Token.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        // The body is read inside the attempt, so that one that stops half way counts as a failure.
        HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            if (response.Content.Headers.ContentLength is not > MostBytes) await response.Content.LoadIntoBufferAsync(MostBytes, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    static async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.Content.Headers.ContentLength is > MostBytes ? null : await response.Content.ReadAsByteArrayAsync(cancellationToken);

    static ProviderAnswer? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ProviderJson.Default.ProviderAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True when a result says worse of a party than its answer did. What cannot be read, or says that nothing was decided, is no worse.</summary>
    /// <param name="body">The result as it came.</param>
    /// <param name="answered">Status of the answer: <c>pass</c>, <c>flagged</c> or <c>fail</c>.</param>
    internal static bool IsWorse(string body, string answered) => Read(body) is { Status: "complete" } result && result.Verdict switch
    {
        null or "" or "unknown" or "clear" => false,
        "block" => answered != "fail",
        _ => answered == "pass",
    };

    ScreeningVerdict VerdictOf(ProviderAnswer answer, ScreeningSubject subject)
    {
        string reference = $"{_layer}:{answer.Ref ?? "?"}".ToLowerInvariant();
        if (answer.CheckId is { } check && check != subject.CheckId) return Error("the provider answered about another check");
        if (answer.Status == "pending")
        {
            // An answer that does not come is a matter for a person.
            if (_time.GetUtcNow() - CreatedAt(subject.CheckId) > TimeSpan.FromMinutes(_options.PendingMinutes))
                return Given(ScreeningStatus.Flagged, reference + ":timeout", answer);
            return new ScreeningVerdict(ScreeningStatus.Pending, reference) { AskAgain = TimeSpan.FromSeconds(Math.Clamp(answer.PollAfterS ?? 30, 1, 600)) };
        }
        if (answer.Status != "complete") return Error("the provider's answer has no status that is known");
        if (_options.MaxDataAgeHours > 0 && !(answer.DataAsOf is { } asOf && _time.GetUtcNow() - asOf <= TimeSpan.FromHours(_options.MaxDataAgeHours)))
            return Error("the provider's data are older than MaxDataAgeHours allows, or it does not say how old they are");
        return answer.Verdict switch
        {
            "clear" => Given(ScreeningStatus.Pass, reference, answer),
            "block" => Given(ScreeningStatus.Fail, reference, answer),
            null or "" or "unknown" => Error("the provider could not decide"),
            _ => Given(ScreeningStatus.Flagged, reference, answer),
        };
    }

    static ScreeningVerdict Given(ScreeningStatus status, string reference, ProviderAnswer answer) => new(status, reference)
    {
        Evidence = new ScreeningEvidence(0, 0, 0, 0, "", [], new ProviderEvidence(reference, ScreeningEvidence.TextOf(status), answer.DataVersion)),
    };

    // An id of version 7 begins with its time, in milliseconds.
    static DateTimeOffset CreatedAt(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = 0;
        foreach (byte one in bytes[..6]) milliseconds = (milliseconds << 8) | one;
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    static ScreeningVerdict Error(string reason) => new(ScreeningStatus.Error, reason);

    [LoggerMessage(12010, LogLevel.Error, "ALARM screening_provider: the provider of the layer {Layer} refuses our requests with status {Status}; its address or token is wrong")]
    partial void Refused(int status, ScreeningLayer layer);
}
