using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Keystone.EndToEnd;

/// <summary>A line to a service of this machine whose connections a test cuts.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _over = new();
    readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    readonly int _port;
    readonly Task _accepting;

    public CutLine(Uri service)
    {
        _port = service.Port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Ends every connection without a word; new ones are taken.</summary>
    /// <returns>How many there were.</returns>
    public int Cut()
    {
        TcpClient[] cut = [.. _open.Keys];
        foreach (TcpClient client in cut)
        {
            client.Client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }
        return cut.Length;
    }

    async Task AcceptAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            TcpClient near;
            try
            {
                near = await _listener.AcceptTcpClientAsync(_over.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = ServeAsync(near);
        }
    }

    async Task ServeAsync(TcpClient near)
    {
        using TcpClient far = new();
        _open[near] = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _port, _over.Token);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _over.Token), far.GetStream().CopyToAsync(near.GetStream(), _over.Token));
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // One of both has gone.
        }
        finally
        {
            _open.TryRemove(near, out _);
            near.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        _over.Dispose();
    }
}
