using System.Data.Common;

namespace Keystone.Postgres.Leases;

/// <summary>
/// Works while this process holds a lease, and stands by while another one does. The lease is renewed three times within its life, and given back at the
/// end. Continuations stay on the caller's context, so that a simulated scheduler can drive it.
/// </summary>
/// <param name="lease">The lease.</param>
/// <param name="holder">This process.</param>
/// <param name="ttl">Life of the lease without renewal.</param>
/// <param name="time">Clock of renewals and pauses.</param>
public sealed class LeaseLoop(ILease lease, Guid holder, TimeSpan ttl, TimeProvider time)
{
    static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(2);

    /// <summary>True for a fault that passes by itself, after which the lease is asked for again; any other ends the loop.</summary>
    public required Func<Exception, bool> Passes { get; init; }

    /// <summary>Receives each transient fault.</summary>
    public required Action<Exception> Report { get; init; }

    /// <summary>Called when another process has taken the lease.</summary>
    public required Action Lost { get; init; }

    /// <summary>Wait from one attempt to take the lease to the next, made of a third of its life.</summary>
    public Func<TimeSpan, TimeSpan> Pause { get; init; } = static third => third;

    /// <summary>Takes the lease whenever it is free and works until it is lost or the work ends, again and again until stopped.</summary>
    /// <param name="prepare">Runs before each attempt to take the lease.</param>
    /// <param name="work">The work, with the epoch of the lease; its token ends with the lease.</param>
    /// <param name="stoppingToken">Stops.</param>
    public async Task RunAsync(Func<CancellationToken, Task> prepare, Func<long, CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        ArgumentNullException.ThrowIfNull(work);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await prepare(stoppingToken);
                if (await lease.TakeAsync(holder, ttl, stoppingToken) is { } epoch)
                    await HoldAsync(epoch, work, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is OperationCanceledException || Passes(e))
            {
                Report(e);
            }
            await Task.Delay(Pause(ttl / 3), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    async Task HoldAsync(long epoch, Func<long, CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task renewal = RenewAsync(epoch, over);
        try
        {
            await work(epoch, over.Token);
        }
        catch (LeaseLostException)
        {
            Lost();
        }
        catch (Exception e) when (over.IsCancellationRequested && (e is OperationCanceledException || Passes(e)))
        {
            // Stopped, or the lease is gone: what broke off with it is no news.
        }
        finally
        {
            // Not later and elsewhere: what hangs on the lease has ended when this returns.
            over.Cancel();
            await renewal;
            await ReleaseAsync(epoch);
        }
    }

    async Task RenewAsync(long epoch, CancellationTokenSource over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ttl / 3, time, over.Token);
                try
                {
                    if (await lease.RenewAsync(epoch, ttl, over.Token)) continue;
                    Lost();
                    over.Cancel();
                    return;
                }
                catch (Exception e) when (e is not OperationCanceledException || !over.IsCancellationRequested)
                {
                    // Without the database no other process can take the lease either; when it is back, the epoch decides.
                    Report(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
    }

    async Task ReleaseAsync(long epoch)
    {
        try
        {
            using CancellationTokenSource limit = new(ReleaseLimit, time);
            await lease.RenewAsync(epoch, TimeSpan.Zero, limit.Token);
        }
        catch (Exception e) when (e is DbException or OperationCanceledException or ObjectDisposedException)
        {
            Report(e);
        }
    }
}
