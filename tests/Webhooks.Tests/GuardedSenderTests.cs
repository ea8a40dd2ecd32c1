using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Keystone.Postgres;
using Keystone.Testing;
using Keystone.Webhooks.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Webhooks.Tests;

public sealed class GuardedSenderTests : IAsyncLifetime
{
    readonly List<(string Path, string Body, string? Id)> _received = [];
    readonly GuardedSender _sender = new(TimeProvider.System);
    WebApplication _receiver = null!;

    string Url => _receiver.Urls.First();

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            lock (_received)
                _received.Add((context.Request.Path, reader.ReadToEndAsync().GetAwaiter().GetResult(), context.Request.Headers["webhook-id"]));
            if (context.Request.Path == "/moved")
                context.Response.Redirect("/target");
            else if (context.Request.Path == "/busy")
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "7";
            }
            else if (context.Request.Path == "/later")
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddHours(2).ToString("R", CultureInfo.InvariantCulture);
            }
            await context.Response.WriteAsync(new string('x', 5000));
        });
        await _receiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _sender.Dispose();
        await _receiver.DisposeAsync();
    }

    Task<SendOutcome> SendAsync(string url, bool privateAllowed) =>
        _sender.SendAsync(new Uri(url), [new("webhook-id", "evt_1")], Encoding.UTF8.GetBytes("{\"a\":1}"), privateAllowed, name: null, mutualTls: false, CancellationToken.None);

    [Fact]
    public async Task Sends_the_bytes_and_keeps_the_head_of_the_answer()
    {
        SendOutcome outcome = await SendAsync(Url + "/hook", privateAllowed: true);
        Assert.True(outcome.Delivered);
        Assert.Equal(1024, outcome.ResponseHead!.Length);
        Assert.Equal(("/hook", "{\"a\":1}", "evt_1"), Assert.Single(_received));
    }

    [Fact]
    public async Task Does_not_follow_redirects()
    {
        SendOutcome outcome = await SendAsync(Url + "/moved", privateAllowed: true);
        Assert.Equal(302, outcome.StatusCode);
        Assert.False(outcome.Delivered);
        Assert.Equal("/moved", Assert.Single(_received).Path);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok", true, "ok")] // the case webhook-body-cut
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", true, "")]
    [InlineData("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true, null)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", true, "hel")]
    [InlineData("HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\nno", false, "no")]
    public async Task Webhook_body_cut(string answer, bool delivered, string? head)
    {
        using TcpListener receiver = new(IPAddress.Loopback, 0);
        receiver.Start();
        Task serving = Task.Run(async () =>
        {
            using TcpClient client = await receiver.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            byte[] request = new byte[4096];
            int length = 0;
            while (!Encoding.ASCII.GetString(request, 0, length).Contains("{\"a\":1}", StringComparison.Ordinal)) length += await stream.ReadAsync(request.AsMemory(length));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        });
        SendOutcome outcome = await SendAsync($"http://127.0.0.1:{((IPEndPoint)receiver.LocalEndpoint).Port}/cut", privateAllowed: true);
        await serving;
        Assert.Equal(delivered, outcome.Delivered);
        Assert.Equal(int.Parse(answer[9..12], System.Globalization.CultureInfo.InvariantCulture), outcome.StatusCode);
        Assert.Null(outcome.Error);
        Assert.Equal(head, outcome.ResponseHead);
    }

    [Fact]
    public async Task First_address_dead()
    {
        using Socket dead = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        int port = new Uri(Url).Port;
        // A queue of one place that is full: it answers no SYN.
        dead.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.3"), port));
        dead.Listen(0);
        List<Socket> waiting = [];
        for (int i = 0; i < 6; i++)
        {
            Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            waiting.Add(one);
            Assert.ThrowsAny<SocketException>(() => one.Connect(new IPEndPoint(IPAddress.Parse("127.0.0.3"), port)));
        }
        using GuardedSender sender = new(TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.3"), IPAddress.Loopback]));
        SendOutcome outcome = await sender.SendAsync(new Uri($"http://two.example:{port}/hook"), [], "{}"u8.ToArray(), privateAllowed: true, name: null, mutualTls: false, CancellationToken.None);
        waiting.ForEach(one => one.Dispose());
        Assert.Equal(200, outcome.StatusCode);
        Assert.InRange(outcome.LatencyMilliseconds, 200, 3_000);
        Assert.Single(_received);
    }

    [Theory]
    [InlineData("2000::1", "127.0.0.1")]
    [InlineData("127.0.0.1", "10.0.0.1")]
    [InlineData("2000::1", "::ffff:127.0.0.1")]
    public async Task No_address_of_our_own_network_is_tried_beside_one_of_the_internet(string first, string second)
    {
        using GuardedSender sender = new(TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(first), IPAddress.Parse(second)]));
        SendOutcome outcome = await sender.SendAsync(new Uri($"https://two.example:{new Uri(Url).Port}/hook"), [], "{}"u8.ToArray(), privateAllowed: false, name: null, mutualTls: false, CancellationToken.None);
        Assert.Null(outcome.StatusCode);
        Assert.Empty(_received);
    }

    [Fact]
    public async Task Reads_Retry_After() => Assert.Equal(TimeSpan.FromSeconds(7), (await SendAsync(Url + "/busy", privateAllowed: true)).RetryAfter);

    [Fact]
    public async Task A_date_in_Retry_After_is_compared_with_the_machine_s_time_wherever_business_time_stands()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new ShiftedClock { Shift = TimeSpan.FromDays(3) });
        services.AddKeyedSingleton(Clocks.Machine, TimeProvider.System);
        services.AddWebhooks(new ConfigurationBuilder().AddInMemoryCollection([new("Webhooks:SecretKeyFile", "unread")]).Build());
        await using ServiceProvider provider = services.BuildServiceProvider();
        TimeSpan? wait = (await provider.GetRequiredService<GuardedSender>().SendAsync(new Uri(Url + "/later"), [], "{}"u8.ToArray(), true, null, false, CancellationToken.None)).RetryAfter;
        Assert.InRange(wait!.Value, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Refuses_our_own_network_unless_allowed(string host)
    {
        SendOutcome outcome = await SendAsync($"https://{host}:{new Uri(Url).Port}/hook", privateAllowed: false);
        Assert.Null(outcome.StatusCode);
        Assert.Equal("The address is not on the public internet.", outcome.Error);
        Assert.Empty(_received);
    }

    [Fact]
    public async Task Refuses_plain_http_unless_allowed() => Assert.Equal("The address is not https.", (await SendAsync(Url, privateAllowed: false)).Error);

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    public void Knows_the_public_internet(string address, bool isPublic) => Assert.Equal(isPublic, TargetRules.IsPublic(IPAddress.Parse(address)));
}
