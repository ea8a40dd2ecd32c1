using System.Net;
using System.Net.Sockets;

namespace Keystone.Cli.Dev;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>The wanted port when it is free, else one that is.</summary>
    public static int Take(int wanted)
    {
        if (wanted > 0 && Bind(wanted) is { } free) return free;
        return Bind(0) ?? throw new CommandFault("This machine has no free port.");
    }

    static int? Bind(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
