using System.Net;
using System.Net.Sockets;
using Keystone.Webhooks.Sending;

namespace Keystone.Webhooks.Tests;

/// <summary>Addresses of private networks in every spelling: no connection is opened to any of them.</summary>
public sealed class TargetCorpusTests : IDisposable
{
    readonly TcpListener _four = new(IPAddress.Any, 0);

    public TargetCorpusTests() => _four.Start();

    int Port => ((IPEndPoint)_four.LocalEndpoint).Port;

    public void Dispose() => _four.Dispose();

    // As literals, which need no resolving, and what libraries of other languages read as numbers.
    static readonly string[] Hosts =
    [
        "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0.0.0.0", "0", "0x0", "0.0.0.1",
        "10.0.0.1", "10.255.255.254", "0x0a000001", "012.0.0.1", "167772161", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254", "3232235521",
        "100.64.0.1", "100.127.255.254", "169.254.169.254", "169.254.170.2", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.254",
        "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1",
        "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001::1]", "[2001:db8::1]", "[fe80::1]", "[fe80::1%251]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[100::1]",
        "[3fff::1]", "localhost", "LOCALHOST", "localhost.", "user@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1#@example.com", "①②⑦.⓪.⓪.①", "127。0。0。1",
    ];

    public static TheoryData<string> Literals => [.. Hosts];

    /// <summary>Names that resolve to what is not public; of several addresses none is tried.</summary>
    public static TheoryData<string> Resolved =>
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fd00:ec2::254", "fe80::1", "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "::",
        "127.0.0.1,10.0.0.1", "::1,127.0.0.1",
    ];

    [Fact]
    public void The_corpus_is_large() => Assert.True(Hosts.Length >= 60, $"{Hosts.Length}");

    [Theory]
    [MemberData(nameof(Literals))]
    public async Task W4_No_connection_is_opened_to_an_address_that_is_not_public(string host)
    {
        if (!Uri.TryCreate($"https://{host.Replace("#", $":{Port}/#", StringComparison.Ordinal)}{(host.Contains('#', StringComparison.Ordinal) ? "" : $":{Port}/hook")}", UriKind.Absolute, out Uri? url))
            return;
        using GuardedSender sender = new(TimeProvider.System);
        await AssertRefusedAsync(sender, url);
    }

    [Theory]
    [MemberData(nameof(Resolved))]
    public async Task W4_No_connection_is_opened_to_a_name_that_resolves_to_such_an_address(string addresses)
    {
        int asked = 0;
        using GuardedSender sender = new(TimeProvider.System, (_, _) =>
        {
            asked++;
            return Task.FromResult<IPAddress[]>([.. addresses.Split(',').Select(IPAddress.Parse)]);
        });
        await AssertRefusedAsync(sender, new Uri($"https://hooks.example.com:{Port}/hook"));
        // Resolved once, and connected to what was resolved then: a second answer would have nobody who looks at it.
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task W4_A_name_that_was_public_when_it_was_registered_is_looked_at_again_at_each_attempt()
    {
        Queue<string> answers = new(["2000::1", "127.0.0.1"]);
        using GuardedSender sender = new(TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        // The first is a public address at which nothing is.
        SendOutcome first = await sender.SendAsync(new Uri($"https://hooks.example.com:{Port}/"), [], "{}"u8.ToArray(), privateAllowed: false, null, mutualTls: false, CancellationToken.None);
        Assert.NotEqual("The address is not on the public internet.", first.Error);
        await AssertRefusedAsync(sender, new Uri($"https://hooks.example.com:{Port}/"));
    }

    async Task AssertRefusedAsync(GuardedSender sender, Uri url)
    {
        SendOutcome outcome = await sender.SendAsync(url, [], "{}"u8.ToArray(), privateAllowed: false, name: null, mutualTls: false, CancellationToken.None);
        Assert.False(outcome.Delivered);
        Assert.Null(outcome.StatusCode);
        Assert.NotNull(outcome.Error);
        Assert.False(_four.Pending(), $"{url} was connected to: {outcome.Error}");
    }
}
