using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Keystone.Hosting;

/// <summary>
/// Where settings come from: defaults in the option types, then <c>keystone.json</c> (or the file of <c>--config</c>), then
/// <c>KEYSTONE__SECTION__KEY</c> from the environment, then arguments (<c>--Section:Key value</c>). Any setting <c>X</c> may be given as
/// <c>XFile</c>, the path of a file whose trimmed content is the value. Lists of addresses may be one value with commas.
/// </summary>
public static class KeystoneConfiguration
{
    const string EnvironmentPrefix = "KEYSTONE__";
    const string CredentialsVariable = "$CREDENTIALS_DIRECTORY";
    static readonly string[] ListNames = ["RpcUrls", "SocketUrls", "TrustedProxies"];
    static readonly string[] SecretNames = ["privatekey", "rawkey", "password", "secret", "otlpheaders"];

    /// <summary>Replaces every source of <paramref name="configuration"/> by ours.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="secretsInEnvironment">Development only: secrets may come from environment variables.</param>
    /// <exception cref="SettingsException">A file that cannot be read, a setting given twice, or a secret in the environment.</exception>
    public static void Read(IConfigurationManager configuration, string[] args, bool secretsInEnvironment = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(args);
        List<string> faults = [];
        configuration.Sources.Clear();
        AddJsonFile(configuration, args, faults);
        configuration.AddEnvironmentVariables(EnvironmentPrefix);
        try
        {
            configuration.AddCommandLine([.. WithoutConfigArgument(args)]);
        }
        catch (FormatException e)
        {
            faults.Add($"The arguments cannot be read: {e.Message}");
        }
        if (!secretsInEnvironment) RefuseSecretsInEnvironment(faults);
        configuration.AddInMemoryCollection(ReadCredentialPaths(configuration, faults));
        configuration.AddInMemoryCollection(ReadFiles(configuration, faults));
        configuration.AddInMemoryCollection(ReadLists(configuration, faults));
        if (faults.Count > 0) throw new SettingsException(faults);
    }

    static void AddJsonFile(IConfigurationManager configuration, string[] args, List<string> faults)
    {
        string? named = ConfigArgument(args);
        string path = Path.GetFullPath(named ?? "keystone.json");
        if (!File.Exists(path))
        {
            if (named is not null) faults.Add($"--config: the file {path} does not exist.");
            return;
        }
        try
        {
            // Parsed into memory: the file is read once, at start, and no watcher stays behind.
            using MemoryStream content = new(File.ReadAllBytes(path));
            IConfigurationRoot parsed = new ConfigurationBuilder().AddJsonStream(content).Build();
            configuration.AddInMemoryCollection(parsed.AsEnumerable().Where(pair => pair.Value is not null));
        }
        catch (Exception e) when (e is FormatException or JsonException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            faults.Add($"--config: {path} cannot be read as JSON: {(e.InnerException ?? e).Message}");
        }
    }

    static string? ConfigArgument(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--config" && i + 1 < args.Length) return args[i + 1];
            if (args[i].StartsWith("--config=", StringComparison.Ordinal)) return args[i]["--config=".Length..];
        }
        return null;
    }

    static IEnumerable<string> WithoutConfigArgument(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--config") i++;
            else if (!args[i].StartsWith("--config=", StringComparison.Ordinal)) yield return args[i];
        }
    }

    static void RefuseSecretsInEnvironment(List<string> faults)
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            string value = (string?)variable.Value ?? "";
            bool secret = SecretNames.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                || value.Contains("password=", StringComparison.OrdinalIgnoreCase);
            if (secret && value.Length > 0)
                faults.Add($"{name} holds a secret; environment variables are readable by others: put it into a file and set {name}FILE.");
        }
    }

    // What sets one variable for a list, as containers do, separates its entries by commas.
    static Dictionary<string, string?> ReadLists(IConfiguration configuration, List<string> faults)
    {
        Dictionary<string, string?> read = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (string.IsNullOrWhiteSpace(value) || !ListNames.Any(name => key.EndsWith(":" + name, StringComparison.OrdinalIgnoreCase))) continue;
            if (configuration.GetSection(key).GetChildren().Any())
            {
                faults.Add($"{key} is set as one value and by numbered entries; keep one of the two.");
                continue;
            }
            string[] entries = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < entries.Length; i++) read[$"{key}:{i}"] = entries[i];
        }
        return read;
    }

    // systemd's LoadCredential puts files into a folder that only the service reads, and names it in a variable.
    static Dictionary<string, string?> ReadCredentialPaths(IConfiguration configuration, List<string> faults)
    {
        Dictionary<string, string?> read = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (value is null || !value.StartsWith(CredentialsVariable, StringComparison.Ordinal)) continue;
            if (Environment.GetEnvironmentVariable(CredentialsVariable[1..]) is { Length: > 0 } folder)
                read[key] = string.Concat(folder, value.AsSpan(CredentialsVariable.Length));
            else
                faults.Add($"{key} names {CredentialsVariable}, which the service manager did not set.");
        }
        return read;
    }

    static Dictionary<string, string?> ReadFiles(IConfiguration configuration, List<string> faults)
    {
        Dictionary<string, string?> read = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (!key.EndsWith("File", StringComparison.OrdinalIgnoreCase) || string.IsNullOrWhiteSpace(value)
                || value.StartsWith(CredentialsVariable, StringComparison.Ordinal)) continue;
            string setting = key[..^"File".Length];
            if (setting.Length == 0 || setting.EndsWith(':')) continue;
            if (!string.IsNullOrEmpty(configuration[setting]))
            {
                faults.Add($"{setting} and {key} are both set; keep one.");
                continue;
            }
            try
            {
                read[setting] = File.ReadAllText(value).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{key}: the file {value} cannot be read: {e.Message}");
            }
        }
        return read;
    }
}
