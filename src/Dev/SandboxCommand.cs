using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Keystone.Cli;
using Keystone.Cli.Deploy;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Settlements.Instruments;

namespace Keystone.Dev;

/// <summary>
/// <c>keystone sandbox</c>: what a system of containers needs to be tried out: contracts and tokens on a local chain, two platforms, and the stories of the
/// demo played against it. Never for a public chain.
/// </summary>
internal static class SandboxCommand
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public static Command Create() => new("sandbox", "Fills a local chain and a system of containers for trying it out.") { Chain(), Prepare(), Stories() };

    static Command Chain()
    {
        Option<FileInfo> state = new("--state") { Required = true, Description = "File that keeps the chain from one start to the next." };
        Option<int> port = new("--port") { DefaultValueFactory = _ => 8545, Description = "Port of JSON-RPC, on every address." };
        return new Command("chain", "Runs a local chain (anvil, the file of KEYSTONE_ANVIL) with the id of Sepolia and a block each second.") { state, port }
            .Runs(async (parsed, cancellationToken) =>
            {
                await using AnvilNode chain = await AnvilNode.StartAsync(
                    DevEnvironment.ChainId, 1, parsed.GetValue(port), parsed.GetRequiredValue(state).FullName, cancellationToken, "0.0.0.0");
                Console.WriteLine($"the chain is at port {parsed.GetValue(port).ToString(CultureInfo.InvariantCulture)}");
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return 0;
            });
    }

    static Command Prepare()
    {
        Option<Uri> rpc = UrlOption.Node();
        Option<FileInfo> password = new("--password-file") { Required = true, Description = "File with the password of the database's owner." };
        Option<string> host = new("--host") { Required = true, Description = "Host of the Postgres server." };
        Option<string> name = new("--name") { DefaultValueFactory = _ => "keystone", Description = "Name of the database; its owner has the same name." };
        Option<Uri> api = UrlOption.Create("--api-url", "URL of the API inside.");
        Option<string> publicUrl = new("--public-url") { Required = true, Description = "URL of the API from outside, for what is printed." };
        Option<DirectoryInfo> folder = new("--folder") { Required = true, Description = "Where credentials, the deployment's record and dev.json are kept." };
        return new Command("prepare", "Deploys the escrow and the tokens, makes the platforms, waits for the API, and prints how to sign in.") { rpc, password, host, name, api, publicUrl, folder }
            .Runs(async (parsed, cancellationToken) =>
            {
                string home = parsed.GetRequiredValue(folder).FullName;
                using HttpClient client = new();
                JsonRpcNode node = new(client, parsed.GetRequiredValue(rpc));
                await RequireLocalAsync(node, cancellationToken);
                Console.WriteLine("-- deploying the escrow and the tokens");
                (Deployment escrow, List<NewInstrument> tokens) = await DevEnvironment.DeployAsync(node, Path.Combine(home, "deployments"), cancellationToken);
                StorageOptions owner = new()
                {
                    ConnectionString = ServiceLoginStore.OwnerOf(parsed.GetRequiredValue(host), parsed.GetRequiredValue(name), parsed.GetRequiredValue(name),
                        (await File.ReadAllTextAsync(parsed.GetRequiredValue(password).FullName, cancellationToken)).Trim()),
                };
                Console.WriteLine("-- waiting for the API");
                await AwaitApiAsync(client, parsed.GetRequiredValue(api), cancellationToken);
                IReadOnlyList<DevPlatform> platforms = await DevEnvironment.EnsurePlatformsAsync(owner, Path.Combine(home, "credentials.json"), tokens, cancellationToken);
                DevFile system = new(
                    parsed.GetRequiredValue(api).ToString().TrimEnd('/'), parsed.GetRequiredValue(rpc).ToString(), await node.GetChainIdAsync(cancellationToken), escrow.Address.ToString(),
                    DevAccounts.Operator.ToString(), owner.ConnectionString,
                    [.. tokens.Select(token => new DevToken(token.Symbol, token.Address.ToString(), token.Decimals))], platforms, [], []);
                await system.WriteAsync(Path.Combine(home, "dev.json"), cancellationToken);
                Console.WriteLine($"\nThe API is at {parsed.GetRequiredValue(publicUrl)}, its guides at {parsed.GetRequiredValue(publicUrl)}/docs. Sign in as a platform with its client credentials:");
                foreach (DevPlatform platform in platforms) Console.WriteLine($"  {platform.Slug}  client_id {platform.ClientId}  client_secret {platform.ClientSecret}");
                foreach (DevToken token in system.Tokens) Console.WriteLine($"  {token.Symbol,-10}  {token.Address} ({token.Decimals.ToString(CultureInfo.InvariantCulture)} decimals; anyone may mint)");
                Console.WriteLine("To see four settlements: docker compose run --rm stories");
                return 0;
            });
    }

    static Command Stories()
    {
        Argument<FileInfo> file = new("FILE") { Description = "The dev.json that `sandbox prepare` wrote." };
        return new Command("stories", "Plays the stories of the demo against a running system, with status 0 if all ended as they should.") { file }
            .Runs(async (parsed, cancellationToken) =>
            {
                string path = parsed.GetRequiredValue(file).FullName;
                if (!File.Exists(path)) throw new CommandFault($"{path} does not exist; `keystone sandbox prepare` writes it.");
                DevFile system = JsonSerializer.Deserialize<DevFile>(await File.ReadAllTextAsync(path, cancellationToken), new JsonSerializerOptions(JsonSerializerDefaults.Web))
                    ?? throw new CommandFault($"{path} is empty.");
                using HttpClient client = new();
                JsonRpcNode node = new(client, new Uri(system.RpcUrl));
                await RequireLocalAsync(node, cancellationToken);
                return await DemoRun.PlayElsewhereAsync(system, node, OwnAddress(), cancellationToken);
            });
    }

    // The keys of the platforms' wallets are published.
    static async Task RequireLocalAsync(IEthereumNode node, CancellationToken cancellationToken)
    {
        if (!await DeployerOptions.IsAnvilAsync(node, cancellationToken)) throw new CommandFault("The sandbox is for local chains: this node is not anvil.");
    }

    static async Task AwaitApiAsync(HttpClient client, Uri api, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri(api, "/.well-known/openid-configuration"), cancellationToken);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It starts after the schema is there.
            }
            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>The first address of this machine that is not the loopback: in a container, its own in the network of the system.</summary>
    static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Select(one => one.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
}
