using System.Globalization;
using System.Text.Json;
using Keystone.Cli;
using Keystone.Cli.Deploy;
using Keystone.Webhooks;

namespace Keystone.Dev;

/// <summary>Writes the settings file of each service of the local system, as an operator would for a real one.</summary>
internal sealed class DevSettings
{
    static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    readonly DevOptions _options;
    readonly string _home;
    readonly Uri _rpc;
    readonly Deployment _escrow;
    readonly IReadOnlyDictionary<string, string> _logins;
    readonly Ports _ports;

    public DevSettings(DevOptions options, Ports ports, string home, Uri rpc, Deployment escrow, IReadOnlyDictionary<string, string> logins)
    {
        (_options, _ports, _home, _rpc, _escrow, _logins) = (options, ports, home, rpc, escrow, logins);
        ApiUrl = $"http://127.0.0.1:{ports.Take(options.ApiPort)}";
    }

    public string ApiUrl { get; }

    /// <summary>Writes <c>api.json</c>, <c>indexer.json</c> and <c>keeper.json</c>, mode 0600, with the keys that they name.</summary>
    public async Task<IReadOnlyList<DevService>> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        string webhookKey = Path.Combine(_home, "webhook-secrets.key");
        SealingKey.EnsureFile(webhookKey);
        string denyList = Path.Combine(_home, "deny-list.txt");
        if (!File.Exists(denyList))
            await File.WriteAllTextAsync(denyList, $"# Lines: fail|flag name|lei|wallet VALUE, silent wallet VALUE\nflag wallet {DevAccounts.FlaggedWallet}\nfail wallet {DevAccounts.FailingWallet}\nsilent wallet {DevAccounts.SilentWallet}\n", cancellationToken);

        Dictionary<string, string> webhooks = new() { ["Webhooks:SecretKeyFile"] = webhookKey, ["Webhooks:AllowPrivateTargets"] = "true" };
        return
        [
            await WriteAsync(folder, "api", 0, new(webhooks)
            {
                ["Api:Url"] = ApiUrl,
                ["Dashboard:Enabled"] = "true",
                ["Api:MinimumTimeoutSeconds"] = Text(_options.MinimumTimeoutSeconds),
                ["Identity:KeysDirectory"] = Path.Combine(_home, "identity-keys"),
            }, cancellationToken),
            await WriteAsync(folder, "indexer", 1, new() { ["Indexer:PollMilliseconds"] = "200", ["Indexer:LeaseSeconds"] = Text(_options.LeaseSeconds) }, cancellationToken),
            await WriteAsync(folder, "keeper", 2, new(webhooks)
            {
                ["Signer:PrivateKey"] = DevAccounts.OperatorKey,
                ["Screening:DenyList"] = denyList,
                ["Screening:TimeoutSeconds"] = "3",
                ["Transactions:BlockSeconds"] = "1",
                ["Transactions:LeaseSeconds"] = Text(_options.LeaseSeconds),
                ["Keeper:SwapMarginSeconds"] = "2",
                ["Keeper:MaxClockSkewSeconds"] = Text(_options.MaxClockSkewSeconds),
            }, cancellationToken),
        ];
    }

    async Task<DevService> WriteAsync(string folder, string service, int place, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        string management = $"http://127.0.0.1:{_ports.Take(_options.ManagementPort == 0 ? 0 : _options.ManagementPort + place)}";
        settings["Storage:ConnectionString"] = _logins[service];
        // Half of the shortest lease: whoever is suspended inside a transaction must not hold up a takeover. The API takes over nothing, and where machines are busy it is what stalls.
        if (service != "api") settings["Storage:IdleInTransactionSeconds"] = Text(Math.Max(1, _options.LeaseSeconds / 2));
        settings["Storage:MovableClock"] = "true";
        settings["Management:Url"] = management;
        settings["Log:Level"] = _options.LogLevel;
        settings["Chains:0:ChainId"] = Text(DevEnvironment.ChainId);
        settings["Chains:0:RpcUrls:0"] = _rpc.ToString();
        settings["Chains:0:Escrow"] = _escrow.Address.ToString();
        settings["Chains:0:EscrowBlock"] = Text(_escrow.Block ?? 0);
        settings["Chains:0:EscrowCodeHash"] = _escrow.CodeHash.ToString();
        settings["Chains:0:SettleDepth"] = Text(_options.SettleDepth);
        if (_options.FinalityDepth is { } depth) settings["Chains:0:FinalityDepth"] = Text(depth);
        string path = Path.Combine(folder, $"{service}.json");
        await SecretFile.WriteAsync(path, JsonSerializer.Serialize(settings, Format) + "\n", cancellationToken);
        string assembly = Path.Combine(AppContext.BaseDirectory, $"Keystone.{char.ToUpperInvariant(service[0])}{service[1..]}.dll");
        return new DevService(service, path, assembly, management);
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
