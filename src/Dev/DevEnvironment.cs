using System.Globalization;
using System.Text.Json;
using Keystone.Cli;
using Keystone.Cli.Deploy;
using Keystone.Cli.Operator;
using Keystone.Dev.Servers;
using Keystone.Domain.Names;
using Keystone.Escrow.Contracts;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Instruments;
using Npgsql;

namespace Keystone.Dev;

/// <summary>
/// The ground that the services stand on, on one machine: Postgres and a chain under leashes, the escrow and two test tokens, a migrated
/// database with a role for each service, two platforms, and a settings file for each service. The services are not part of it.
/// </summary>
internal sealed class DevEnvironment : IAsyncDisposable
{
    /// <summary>Sepolia's: what the guides name.</summary>
    public const long ChainId = 11155111;

    const int BlockSeconds = 1;

    // Behind the management ports of the services and of those to come.
    const int ReceiverPlace = 98;
    static readonly (string Slug, string Name)[] Platforms = [("platform-a", "Platform A"), ("platform-b", "Platform B")];

    // The bond takes signed approvals (EIP-2612), the cash signed transfers too (ERC-3009).
    static readonly (PublishedContract Contract, string Name, string Symbol, byte Decimals)[] Tokens =
        [(PublishedContract.MintableToken, "Keystone Bond", "KBOND", 18), (PublishedContract.MintableCash, "USD Coin", "USDC", 6)];

    readonly Stack<IAsyncDisposable> _owned = new();
    readonly HttpClient _client = new();
    readonly Ports _ports = new();

    DevEnvironment(DevOptions options) => Options = options;

    public DevOptions Options { get; }

    /// <summary>Addresses, credentials and settings.</summary>
    public DevFile File { get; private set; } = null!;

    /// <summary>A port of this machine that is kept free for a receiver of webhooks.</summary>
    public int ReceiverPort { get; private set; }

    /// <summary>The database's server.</summary>
    public EmbeddedPostgres Postgres { get; private set; } = null!;

    /// <summary>The chain.</summary>
    public JsonRpcNode Node { get; private set; } = null!;

    /// <summary>The chain's process.</summary>
    public AnvilNode Chain { get; private set; } = null!;

