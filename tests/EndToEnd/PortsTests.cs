using System.Net;
using System.Net.Sockets;
using Keystone.Dev;

namespace Keystone.EndToEnd;

/// <summary>Local systems that are started at once get ports of their own.</summary>
public sealed class PortsTests
{
    [Fact]
    public async Task Systems_that_want_the_same_port_at_once_get_different_ones_that_are_free()
    {
        using Ports finder = new();
        int wanted = finder.Take(0);
        finder.Dispose();
        Ports[] systems = [.. Enumerable.Range(0, 12).Select(_ => new Ports())];
        try
        {
            using Barrier together = new(systems.Length);
            int[][] taken = await Task.WhenAll(systems.Select(ports => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    return (int[])[ports.Take(wanted), ports.Take(wanted), ports.Take(0)];
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            int[] all = [.. taken.SelectMany(ports => ports)];
            Assert.Equal(all.Length, all.Distinct().Count());
            Assert.Single(all, wanted);
            // Whoever has the claim can use the port.
            foreach (int port in all)
            {
                using TcpListener service = new(IPAddress.Loopback, port);
                service.Start();
            }
        }
        finally
        {
            foreach (Ports ports in systems) ports.Dispose();
        }
    }

    [Fact]
    public void A_port_in_use_is_not_taken_and_a_claim_ends_with_its_system()
    {
        using TcpListener busy = new(IPAddress.Loopback, 0);
        busy.Start();
        int port = ((IPEndPoint)busy.LocalEndpoint).Port;
        using Ports first = new(), second = new();
        Assert.NotEqual(port, first.Take(port));
        int claimed = first.Take(0);
        Assert.NotEqual(claimed, second.Take(claimed));
        first.Dispose();
        Assert.Equal(claimed, second.Take(claimed));
    }
}
