using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Keystone.Connections;
using Microsoft.Extensions.Logging;

namespace Keystone.Ethereum.Nodes;

/// <summary>Signals new heads. Only a hint: the head itself must be requested, and a missed signal is made up for by the next poll.</summary>
public interface IHeadSignal
{
    /// <summary>Completes with the next announced head. Read it before polling, so that a head announced during the poll is not missed.</summary>
    Task Next { get; }
}

/// <summary>Never signals.</summary>
internal sealed class SilentHeads : IHeadSignal
{
    public static readonly SilentHeads Instance = new();

    readonly TaskCompletionSource _never = new();

    public Task Next => _never.Task;
}

/// <summary>Heads of one chain over WebSocket (<c>eth_subscribe newHeads</c>).</summary>
internal sealed partial class HeadFeed(long chainId, IReadOnlyList<Uri> urls, TimeProvider time, Jitter jitter, ILogger log) : IHeadSignal
{
    const int LongestMessage = 1 << 20;
    static readonly TimeSpan Connecting = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    static readonly byte[] Subscribe = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}""");

    static readonly HttpMessageInvoker Connector = new(HostConnector.Handler());

    TaskCompletionSource _next = New();

    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Listens until cancelled; a socket that breaks is opened again.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(urls.Select(url => ListenAsync(url, cancellationToken)));

    async Task ListenAsync(Uri url, CancellationToken cancellationToken)
    {
        TimeSpan pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using ClientWebSocket socket = new();
                if (url.UserInfo.Length > 0)
                    socket.Options.SetRequestHeader("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)))}");
                using (CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
                {
                    deadline.CancelAfter(Connecting);
                    await socket.ConnectAsync(url, Connector, deadline.Token).ConfigureAwait(false);
                    await socket.SendAsync(Subscribe.AsMemory(), WebSocketMessageType.Text, true, deadline.Token).ConfigureAwait(false);
                }
                await ReadAsync(socket, () => pause = FirstPause, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
            {
                Cut(chainId, url.Host, fault is OperationCanceledException ? "silence" : fault.Message);
            }
            await Task.Delay(jitter.AtLeast(pause), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    async Task ReadAsync(ClientWebSocket socket, Action alive, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 << 10];
        List<byte> message = [];
        while (true)
        {
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Silence);
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) return;
            message.AddRange(buffer.AsSpan(0, part.Count));
            if (message.Count > LongestMessage) throw new IOException("A message is too long.");
            if (!part.EndOfMessage) continue;
            if (IsHead(message.ToArray()))
            {
                alive();
                Volatile.Read(ref _next).TrySetResult();
                Volatile.Write(ref _next, New());
            }
            message.Clear();
        }
    }

    // Only the fact of an announcement counts; the head itself is requested from the node.
    static bool IsHead(ReadOnlyMemory<byte> message)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(message);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("method", out JsonElement method)
                && method.ValueKind == JsonValueKind.String && method.ValueEquals("eth_subscription");
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1062, LogLevel.Warning, "Chain {ChainId}: the WebSocket to {Host} was closed ({Reason}); polling continues")]
    partial void Cut(long chainId, string host, string reason);
}
