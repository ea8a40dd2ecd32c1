using Keystone.Identity.Sessions;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Keystone.Dashboard.SignIn;

/// <summary>
/// Ties a circuit to its session. Every event of the browser is let in while the session is live, and dropped afterwards, so a client that ignores that it was signed out gets
/// nothing. Nothing is awaited when a circuit opens: a handler that waits there holds up its navigation.
/// </summary>
internal sealed class SessionCircuitHandler(AuthenticationStateProvider authentication, MemberSessions sessions, SessionCircuits circuits, SessionEnd end) : CircuitHandler, IDisposable
{
    Guid? _session;
    IDisposable? _registration;

    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Guid? session = MemberCookie.SessionId((await authentication.GetAuthenticationStateAsync()).User);
        if (_registration is null)
        {
            _session = session;
            if (session is { } id) _registration = circuits.Register(id, end.EndAsync);
        }
        // The framework takes the user of a reconnect as it comes: another session does not take a circuit over.
        else if (session != _session)
        {
            await end.EndAsync();
        }
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        if (end.IsOver || _session is not { } id) return;
        if (await sessions.FindAsync(id, CancellationToken.None) is not { } live)
        {
            await end.EndAsync();
            return;
        }
        await sessions.TouchAsync(live, CancellationToken.None);
        await next(context);
    };

    public void Dispose() => _registration?.Dispose();
}
