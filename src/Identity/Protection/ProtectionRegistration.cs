using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Identity.Protection;

/// <summary>
/// The keys behind cookies, forms and sealed authenticator keys: files of <c>Identity:KeysDirectory</c> that all processes of the API share, encrypted under a key of their own.
/// </summary>
public static class ProtectionRegistration
{
    const string Folder = "protection", KeyFile = "protection.key";

    /// <summary>Adds data protection over the folder of the settings; <c>AddIdentity</c> has to be called as well.</summary>
    public static IServiceCollection AddKeptProtection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        // Without a name it would be the path of the program, and two processes would not read each other's cookies.
        services.AddDataProtection().SetApplicationName("Keystone");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<IdentityOptions>, ILoggerFactory>((keys, identity, logs) =>
        {
            string home = identity.Value.KeysDirectory, folder = Path.Combine(home, Folder);
            string file = identity.Value.ProtectionKeyFile is { Length: > 0 } named ? named : Path.Combine(home, KeyFile);
            try
            {
                CreateFolder(folder);
                if (identity.Value.ProtectionKeyFile.Length == 0) ProtectionKey.Ensure(file);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new InvalidOperationException($"Identity:KeysDirectory {home} cannot be used: {fault.Message}", fault);
            }
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(folder), logs);
            keys.XmlEncryptor = new ProtectionKeyEncryptor(ProtectionKey.Read(file));
        });
        services.AddOptions<ProtectionKeyPath>().Configure<IOptions<IdentityOptions>>((path, identity) =>
            path.File = identity.Value.ProtectionKeyFile is { Length: > 0 } named ? named : Path.Combine(identity.Value.KeysDirectory, KeyFile));
        return services;
    }

    static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
