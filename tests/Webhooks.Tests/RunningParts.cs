using System.Net;
using Microsoft.Extensions.Hosting;

namespace Keystone.Webhooks.Tests;

/// <summary>Receivers and loops that a test started; they end with it.</summary>
internal sealed class RunningParts : IAsyncDisposable
{
    readonly List<Receiver> _receivers = [];
    readonly List<BackgroundService> _loops = [];

    /// <summary>A receiver that answers with a status.</summary>
    public async Task<Receiver> ReceiverAsync(HttpStatusCode status = HttpStatusCode.OK)
    {
        Receiver receiver = await Receiver.StartAsync();
        if (status != HttpStatusCode.OK) receiver.AnswerStatus(status);
        _receivers.Add(receiver);
        return receiver;
    }

    /// <summary>Starts a loop.</summary>
    public async Task<T> RunAsync<T>(T loop) where T : BackgroundService
    {
        _loops.Add(loop);
        await loop.StartAsync(CancellationToken.None);
        return loop;
    }

    /// <summary>Stops one loop.</summary>
    public async Task StopAsync(BackgroundService loop)
    {
        _loops.Remove(loop);
        await loop.StopAsync(CancellationToken.None);
        loop.Dispose();
    }

    /// <summary>Stops all loops.</summary>
    public async Task StopAllAsync()
    {
        foreach (BackgroundService loop in _loops.ToArray()) await StopAsync(loop);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAllAsync();
        foreach (Receiver receiver in _receivers) await receiver.DisposeAsync();
    }
}