    /// <summary>Starts everything; <paramref name="step"/> receives each step.</summary>
    /// <exception cref="CommandFault">Another one runs in this home, or something cannot be set up.</exception>
    public static async Task<DevEnvironment> StartAsync(DevOptions options, Action<string> step, CancellationToken cancellationToken)
    {
        DevEnvironment environment = new(options);
        try
        {
            await environment.StartAsync(step, cancellationToken);
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        while (_owned.TryPop(out IAsyncDisposable? last)) await last.DisposeAsync();
        _ports.Dispose();
    }

    async Task StartAsync(Action<string> step, CancellationToken cancellationToken)
    {
        string home = Options.Home;
        Directory.CreateDirectory(home);
        _owned.Push(Lock(home));
        string run = Directory.CreateDirectory(Path.Combine(home, "run")).FullName;

        step("starting Postgres and a chain");
        Task<EmbeddedPostgres> postgresStarts = EmbeddedPostgres.StartAsync(Path.Combine(home, "postgres"), Options.Durable, cancellationToken);
        Task<AnvilNode> chainStarts = AnvilNode.StartAsync(ChainId, BlockSeconds, _ports.Take(Options.RpcPort),
            Options.Durable ? Path.Combine(home, "chain.json") : null, cancellationToken);
        // Both are owned before either fault is thrown: a child that started must end.
        Exception? fault = null;
        EmbeddedPostgres? postgres = null;
        AnvilNode? chain = null;
        try
        {
            _owned.Push(postgres = await postgresStarts);
        }
        catch (Exception e)
        {
            fault = e;
        }
        try
        {
            _owned.Push(chain = await chainStarts);
        }
        catch (Exception e)
        {
            fault ??= e;
        }
        if (fault is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        Postgres = postgres!;
        Chain = chain!;
        Node = new JsonRpcNode(_client, Chain.Url);

        step("deploying the escrow and the tokens KBOND and USDC");
        (Deployment escrow, List<NewInstrument> tokens) = await DeployAsync(Node, Path.Combine(home, "deployments"), cancellationToken);

        step("preparing the database");
        BlockHeader genesis = await Node.GetBlockAsync(BlockTag.AtNumber(0), cancellationToken) ?? throw new CommandFault("The chain has no block 0.");
        // Facts of one chain mean nothing on another: a chain that began anew gets a database of its own.
        string database = "keystone_" + genesis.Hash.ToString()[2..14];
        StorageOptions owner = new()
        {
            ConnectionString = await DatabaseStore.EnsureAsync(postgres!.ConnectionString, database, cancellationToken),
            StatementTimeoutSeconds = 3_600,
        };
        await DatabaseSetup.MigrateAsync(owner, cancellationToken);
        await RequireSameChainAsync(owner, cancellationToken);
        IReadOnlyDictionary<string, string> logins = await DatabaseSetup.GrantLoginsAsync(owner, cancellationToken);
        IReadOnlyList<DevPlatform> platforms = await EnsurePlatformsAsync(owner, Path.Combine(home, $"credentials-{database}.json"), tokens, cancellationToken);

        ReceiverPort = _ports.Take(Options.ManagementPort == 0 ? 0 : Options.ManagementPort + ReceiverPlace);
        DevSettings settings = new(Options, _ports, home, Chain.Url, escrow, logins);
        File = new DevFile(
            settings.ApiUrl, Chain.Url.ToString(), ChainId, escrow.Address.ToString(), DevAccounts.Operator.ToString(), owner.ConnectionString,
            [.. tokens.Select(token => new DevToken(token.Symbol, token.Address.ToString(), token.Decimals))], platforms,
            await settings.WriteAsync(run, cancellationToken), await DevMembers.EnsureAsync(owner, settings.ApiUrl, cancellationToken));
        await File.WriteAsync(Path.Combine(run, "dev.json"), cancellationToken);
    }

    // The chain writes its blocks down at an orderly end. After another one it has lost the last of them, and the mirror would halt for ever.
    async Task RequireSameChainAsync(StorageOptions owner, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = StorageRegistration.Open(owner);
        MirrorReader mirror = new(source);
        if (await mirror.ReadAsync(ChainId, [], cancellationToken) is not { Head.Finalized: >= 0 and var number }) return;
        BlockHeader? block = await Node.GetBlockAsync(BlockTag.AtNumber(number), cancellationToken);
        IReadOnlyDictionary<long, MirroredBlock> mirrored = await mirror.ReadBlocksAsync(ChainId, [number], cancellationToken);
        if (block is null || (mirrored.TryGetValue(number, out MirroredBlock known) && block.Hash != known.Hash))
            throw new CommandFault($"The chain of the last start was cut off and has lost blocks that the database knows, block {number} among them. Begin anew: scripts/keystone dev --reset");
    }

    /// <summary>Brings the escrow and the test tokens to a local chain, and records the escrow.</summary>
    internal static async Task<(Deployment Escrow, List<NewInstrument> Tokens)> DeployAsync(IEthereumNode node, string records, CancellationToken cancellationToken)
    {
        using PrivateKeySigner signer = DevAccounts.Deployer();
        Deployer deployer = new(node, new TransactionSender(node, signer));
        string record = Path.Combine(records, ChainId.ToString(CultureInfo.InvariantCulture) + ".json");
        Deployment escrow = await deployer.DeployEscrowAsync(cancellationToken);
        await DeploymentFile.WriteAsync(record, escrow, cancellationToken);
        escrow = escrow with { Block = DeploymentFile.BlockOf(record, escrow.Address) };
        List<NewInstrument> tokens = [];
        foreach ((PublishedContract contract, string name, string symbol, byte decimals) in Tokens)
        {
            Deployment token = await deployer.DeployTokenAsync(contract, name, symbol, decimals, cancellationToken);
            tokens.Add(new NewInstrument(token.Address, symbol, decimals, token.CodeHash));
        }
        return (escrow, tokens);
    }

    /// <summary>Makes the two platforms and registers the tokens for them; what is there is kept.</summary>
    internal static async Task<IReadOnlyList<DevPlatform>> EnsurePlatformsAsync(
        StorageOptions owner, string credentials, List<NewInstrument> tokens, CancellationToken cancellationToken)
    {
        Dictionary<string, DevPlatform> known = System.IO.File.Exists(credentials)
            ? JsonSerializer.Deserialize<DevPlatform[]>(await System.IO.File.ReadAllTextAsync(credentials, cancellationToken))!.ToDictionary(p => p.Slug)
            : [];
        await using NpgsqlDataSource source = StorageRegistration.Open(owner);
        PlatformStore store = new(source, TimeProvider.System);
        InstrumentStore instruments = new(source, TimeProvider.System);
        foreach ((string slug, string name) in Platforms)
        {
            if (!known.ContainsKey(slug))
            {
                NewCredential credential;
                try
                {
                    credential = await store.CreateAsync(new NewPlatform(slug, name, "sandbox", "sandbox", ChainId), NameSkeleton.AreConfusable, cancellationToken);
                }
                catch (PlatformException)
                {
                    // It is there, but its secret was lost with the file.
                    credential = await store.AddCredentialAsync(slug, "sandbox", null, cancellationToken);
                }
                known[slug] = new DevPlatform(slug, name, credential.ClientId, credential.ClientSecret);
            }
            foreach (NewInstrument token in tokens)
                if ((await instruments.RegisterAsync(slug, "sandbox", token, cancellationToken)).Error is { } refused)
                    throw new CommandFault(refused.Detail);
        }
        DevPlatform[] all = [.. Platforms.Select(platform => known[platform.Slug])];
        await SecretFile.WriteAsync(credentials, JsonSerializer.Serialize(all), cancellationToken);
        return all;
    }

    static FileStream Lock(string home)
    {
        try
        {
            return new FileStream(Path.Combine(home, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new CommandFault($"Another keystone dev runs in {home}; end it, or set KEYSTONE_HOME to another folder.");
        }
    }
}
