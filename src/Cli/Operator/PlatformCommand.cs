using System.CommandLine;
using System.Text;
using Keystone.Connections;
using Keystone.Domain.Names;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Web3;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Instruments;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts;
using Nethereum.Contracts.ContractHandlers;
using Nethereum.JsonRpc.Client;
using Npgsql;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone platform</c>: create, credential add and revoke, instrument.</summary>
internal static class PlatformCommand
{
    const long Sepolia = 11155111;

    public static Command Create()
    {
        Command platform = new("platform", "Manages platforms, their credentials and their instruments.")
        {
            CreatePlatform(),
            new Command("credential", "Manages the credentials of a platform.") { AddCredential(), RevokeCredential() },
            RegisterInstrument(),
        };
        foreach (Command command in TenantCommands.Create()) platform.Add(command);
        return platform;
    }

    static Command CreatePlatform()
    {
        OwnerDatabase database = new();
        Option<string> name = new("--name") { Required = true, Description = "Display name." };
        Option<string> slug = new("--slug") { Required = true, Description = "Name used in requests: lower-case letters, digits and hyphens." };
        Option<string> environment = new("--environment") { DefaultValueFactory = _ => "sandbox", Description = "Slug of its first environment." };
        Option<string?> kind = new("--kind") { Description = "sandbox or production; default: production for an environment of that name, else sandbox." };
        Option<long> chain = new("--chain-id") { DefaultValueFactory = _ => Sepolia, Description = "EIP-155 id of the chain on which the environment settles." };
        Command command = new("create", "Creates a platform and prints its first credential, which cannot be printed again.") { name, slug, environment, kind, chain };
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            string environmentSlug = parsed.GetRequiredValue(environment);
            NewPlatform platform = new(parsed.GetRequiredValue(slug), parsed.GetRequiredValue(name), environmentSlug,
                parsed.GetValue(kind) ?? (environmentSlug == "production" ? "production" : "sandbox"), parsed.GetValue(chain));
            await using NpgsqlDataSource source = StorageRegistration.Open(database.Read(parsed));
            if (NameKey.Clean(platform.Name, 255) != platform.Name)
                throw new CommandFault("--name holds characters that nobody sees, or spaces at its ends; leave them out.");
            Print(await new PlatformStore(source, TimeProvider.System).CreateAsync(platform, NameSkeleton.AreConfusable, cancellationToken));
            return 0;
        });
    }

    static Command AddCredential()
    {
        OwnerDatabase database = new();
        Option<string> slug = new("--platform") { Required = true, Description = "Slug of the platform." };
        Option<string> environment = new("--environment") { DefaultValueFactory = _ => "sandbox", Description = "Slug of the environment." };
        Option<string[]> scopes = new("--scope")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = $"Scopes; default: {string.Join(", ", PlatformStore.DefaultScopes)}. All there are: {string.Join(", ", Scopes.OfTenants.Select(one => one.Name))}.",
        };
        Option<string?> issuer = new("--issuer") { Description = "Issuer of the tokens (claim iss), if it is an external one: the value of Auth:Authority. Needs --client-id; no secret is created." };
        Option<string?> clientId = new("--client-id") { Description = "Client id at the external issuer: azp or client_id of its tokens, or sub if the tokens have neither." };
        Command command = new("add", "Adds a credential and prints its secret, which cannot be printed again; or registers a client of an external issuer.") { slug, environment, scopes, issuer, clientId };
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            if ((parsed.GetValue(issuer) is null) != (parsed.GetValue(clientId) is null))
                throw new CommandFault("--issuer and --client-id go together: they name a client of an external issuer. Without both a credential with a secret is made.");
            await using NpgsqlDataSource source = StorageRegistration.Open(database.Read(parsed));
            if (parsed.GetValue(issuer) is { } external)
            {
                await new PlatformStore(source, TimeProvider.System).AddExternalCredentialAsync(parsed.GetRequiredValue(slug), parsed.GetRequiredValue(environment),
                    parsed.GetValue(scopes), external, parsed.GetValue(clientId)!, cancellationToken);
                Console.WriteLine($"client_id      {parsed.GetValue(clientId)}");
                return 0;
            }
            Print(await new PlatformStore(source, TimeProvider.System).AddCredentialAsync(
                parsed.GetRequiredValue(slug), parsed.GetRequiredValue(environment), parsed.GetValue(scopes), cancellationToken));
            return 0;
        });
    }

    static Command RevokeCredential()
    {
        OwnerDatabase database = new();
        Argument<string> client = new("client_id");
        Command command = new("revoke", "Revokes a credential; its tokens are rejected within seconds.") { client };
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            await using NpgsqlDataSource source = StorageRegistration.Open(database.Read(parsed));
            await new PlatformStore(source, TimeProvider.System).RevokeCredentialAsync(parsed.GetRequiredValue(client), cancellationToken);
            Console.WriteLine($"revoked {parsed.GetRequiredValue(client)}");
            return 0;
        });
    }

    static Command RegisterInstrument()
    {
        OwnerDatabase database = new();
        Option<string> slug = new("--platform") { Required = true, Description = "Slug of the platform." };
        Option<string> environment = new("--environment") { DefaultValueFactory = _ => "sandbox", Description = "Slug of the environment." };
        Option<string> address = new("--address") { Required = true, Description = "Address of the token contract." };
        Option<string?> symbol = new("--symbol") { Description = "Symbol used in requests; default: the symbol in the token contract." };
        Option<Uri> rpc = UrlOption.Node();
        Command command = new("instrument", "Registers a token under a symbol. Code, standard and decimals are read from the chain.") { slug, environment, address, symbol, rpc };
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            if (!Address.TryParse(parsed.GetRequiredValue(address), out Address token))
                throw new CommandFault("--address must be 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum.");
            using HttpClient client = new(HostConnector.Handler());
            NewInstrument instrument = await ReadTokenAsync(new JsonRpcNode(client, parsed.GetRequiredValue(rpc)), token, parsed.GetValue(symbol), cancellationToken);
            await using NpgsqlDataSource source = StorageRegistration.Open(database.Read(parsed));
            if ((await new InstrumentStore(source, TimeProvider.System).RegisterAsync(
                    parsed.GetRequiredValue(slug), parsed.GetRequiredValue(environment), instrument, cancellationToken)).Error is { } refused)
                throw new CommandFault($"{refused.Detail} ({refused.Code})");
            Console.WriteLine($"{instrument.Symbol} is {instrument.Address}, {instrument.Standard}, {instrument.Decimals} decimals");
            return 0;
        });
    }

    /// <summary>A token as the chain describes it.</summary>
    public static async Task<NewInstrument> ReadTokenAsync(IEthereumNode node, Address token, string? symbol, CancellationToken cancellationToken)
    {
        byte[] code = await node.GetCodeAsync(token, BlockTag.Latest, cancellationToken);
        if (code.Length == 0) throw new CommandFault($"There is no contract at {token}.");
        try
        {
            string standard = await TokenStandards.ReadAsync(node, token, cancellationToken)
                ?? throw new CommandFault($"The contract at {token} says that it is an ERC-721 and an ERC-1155 token at once.");
            ContractHandler contract = NodeWeb3.Create(node, cancellationToken).Eth.GetContractHandler(token.ToString());
            // Read by us: the library would take an empty answer for 0 decimals.
            byte decimals = standard == TokenStandards.Erc20 ? new AbiReader(await contract.QueryRawAsync<DecimalsFunction>()).ReadUInt8() : (byte)0;
            string? claimed = symbol is null ? ReadSymbol(await contract.QueryRawAsync<SymbolFunction>()) : await ClaimAsync(contract);
            return new NewInstrument(token, symbol ?? claimed!, decimals, Keccak256.Hash(code)) { Standard = standard, ClaimedSymbol = claimed };
        }
        catch (Exception fault) when (fault is CallRevertedException or AbiException or RpcResponseException or SmartContractRevertException or SmartContractCustomErrorRevertException)
        {
            throw new CommandFault($"The contract at {token} does not answer decimals() and symbol() as an ERC-20 token does; give --symbol if only that is missing.", fault);
        }
    }

    // With --symbol the contract need not say anything.
    static async Task<string?> ClaimAsync(ContractHandler contract)
    {
        try
        {
            return ReadSymbol(await contract.QueryRawAsync<SymbolFunction>());
        }
        catch (Exception fault) when (fault is CallRevertedException or AbiException or RpcResponseException or SmartContractRevertException or SmartContractCustomErrorRevertException)
        {
            return null;
        }
    }

    // Tokens older than the standard's last form answer with 32 bytes, filled up with zeros.
    static string ReadSymbol(byte[] answer)
    {
        if (answer.Length != 32) return new AbiReader(answer).ReadString();
        ReadOnlySpan<byte> text = answer.AsSpan().TrimEnd((byte)0);
        try
        {
            return text.IsEmpty || text.Contains((byte)0) ? throw new AbiException("The symbol is empty", 0) : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw new AbiException("The symbol is not UTF-8", 0);
        }
    }

    internal static void Print(NewCredential credential)
    {
        Console.WriteLine($"client_id      {credential.ClientId}");
        Console.WriteLine($"client_secret  {credential.ClientSecret}");
        Console.Error.WriteLine("The secret is shown this once; keep it where your platform keeps its secrets.");
    }
}
