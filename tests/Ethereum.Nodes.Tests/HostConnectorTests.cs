using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Keystone.Connections;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>A node whose host has several addresses (RFC 8305).</summary>
public sealed class HostConnectorTests : IDisposable
{
    static readonly IPAddress Dead = IPAddress.Parse("127.0.0.3"), Refusing = IPAddress.Parse("127.0.0.4");

    readonly TcpListener _alive = new(IPAddress.Loopback, 0);
    readonly Socket _dead = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly List<Socket> _waiting = [];
    readonly int _port;

    public HostConnectorTests()
    {
        _alive.Start();
        _port = ((IPEndPoint)_alive.LocalEndpoint).Port;
        // A queue of one place that is full: it answers no SYN.
        _dead.Bind(new IPEndPoint(Dead, _port));
        _dead.Listen(0);
        for (int i = 0; i < 6; i++)
        {
            Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _waiting.Add(one);
            Assert.ThrowsAny<SocketException>(() => one.Connect(new IPEndPoint(Dead, _port)));
        }
    }

    public void Dispose()
    {
        _waiting.ForEach(one => one.Dispose());
        _dead.Dispose();
        _alive.Dispose();
    }

    [Fact]
    public async Task First_address_dead()
    {
        long started = Stopwatch.GetTimestamp();
        await using Stream stream = await HostConnector.ConnectAsync([Dead, IPAddress.Loopback], _port, CancellationToken.None);
        Assert.InRange(Stopwatch.GetElapsedTime(started), HostConnector.AttemptDelay / 2, TimeSpan.FromMinutes(1));
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public async Task An_address_that_refuses_is_left_at_once()
    {
        // No delay between two attempts ever ends: whoever waited for one would wait for good.
        await using Stream stream = await HostConnector.ConnectAsync(
            [Refusing, Refusing, Refusing, Refusing, IPAddress.Loopback], _port, CancellationToken.None, new StoppedTime()).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public async Task The_other_family_is_tried_second()
    {
        long started = Stopwatch.GetTimestamp();
        await using Stream stream = await HostConnector.ConnectAsync([Dead, Dead, Dead, Dead, Dead, Dead, Dead, Dead, IPAddress.Parse("::ffff:127.0.0.1")], _port, CancellationToken.None);
        Assert.True(Stopwatch.GetElapsedTime(started) < HostConnector.AttemptDelay * 7);
    }

    [Fact]
    public async Task When_all_refuse_the_first_error_is_reported_and_when_stopped_all_attempts_end()
    {
        Assert.Equal(SocketError.ConnectionRefused,
            (await Assert.ThrowsAsync<SocketException>(() => HostConnector.ConnectAsync([Refusing, Refusing], _port, CancellationToken.None).AsTask())).SocketErrorCode);
        await Assert.ThrowsAsync<SocketException>(() => HostConnector.ConnectAsync([], _port, CancellationToken.None).AsTask());
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(400));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HostConnector.ConnectAsync([Dead, Dead], _port, stop.Token).AsTask());
    }

    sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
