using System.Net;
using System.Net.Sockets;
using System.Text;
using Keystone.Webhooks.Sending;
using Microsoft.Extensions.Time.Testing;

namespace Keystone.Webhooks.Tests;

/// <summary>Answers without end and without measure are cut off, and cost no memory.</summary>
public sealed class LimitTests
{
    const long MiB = 1024 * 1024;

    /// <summary>Reads the request, answers with a head, then goes on as it is told until the sender has had enough.</summary>
    static async Task<long> ServeAsync(TcpListener listener, string head, Func<NetworkStream, Task<int>> next)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        byte[] request = new byte[4096];
        int length = 0;
        while (!Encoding.ASCII.GetString(request, 0, length).Contains("{\"a\":1}", StringComparison.Ordinal)) length += await stream.ReadAsync(request.AsMemory(length));
        long sent = 0;
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            while (await next(stream) is > 0 and int more) sent += more;
        }
        catch (IOException)
        {
            // Cut off.
        }
        return sent;
    }

    static Task<SendOutcome> SendAsync(GuardedSender sender, TcpListener listener) =>
        sender.SendAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), [], "{\"a\":1}"u8.ToArray(), privateAllowed: true, name: null, mutualTls: false, CancellationToken.None);

    static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    [Fact]
    public async Task W9_A_body_of_a_gibibyte_is_read_to_its_first_kibibyte()
    {
        using TcpListener listener = Listen();
        byte[] block = new byte[64 * 1024];
        block.AsSpan().Fill((byte)'x');
        Task<long> serving = ServeAsync(listener, $"HTTP/1.1 200 OK\r\nContent-Length: {1024 * MiB}\r\n\r\n", async stream =>
        {
            await stream.WriteAsync(block);
            return block.Length;
        });
        using GuardedSender sender = new(TimeProvider.System);
        long before = GC.GetTotalAllocatedBytes();
        SendOutcome outcome = await SendAsync(sender, listener);
        Assert.True(outcome.Delivered);
        Assert.Equal(new string('x', 1024), outcome.ResponseHead);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20 * MiB);
        Assert.InRange(await serving, 0, 64 * MiB);
    }

    [Fact]
    public async Task W9_A_body_that_drips_is_given_up_at_the_limit_and_its_status_counts()
    {
        using TcpListener listener = Listen();
        FakeTimeProvider time = new();
        TaskCompletionSource dripping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int drops = 0;
        Task<long> serving = ServeAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", async stream =>
        {
            await stream.WriteAsync("d"u8.ToArray());
            if (++drops == 5) dripping.SetResult();
            await Task.Delay(20);
            return 1;
        });
        using GuardedSender sender = new(time);
        Task<SendOutcome> sending = SendAsync(sender, listener);
        await dripping.Task;
        Assert.False(sending.IsCompleted);
        time.Advance(GuardedSender.Limit);
        SendOutcome outcome = await sending;
        Assert.True(outcome.Delivered);
        Assert.StartsWith("d", outcome.ResponseHead, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task W9_Headers_without_measure_are_no_answer()
    {
        using TcpListener listener = Listen();
        string head = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-Header-{i:d4}: {new string('h', 84)}\r\n"));
        Task<long> serving = ServeAsync(listener, head, async stream =>
        {
            await stream.WriteAsync("X-More: h\r\n"u8.ToArray());
            return 10;
        });
        using GuardedSender sender = new(TimeProvider.System);
        SendOutcome outcome = await SendAsync(sender, listener);
        Assert.Null(outcome.StatusCode);
        Assert.NotNull(outcome.Error);
        // What lay in the buffers of the connection.
        Assert.InRange(await serving, 0, 16 * MiB);
    }
}
