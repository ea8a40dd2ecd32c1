using System.Net;
using System.Text;
using Keystone.Webhooks.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

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
        _sender.SendAsync(new Uri(url), [new("webhook-id", "evt_1")], Encoding.UTF8.GetBytes("{\"a\":1}"), privateAllowed, name: null, CancellationToken.None);

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

    [Fact]
    public async Task Reads_Retry_After() => Assert.Equal(TimeSpan.FromSeconds(7), (await SendAsync(Url + "/busy", privateAllowed: true)).RetryAfter);

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
