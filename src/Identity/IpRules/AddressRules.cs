using System.Net;

namespace Keystone.Identity.IpRules;

/// <summary>From where the credentials of an environment may be used.</summary>
public static class AddressRules
{
    /// <summary>True when the address is in one of the networks, or there are none.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="address">Address of whoever calls; null is in no network.</param>
    public static bool Allow(IReadOnlyCollection<IPNetwork> networks, IPAddress? address)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count == 0) return true;
        // A socket of both families shows an IPv4 peer as ::ffff:a.b.c.d.
        IPAddress? plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && networks.Any(network => network.Contains(plain));
    }

    /// <summary>Reads an address or a network; null with the reason when it is none.</summary>
    public static IPNetwork? Parse(string text, out string reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        reason = "Use an address such as 203.0.113.7, or a network such as 203.0.113.0/24 or 2001:db8::/32.";
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? text : text[..slash];
        // The framework takes 127.1, 0x7f.0.0.1 and zones too: in a rule they are typing errors.
        if (!IPAddress.TryParse(host, out IPAddress? address) || address.IsIPv4MappedToIPv6 || host.Contains('%', StringComparison.Ordinal)
            || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.ToString() != host))
            return null;
        int most = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128, length = most;
        if (slash >= 0 && !(int.TryParse(text[(slash + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out length) && length <= most))
            return null;
        byte[] bytes = address.GetAddressBytes();
        for (int bit = length; bit < most; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        IPAddress first = new(bytes);
        if (first.Equals(address)) return new IPNetwork(first, length);
        reason = $"The network of {length} bits begins at {first}; write {first}/{length}.";
        return null;
    }
}
