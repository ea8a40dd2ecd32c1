using System.Net;
using System.Net.Sockets;
using Keystone.Cli;

namespace Keystone.Dev;

/// <summary>
/// Ports of this machine for one local system. A port that was found free is used only later, by a process that is started then, so a second system that
/// looks meanwhile would find it free, too. Each port is therefore claimed until this is disposed: by a listener on the same port of 127.0.0.2, which
/// disturbs nobody on 127.0.0.1 and which the kernel gives to one process only, whoever its user is, and takes back when that ends.
/// </summary>
internal sealed class Ports : IDisposable
{
    const int Attempts = 200;
    static readonly IPAddress ClaimAddress = new([127, 0, 0, 2]);

    readonly List<TcpListener> _claims = [];

    /// <summary>The wanted port when it is free and nobody has claimed it, else another one; 0 for any.</summary>
    /// <exception cref="CommandFault">This machine has no free port.</exception>
    public int Take(int wanted)
    {
        if (wanted > 0 && TryClaim(wanted)) return wanted;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (Listen(IPAddress.Loopback, 0, out _) is not { } found) break;
            int port = ((IPEndPoint)found.LocalEndpoint).Port;
            found.Dispose();
            if (TryClaim(port)) return port;
        }
        throw new CommandFault("This machine has no free port.");
    }

    /// <summary>Gives the claims up.</summary>
    public void Dispose()
    {
        lock (_claims)
        {
            foreach (TcpListener claim in _claims) claim.Dispose();
            _claims.Clear();
        }
    }

    bool TryClaim(int port)
    {
        TcpListener? claim = Listen(ClaimAddress, port, out SocketError fault);
        // Only Linux answers to all of 127.0.0.0/8 by itself. Elsewhere there is no claim, and looking has to do.
        if (claim is null && fault != SocketError.AddressNotAvailable) return false;
        if (Listen(IPAddress.Loopback, port, out _) is not { } free)
        {
            claim?.Dispose();
            return false;
        }
        free.Dispose();
        if (claim is null) return true;
        lock (_claims) _claims.Add(claim);
        return true;
    }

    static TcpListener? Listen(IPAddress address, int port, out SocketError fault)
    {
        TcpListener listener = new(address, port);
        try
        {
            listener.Start();
            fault = SocketError.Success;
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            fault = e.SocketErrorCode;
            return null;
        }
    }
}
