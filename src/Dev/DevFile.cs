using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Cli;
using Keystone.Dev.Servers;
using Keystone.Ethereum;

namespace Keystone.Dev;

/// <summary>A platform of the local system.</summary>
internal sealed record DevPlatform(string Slug, string Name, string ClientId, string ClientSecret);

/// <summary>A member of a platform of the local system, or of the operator, who signs in to the dashboard by a link alone.</summary>
/// <param name="Platform">Slug of the platform; <c>operator</c> for the operator.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="Person">Id of the person.</param>
/// <param name="Member">Id of the member.</param>
/// <param name="SignInUrl">The link.</param>
internal sealed record DevMember(string Platform, string Email, Guid Person, Guid Member, string SignInUrl);

/// <summary>A token of the local chain.</summary>
internal sealed record DevToken(string Symbol, string Address, int Decimals)
{
    [JsonIgnore]
    public Address Contract => Ethereum.Address.Parse(Address);
}

/// <summary>A service of the local system.</summary>
/// <param name="Name">api, indexer or keeper.</param>
/// <param name="SettingsFile">For <c>--config</c>.</param>
/// <param name="Assembly">For <c>dotnet</c>.</param>
/// <param name="ManagementUrl">Health and metrics.</param>
internal sealed record DevService(string Name, string SettingsFile, string Assembly, string ManagementUrl);

/// <summary>
/// Everything that is needed to use, or to run services on, a local system: <c>run/dev.json</c>, mode 0600. docs/dev.md lists its members for the
/// programs of others that read it; a test compares both.
/// </summary>
internal sealed record DevFile(
    string ApiUrl, string RpcUrl, long ChainId, string Escrow, string Operator, string OwnerConnection,
    IReadOnlyList<DevToken> Tokens, IReadOnlyList<DevPlatform> Platforms, IReadOnlyList<DevService> Services, IReadOnlyList<DevMember> Members)
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public DevToken Token(string symbol) => Tokens.First(token => token.Symbol == symbol);

    public DevPlatform Platform(string slug) => Platforms.First(platform => platform.Slug == slug);

    public DevService Service(string name) => Services.First(service => service.Name == name);

    /// <summary>The file of a system that was started before.</summary>
    public static async Task<DevFile> ReadAsync(string path, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<DevFile>(await System.IO.File.ReadAllTextAsync(path, cancellationToken), Format)
            ?? throw new CommandFault($"{path} holds nothing.");

    /// <summary>The file of the running system that an option names, or of the one in KEYSTONE_HOME.</summary>
    public static Task<DevFile> OpenAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        string path = file?.FullName ?? Path.Combine(KeystoneHome.Open(), "dev", "run", "dev.json");
        if (!System.IO.File.Exists(path)) throw new CommandFault($"There is no {path}: start keystone dev, or name its file by --file.");
        return ReadAsync(path, cancellationToken);
    }

    public Task WriteAsync(string path, CancellationToken cancellationToken) => SecretFile.WriteAsync(path, JsonSerializer.Serialize(this, Format) + "\n", cancellationToken);
}
