using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Keystone.Connections;

/// <summary>
/// Connects to a host that has several addresses (RFC 8305, Happy Eyeballs): the first address gets a quarter of a second before the next one is tried beside it, and the first
/// established connection is used. A dead first address costs that quarter of a second, not the whole connect timeout.
/// </summary>
public static class HostConnector
{
    /// <summary>Time after which the next address is tried although the one before has not failed (RFC 8305, section 5).</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Handler whose connections are made here. It sends no trace context: the hosts are outside this system.</summary>
    /// <param name="connect">Makes the connections; null for <see cref="ConnectAsync(DnsEndPoint, CancellationToken)"/>.</param>
    public static SocketsHttpHandler Handler(Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? connect = null)
    {
        connect ??= ConnectAsync;
#pragma warning disable RS0030 // the one place where handlers are made
        return new SocketsHttpHandler
        {
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            ConnectCallback = (context, cancellationToken) => connect(context.DnsEndPoint, cancellationToken),
        };
#pragma warning restore RS0030
    }

    /// <summary>Opens a connection to a host name.</summary>
    /// <param name="target">Host and port.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <exception cref="SocketException">The name is not known, or no address takes the connection.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken) =>
        await ConnectAsync(await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false), target.Port, cancellationToken).ConfigureAwait(false);

    /// <summary>Opens a connection to one of several addresses.</summary>
    /// <param name="addresses">Addresses of one host, the preferred first. Only these are tried.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <param name="time">Measures the delay between two attempts; null for the time of the machine.</param>
    /// <exception cref="SocketException">No address takes the connection; the error is that of the first.</exception>
    public static async ValueTask<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        Queue<IPAddress> left = new(Interleave(addresses));
        if (left.Count == 0) throw new SocketException((int)SocketError.HostNotFound);
        using CancellationTokenSource others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Socket>> attempts = [];
        Exception? first = null;
        try
        {
            while (true)
            {
                if (left.TryDequeue(out IPAddress? next)) attempts.Add(AttemptAsync(next, port, others.Token));
                Task delay = left.Count > 0 ? Task.Delay(AttemptDelay, time ?? TimeProvider.System, others.Token) : Task.Delay(Timeout.Infinite, others.Token);
                Task ended = await Task.WhenAny([.. attempts, delay]).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (ended is not Task<Socket> attempt) continue;
                attempts.Remove(attempt);
                if (attempt.IsCompletedSuccessfully) return new NetworkStream(await attempt.ConfigureAwait(false), ownsSocket: true);
                first ??= attempt.Exception?.InnerException ?? new SocketException((int)SocketError.OperationAborted);
                if (left.Count == 0 && attempts.Count == 0) throw first;
            }
        }
        finally
        {
            await others.CancelAsync().ConfigureAwait(false);
            foreach (Task<Socket> attempt in attempts) Drop(attempt);
        }
    }

    // One family after the other in turn, the one of the first address first (RFC 8305, section 4).
    static List<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0) return [];
        Queue<IPAddress> same = new(addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily));
        Queue<IPAddress> other = new(addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily));
        List<IPAddress> ordered = new(addresses.Count);
        while (same.Count + other.Count > 0)
        {
            if (same.TryDequeue(out IPAddress? one)) ordered.Add(one);
            if (other.TryDequeue(out IPAddress? two)) ordered.Add(two);
        }
        return ordered;
    }

    static async Task<Socket> AttemptAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            // An address of IPv4 may come in the form of IPv6.
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = true;
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    // The attempt may still succeed or fail: either is observed, and an unused connection is closed.
    static void Drop(Task<Socket> attempt) => attempt.ContinueWith(
        static late =>
        {
#pragma warning disable RS0030 // it has completed
            if (late.IsCompletedSuccessfully) late.Result.Dispose();
#pragma warning restore RS0030
            else _ = late.Exception;
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
