using System.Text.Json;
using Xunit;

namespace Keystone.Testing;

/// <summary>
/// What Nethereum is known to accept although the standards, or this system, refuse it: <c>tests/vectors/nethereum-accepts.json</c>. The tests compare the
/// list with the version in use, so that a change in a new version is seen before anybody relies on it.
/// </summary>
public static class KnownAcceptances
{
    /// <summary>Compares what was accepted of a group of cases with the list.</summary>
    public static void Compare(string group, IEnumerable<string> accepted)
    {
        using JsonDocument list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "nethereum-accepts.json")));
        string[] known = [.. list.RootElement.GetProperty(group).EnumerateArray().Select(name => name.GetString()!)];
        string[] now = [.. accepted.Order(StringComparer.Ordinal)];
        Assert.True(known.SequenceEqual(now),
            $"Nethereum accepts other {group} than tests/vectors/nethereum-accepts.json lists. Accepted now: {string.Join(", ", now.Except(known))}. "
            + $"Refused now: {string.Join(", ", known.Except(now))}. The whole list: {JsonSerializer.Serialize(now)}");
    }

    /// <summary>True when reading throws nothing.</summary>
    public static bool Accepts(Action read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            read();
            return true;
        }
#pragma warning disable CA1031 // whatever a library throws is a refusal
        catch (Exception)
        {
            return false;
        }
#pragma warning restore CA1031
    }
}
