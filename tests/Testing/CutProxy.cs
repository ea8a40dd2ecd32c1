using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Keystone.Testing;

/// <summary>A line to Postgres that a test breaks: when a commit was done and before its acknowledgement arrives, by a reset, half open, or by silence.</summary>
public sealed class CutProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _over = new();
    readonly DnsEndPoint _server;
    readonly ConcurrentDictionary<Line, bool> _lines = new();
    readonly Task _accepting;
    volatile TaskCompletionSource _flow = Flowing();
    int _armed;
    int _cuts;

    /// <summary>A line to the server of a connection string.</summary>
    public CutProxy(string connectionString)
    {
        NpgsqlConnectionStringBuilder address = new(connectionString);
        _server = new DnsEndPoint(address.Host!, address.Port);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            Pooling = true,
        }.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>Leads through this line.</summary>
    public string ConnectionString { get; }

    /// <summary>How often it was cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>The acknowledgement of the next commit does not arrive.</summary>
    public void CutNextCommit() => Interlocked.Exchange(ref _armed, 1);

    /// <summary>From now on nothing goes through, in either direction, and no connection is refused or ended: a database that stands still.</summary>
    public void Stall() => _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything goes through again.</summary>
    public void Resume() => _flow.TrySetResult();

    /// <summary>Every connection ends at once by a reset.</summary>
    /// <returns>How many there were.</returns>
    public int Reset() => _lines.Keys.Count(line => line.Break(forgotten: false));

    /// <summary>The server's side of every connection ends, and the other side is told nothing: half open, as after a machine that lost its power. New connections work.</summary>
    /// <returns>How many there were.</returns>
    public int Forget() => _lines.Keys.Count(line => line.Break(forgotten: true));

    static TaskCompletionSource Flowing()
    {
        TaskCompletionSource flow = new();
        flow.SetResult();
        return flow;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _over.Dispose();
    }

    async Task AcceptAsync()
    {
        List<Task> lines = [];
        try
        {
            while (true) lines.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_over.Token).ConfigureAwait(false)));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(lines).ConfigureAwait(false);
        }
    }

    async Task RelayAsync(TcpClient client)
    {
        using TcpClient near = client, far = new();
        Line line = new(near, far);
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, _over.Token).ConfigureAwait(false);
            _lines[line] = true;
            Task forth = ForthAsync(near.GetStream(), far.GetStream(), line), back = BackAsync(far.GetStream(), near.GetStream(), line);
            await Task.WhenAny(forth, back).ConfigureAwait(false);
            // Until the near side gives up by itself.
            if (line.IsForgotten) await forth.ConfigureAwait(false);
            near.Close();
            far.Close();
            await Task.WhenAll(forth, back).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two hung up.
        }
        finally
        {
            _lines.TryRemove(line, out _);
        }
    }

    async Task ForthAsync(NetworkStream from, NetworkStream to, Line line)
    {
        byte[] buffer = new byte[16 << 10];
        for (int read; (read = await from.ReadAsync(buffer, _over.Token).ConfigureAwait(false)) > 0;)
        {
            // With the end of the text: a transaction begins as READ COMMITTED.
            if (buffer.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Exchange(ref _armed, 0) == 1) line.IsCut = true;
            await _flow.Task.WaitAsync(_over.Token).ConfigureAwait(false);
            try
            {
                if (!line.IsForgotten) await to.WriteAsync(buffer.AsMemory(0, read), _over.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (line.IsForgotten && fault is IOException or SocketException or ObjectDisposedException)
            {
                // Nobody is there any more, which the near side does not learn.
            }
        }
    }

    async Task BackAsync(NetworkStream from, NetworkStream to, Line line)
    {
        byte[] buffer = new byte[16 << 10];
        for (int read; (read = await from.ReadAsync(buffer, _over.Token).ConfigureAwait(false)) > 0;)
        {
            if (line.IsCut)
            {
                // The server has answered: it is done.
                Interlocked.Increment(ref _cuts);
                return;
            }
            await _flow.Task.WaitAsync(_over.Token).ConfigureAwait(false);
            await to.WriteAsync(buffer.AsMemory(0, read), _over.Token).ConfigureAwait(false);
        }
    }

    sealed class Line(TcpClient near, TcpClient far)
    {
        volatile bool _cut;
        volatile bool _forgotten;

        public bool IsCut
        {
            get => _cut;
            set => _cut = value;
        }

        public bool IsForgotten => _forgotten;

        /// <summary>False when it had ended by itself.</summary>
        public bool Break(bool forgotten)
        {
            try
            {
                _forgotten = forgotten;
                if (!forgotten)
                {
                    near.LingerState = new LingerOption(enable: true, seconds: 0);
                    near.Close();
                }
                far.Close();
                return true;
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or NullReferenceException)
            {
                return false;
            }
        }
    }
}
