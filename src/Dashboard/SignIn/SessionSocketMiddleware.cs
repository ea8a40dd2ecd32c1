using Keystone.Dashboard.Http;
using Keystone.Identity.Sessions;
using Microsoft.AspNetCore.Http;

namespace Keystone.Dashboard.SignIn;

/// <summary>Cuts the connection of a circuit some seconds after its session ended: the page has had the time to go where it was sent.</summary>
internal sealed class SessionSocketMiddleware(RequestDelegate next, SessionCircuits circuits, TimeProvider time)
{
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(DashboardPaths.Circuit, StringComparison.Ordinal) || MemberCookie.SessionId(context.User) is not { } session)
        {
            await next(context);
            return;
        }
        // Not the request's token: it ends with the connection.
        using CancellationTokenSource closed = new();
        using IDisposable registration = circuits.Register(session, () =>
        {
            _ = CutAsync(context, closed.Token);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            await closed.CancelAsync();
        }
    }

    async Task CutAsync(HttpContext context, CancellationToken closed)
    {
        await Task.Delay(Grace, time, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!closed.IsCancellationRequested) context.Abort();
    }
}
