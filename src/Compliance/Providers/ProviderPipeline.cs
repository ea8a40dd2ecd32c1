using System.Net;
using Keystone.Connections;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Keystone.Compliance.Providers;

/// <summary>
/// How a provider is asked: an attempt takes 5 s, a call 12 s, a failure is repeated twice after a pause with jitter or as <c>Retry-After</c> says, and after half of at least
/// ten requests in 30 s have failed nobody is asked for 30 s; then one request tries.
/// </summary>
internal static class ProviderPipeline
{
    /// <summary>Least requests in 30 s before a circuit opens.</summary>
    public const int LeastRequests = 10;

    /// <summary>Seconds for which an open circuit lets nothing through; then one request tries.</summary>
    public const int BreakSeconds = 30;

    /// <summary>A pipeline with a circuit of its own.</summary>
    public static ResiliencePipeline<HttpResponseMessage> Create(TimeProvider time, CircuitBreakerStateProvider circuit, TimeSpan? pause = null)
    {
        PredicateBuilder<HttpResponseMessage> fails = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>()
            .HandleResult(response => response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500);
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddTimeout(TimeSpan.FromSeconds(12))
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = fails,
                MaxRetryAttempts = 2,
                Delay = pause ?? TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - time.GetUtcNow()) : null),
                OnRetry = arguments =>
                {
                    arguments.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = fails,
                FailureRatio = 0.5,
                MinimumThroughput = LeastRequests,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(BreakSeconds),
                StateProvider = circuit,
            })
            .AddTimeout(TimeSpan.FromSeconds(5))
            .Build();
    }

    /// <summary>A client whose limits are those of the pipeline.</summary>
    public static HttpClient Client()
    {
        SocketsHttpHandler handler = HostConnector.Handler();
        handler.AllowAutoRedirect = false;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
