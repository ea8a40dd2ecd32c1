using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using Keystone.Connections;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Webhooks;

namespace Keystone.Cli.Operator;

/// <summary>
/// <c>keystone provision</c>: what the containers need before the services start, in a folder for each of them. Every step keeps what is there, so that it
/// runs at each start.
/// </summary>
internal static class ProvisionCommand
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public static Command Create() => new("provision", "Prepares keys, database and logins of the services in DIR, for containers. Keeps what is there.") { Files(), Database(), Secrets() };

    static Command Files()
    {
        Argument<DirectoryInfo> folder = Folder();
        Option<string> profiles = new("--profiles")
        {
            DefaultValueFactory = _ => "",
            Description = "COMPOSE_PROFILES. With demo among them sandbox environments may register webhooks at private addresses and by http.",
        };
        return new Command("files", "Makes the owner's password in DIR/owner, and the key that seals webhook secrets in DIR/api and DIR/keeper.") { folder, profiles }
            .Runs(async (parsed, cancellationToken) =>
            {
                string root = parsed.GetRequiredValue(folder).FullName;
                string owner = OwnerPassword(root);
                if (!File.Exists(owner))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(owner)!);
                    await SecretFile.WriteAsync(owner, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n", cancellationToken);
                    // The database's server reads it as a user of its own. Only that server and this command see the folder.
                    if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(owner, File.GetUnixFileMode(owner) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                }
                string key = Path.Combine(root, "api", "webhook-secrets.key"), copy = Path.Combine(root, "keeper", "webhook-secrets.key");
                SealingKey.EnsureFile(key);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                await SecretFile.WriteAsync(copy, await File.ReadAllTextAsync(key, cancellationToken), cancellationToken);
                bool isDemo = parsed.GetRequiredValue(profiles).Split(',', StringSplitOptions.TrimEntries).Contains("demo", StringComparer.Ordinal);
                foreach (string service in (string[])["api", "keeper"])
                    await SecretFile.WriteAsync(Path.Combine(root, service, "allow-private-targets"), isDemo ? "true\n" : "false\n", cancellationToken);
                Console.WriteLine($"keys are in {root}");
                return 0;
            });
    }

    static Command Database()
    {
        Argument<DirectoryInfo> folder = Folder();
        Option<string> host = new("--host") { Required = true, Description = "Host of the Postgres server." };
        Option<string> database = new("--name") { DefaultValueFactory = _ => "keystone", Description = "Name of the database, which must exist." };
        Option<string> user = new("--user") { DefaultValueFactory = _ => "keystone", Description = "Role that owns it." };
        Option<string> rpc = new("--rpc-urls") { Required = true, Description = "JSON-RPC URLs of the chain, separated by commas; the first that responds is asked." };
        Option<string> escrow = new("--escrow") { Required = true, Description = "Address of the escrow; the command waits until the node has a contract there." };
        return new Command("database", "Migrates the database, lets the services log in (DIR/api, DIR/indexer, DIR/keeper), and waits for the escrow.") { folder, host, database, user, rpc, escrow }
            .Runs(async (parsed, cancellationToken) =>
            {
                if (!Address.TryParse(parsed.GetRequiredValue(escrow), out Address contract))
                    throw new CommandFault("--escrow must be 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum.");
                string root = parsed.GetRequiredValue(folder).FullName;
                StorageOptions owner = new()
                {
                    ConnectionString = ServiceLoginStore.OwnerOf(parsed.GetRequiredValue(host), parsed.GetRequiredValue(database), parsed.GetRequiredValue(user),
                        (await File.ReadAllTextAsync(OwnerPassword(root), cancellationToken)).Trim()),
                    StatementTimeoutSeconds = 3_600,
                };
                foreach (string line in await DatabaseSetup.MigrateAsync(owner, cancellationToken)) Console.WriteLine(line);
                if (await LoginsWorkAsync(root, cancellationToken)) Console.WriteLine("the services' logins are kept");
                else await WriteLoginsAsync(root, owner, cancellationToken);
                await AwaitEscrowAsync(Urls(parsed.GetRequiredValue(rpc)), contract, cancellationToken);
                return 0;
            });
    }

    static Command Secrets()
    {
        Argument<DirectoryInfo> from = new("FROM") { Description = "Folder of a secret, as Kubernetes mounts it." }, to = new("DIR") { Description = "Folder that is there, in memory." };
        return new Command("secrets", "Copies the files of FROM into DIR with mode 0600. Those of a secret belong to root and are read by a group, which the services refuse for keys.") { from, to }
            .Runs(async (parsed, cancellationToken) =>
            {
                // Beside the files are folders of earlier contents, whose names begin with a dot.
                FileInfo[] files = [.. parsed.GetRequiredValue(from).GetFiles().Where(file => !file.Name.StartsWith('.'))];
                if (files.Length == 0) throw new CommandFault($"{parsed.GetRequiredValue(from)} has no file.");
                foreach (FileInfo file in files)
                    await SecretFile.WriteAsync(Path.Combine(parsed.GetRequiredValue(to).FullName, file.Name), await File.ReadAllTextAsync(file.FullName, cancellationToken), cancellationToken);
                return 0;
            });
    }

    static Argument<DirectoryInfo> Folder() => new("DIR") { Description = "Folder with a folder for each service." };

    static Uri[] Urls(string text)
    {
        string[] given = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Uri[] urls = [.. given.Select(one => Uri.TryCreate(one, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" ? url
            : throw new CommandFault("--rpc-urls must be URLs that begin with http:// or https://, separated by commas."))];
        return urls.Length > 0 ? urls : throw new CommandFault("--rpc-urls names no node.");
    }

    static string OwnerPassword(string root) => Path.Combine(root, "owner", "postgres.password");

    static string Login(string root, string service) => Path.Combine(root, service, "connection");

    // New passwords would lock running services out.
    static async Task<bool> LoginsWorkAsync(string root, CancellationToken cancellationToken)
    {
        foreach (string service in ServiceRoles.Services)
        {
            string path = Login(root, service);
            if (!File.Exists(path)) return false;
            if (!await ServiceLoginStore.OpensAsync((await File.ReadAllTextAsync(path, cancellationToken)).Trim(), cancellationToken)) return false;
        }
        return true;
    }

    static async Task WriteLoginsAsync(string root, StorageOptions owner, CancellationToken cancellationToken)
    {
        await DatabaseSetup.RequireUnsharedAsync(owner, cancellationToken);
        foreach ((string service, string connection) in await DatabaseSetup.GrantLoginsAsync(owner, cancellationToken))
        {
            Directory.CreateDirectory(Path.Combine(root, service));
            await SecretFile.WriteAsync(Login(root, service), connection + "\n", cancellationToken);
            Console.WriteLine($"{service} logs in as keystone_{service}");
        }
    }

    static async Task AwaitEscrowAsync(Uri[] urls, Address escrow, CancellationToken cancellationToken)
    {
        using HttpClient client = new(HostConnector.Handler()) { Timeout = TimeSpan.FromSeconds(10) };
        string? shown = null;
        long lastShown = 0;
        for (int turn = 0; ; turn++)
        {
            JsonRpcNode node = new(client, urls[turn % urls.Length]);
            string waits;
            try
            {
                if ((await node.GetCodeAsync(escrow, BlockTag.Latest, cancellationToken)).Length > 0)
                {
                    Console.WriteLine($"the escrow is at {escrow}");
                    return;
                }
                waits = $"waiting for a contract at {escrow}: keystone deploy brings it there";
            }
            catch (NodeException fault)
            {
                waits = $"waiting for the node: {fault.Message}";
            }
            if (waits != shown || Stopwatch.GetElapsedTime(lastShown) > TimeSpan.FromSeconds(30))
            {
                Console.WriteLine(Hosting.LogRedaction.Redact(waits));
                (shown, lastShown) = (waits, Stopwatch.GetTimestamp());
            }
            await Task.Delay(Poll, cancellationToken);
        }
    }
}
