using System.Security.Cryptography;
using System.Text;

namespace Keystone.Dev.Servers;

/// <summary>
/// Where local data lives: <c>KEYSTONE_HOME</c>; else <c>.keystone</c> in the clone; else, as root,
/// <c>/var/tmp/keystone-&lt;hash of the clone's path&gt;</c>, because another user often cannot enter root's folders.
/// </summary>
public static class KeystoneHome
{
    /// <summary>Absolute path; created when it is not there.</summary>
    public static string Open()
    {
        string repository = NativeTool.RepositoryRoot;
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repository)))[..12];
        string path = Environment.GetEnvironmentVariable("KEYSTONE_HOME") is { Length: > 0 } set
            ? Path.GetFullPath(set)
            : Environment.IsPrivilegedProcess ? $"/var/tmp/keystone-{hash}" : Path.Combine(repository, ".keystone");
        Directory.CreateDirectory(path);
        return path;
    }
}
