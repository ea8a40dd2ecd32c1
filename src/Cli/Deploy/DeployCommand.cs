using System.CommandLine;
using System.Globalization;
using Keystone.Connections;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signers;
using Keystone.Ethereum.Signing;

namespace Keystone.Cli.Deploy;

/// <summary><c>keystone deploy</c>: the escrow, or a test token on a local chain.</summary>
internal static class DeployCommand
{
    public static Command Create()
    {
        DeployerOptions options = new();
        Option<bool> dryRun = new("--dry-run") { Description = "Checks the chain and computes the cost; sends and records nothing." };
        Option<long?> chain = new("--chain-id") { Description = "EIP-155 id of the chain; a node of another chain is rejected." };
        Option<DirectoryInfo?> record = new("--record") { Description = "Folder of the record <chainId>.json, which the setting Chains:0:Deployment of each service names. Without it: deployments in this folder; of a local chain, deployments in KEYSTONE_HOME, else in .keystone of this folder." };
        Command command = new("deploy", "Deploys the escrow at its computed address, verifies the code there and writes the record. Running it again changes nothing.")
        {
            Token(), dryRun, chain, record,
        };
        options.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            using HttpClient client = new(HostConnector.Handler());
            JsonRpcNode node = new(client, options.Url(parsed));
            using PrivateKeySigner signer = await options.OpenAsync(parsed, cancellationToken);
            if (parsed.GetValue(chain) is { } meant && await node.GetChainIdAsync(cancellationToken) is var actual && actual != meant)
                throw new CommandFault($"The node is of chain {actual}, not of {meant}; give another --rpc-url.");
            Deployer deployer = new(node, new TransactionSender(node, signer));
            // A local chain may carry the id of a public one; its record must not replace the public one's.
            string folder = parsed.GetValue(record)?.FullName
                ?? Path.Combine(await DeployerOptions.IsAnvilAsync(node, cancellationToken) ? LocalRecords() : Directory.GetCurrentDirectory(), "deployments");
            string path = Path.Combine(folder, (await node.GetChainIdAsync(cancellationToken)).ToString(CultureInfo.InvariantCulture) + ".json");
            // Printed before anything is sent, and refused where the account has too little.
            Console.WriteLine(await deployer.PlanEscrowAsync(signer.Address, cancellationToken));
            Console.WriteLine($"The record {(parsed.GetValue(dryRun) ? "would be" : "is")} written to {path}");
            if (parsed.GetValue(dryRun)) return 0;
            DeploymentFile.RequireWritable(path);
            Deployment escrow = await deployer.DeployEscrowAsync(cancellationToken);
            await DeploymentFile.WriteAsync(path, escrow, cancellationToken);
            Console.WriteLine(escrow.Transaction is { } hash
                ? $"SettlementEscrow is at {escrow.Address} on chain {escrow.ChainId}, block {escrow.Block}, transaction {hash}"
                : $"SettlementEscrow was at {escrow.Address} on chain {escrow.ChainId} already, with the right code");
            Console.WriteLine($"recorded in {path}");
            Console.WriteLine($"settings of each service: Chains:0:Deployment = {path}");
            return 0;
        });
    }

    static string LocalRecords() => Environment.GetEnvironmentVariable("KEYSTONE_HOME") is { Length: > 0 } set
        ? Path.GetFullPath(set) : Path.Combine(Directory.GetCurrentDirectory(), ".keystone");

    static Command Token()
    {
        DeployerOptions options = new();
        Option<string> name = new("--name") { Required = true, Description = "Name of the token." };
        Option<string> symbol = new("--symbol") { Required = true, Description = "Symbol of the token." };
        Option<byte> decimals = new("--decimals") { DefaultValueFactory = _ => 18, Description = "Number of decimals." };
        Command command = new("token", "Deploys a token that anyone can mint. Development chains only.") { name, symbol, decimals };
        options.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            using HttpClient client = new(HostConnector.Handler());
            JsonRpcNode node = new(client, options.Url(parsed));
            if (!await DeployerOptions.IsAnvilAsync(node, cancellationToken))
                throw new CommandFault("Tokens that everyone can mint are for local chains: this node is not anvil.");
            using PrivateKeySigner signer = await options.OpenAsync(parsed, cancellationToken);
            Deployment token = await new Deployer(node, new TransactionSender(node, signer)).DeployTokenAsync(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(symbol), parsed.GetValue(decimals), cancellationToken);
            Console.WriteLine($"{parsed.GetValue(symbol)} is at {token.Address} on chain {token.ChainId}");
            return 0;
        });
    }
}

/// <summary>Node and key of a deployment, or of a depositor. A key is a file: what is on a command line can be read by every process of the machine.</summary>
internal sealed class DeployerOptions(bool required = true)
{
    readonly Option<Uri> _url = UrlOption.Node(required);
    readonly Option<FileInfo?> _keystore = new("--keystore") { Description = "Keystore file (version 3) of the account that pays. `CAST_PASSWORD=$(cat FILE) cast wallet new . deployer.keystore` creates one." };
    readonly Option<FileInfo?> _password = new("--password-file") { Description = "File with the keystore's password." };
    readonly Option<FileInfo?> _key = new("--private-key-file") { Description = "File with a private key in hexadecimal, mode 0600. Development chains only." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_url, _keystore, _password, _key]) command.Options.Add(option);
    }

    public Uri Url(ParseResult parsed) => parsed.GetValue(_url) ?? throw new CommandFault("Give --rpc-url, the node of the chain.");

    public async Task<PrivateKeySigner> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        FileInfo? keystore = parsed.GetValue(_keystore), key = parsed.GetValue(_key);
        if (keystore is null == key is null) throw new CommandFault("Give --keystore with --password-file, or on a local chain --private-key-file; one of the two. `CAST_PASSWORD=$(cat deployer.password) cast wallet new . deployer.keystore` makes a keystore.");
        if (keystore is not null)
        {
            FileInfo password = parsed.GetValue(_password) ?? throw new CommandFault("--keystore needs --password-file, a file with its password.");
            return await KeystoreFile.OpenAsync(keystore.FullName, (await File.ReadAllTextAsync(password.FullName, cancellationToken)).TrimEnd('\r', '\n'), cancellationToken);
        }
        using HttpClient client = new(HostConnector.Handler());
        if (!await IsAnvilAsync(new JsonRpcNode(client, Url(parsed)), cancellationToken))
            throw new CommandFault("--private-key-file is for local chains: this node is not anvil. Use --keystore.");
        try
        {
            return new PrivateKeySigner(Hex.Decode((await File.ReadAllTextAsync(key!.FullName, cancellationToken)).Trim()));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            throw new CommandFault($"{key!.FullName} does not hold a private key: 0x and 64 hexadecimal digits.");
        }
    }

    public static async Task<bool> IsAnvilAsync(IEthereumNode node, CancellationToken cancellationToken) =>
        (await node.GetClientVersionAsync(cancellationToken)).StartsWith("anvil/", StringComparison.OrdinalIgnoreCase);
}
