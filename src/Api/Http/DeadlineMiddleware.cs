using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Http;

/// <summary>
/// Answers in time although the database does not: a statement that is not answered within <c>Storage:StatementTimeoutSeconds</c> will not be, and a database that stands still
/// does not even end it. The caller gets 503 half a second later; what still runs behind it is stopped and its answer, if one comes, goes nowhere.
/// </summary>
internal sealed partial class DeadlineMiddleware(RequestDelegate next, IOptions<StorageOptions> storage, ILogger<DeadlineMiddleware> log)
{
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    // Read at the first request: the document of the API is written by a start without settings.
    TimeSpan Limit => TimeSpan.FromSeconds(storage.Value.StatementTimeoutSeconds) + Grace;

    public async Task InvokeAsync(HttpContext context)
    {
        CancellationToken gone = context.RequestAborted;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(gone);
        context.RequestAborted = over.Token;
        IHttpResponseBodyFeature body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        ResponseGate gate = new(body);
        context.Features.Set<IHttpResponseBodyFeature>(gate);
        Task work = next(context);
        try
        {
            await work.WaitAsync(Limit, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (work.IsCompleted || gone.IsCancellationRequested || !gate.TryTake())
            {
                await work;
                return;
            }
            // The connection is back in its own hands: what is written now goes out.
            context.Features.Set(body);
            Stalled(context.Request.Method, RequestMiddleware.RequestId(context));
            await Problem.WriteAsync(context, ErrorOf());
            await context.Response.CompleteAsync();
            // The request ends when what runs for it has ended: it uses the same context. A cancellation may itself wait for the database, so nobody waits for it here.
            _ = over.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            context.Features.Set(body);
            context.RequestAborted = gone;
        }
    }

    static DomainError ErrorOf() => new("database_unavailable",
        "The database did not answer in time. Send the same request again; under the same idempotency key a settlement is made once.")
    { RetryAfterSeconds = 2 };

    [LoggerMessage(EventId = 8004, Level = LogLevel.Warning, Message = "The database stood still under a {Method} request, which was answered without it; request id {RequestId}")]
    partial void Stalled(string method, string requestId);
}
