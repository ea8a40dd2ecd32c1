using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Keystone.Cli.Deploy;
using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;

namespace Keystone.EndToEnd;

/// <summary>T-REX 4.1.6, the reference implementation of ERC-3643, as its own package publishes it: token, registries, compliance and the module that shuts out countries. The sender is its issuer and agent.</summary>
internal sealed class TrexToken
{
    /// <summary>ISO 3166 numbers: whose holders may have the token, and whose may not.</summary>
    public const ushort Country = 276, RestrictedCountry = 840;

    readonly TransactionSender _issuer;
    readonly Address _registry;

    TrexToken(TransactionSender issuer, Address token, Address registry) => (_issuer, Token, _registry) = (issuer, token, registry);

    /// <summary>The token.</summary>
    public Address Token { get; }

    /// <summary>Its registry of verified wallets.</summary>
    public Address Registry => _registry;

    public static async Task<TrexToken> DeployAsync(TransactionSender issuer, Address agent)
    {
        JsonNode codes = JsonNode.Parse(await File.ReadAllTextAsync(await FileAsync()))!;
        Address topics = await CreateAsync("ClaimTopicsRegistry"), issuers = await CreateAsync("TrustedIssuersRegistry"), storage = await CreateAsync("IdentityRegistryStorage"),
            registry = await CreateAsync("IdentityRegistry"), compliance = await CreateAsync("ModularCompliance"), token = await CreateAsync("Token"), countries = await CreateAsync("CountryRestrictModule");
        TrexToken made = new(issuer, token, registry);
        // No claim is asked for, so whoever is registered is verified.
        foreach (Address contract in (Address[])[topics, issuers, storage, compliance]) await made.SendAsync(contract, "init()");
        await made.SendAsync(registry, "init(address,address,address)", AbiValue.Address(issuers), AbiValue.Address(topics), AbiValue.Address(storage));
        await made.SendAsync(storage, "bindIdentityRegistry(address)", AbiValue.Address(registry));
        await made.SendAsync(token, "init(address,address,string,string,uint8,address)", AbiValue.Address(registry), AbiValue.Address(compliance), AbiValue.String("Real Bond"), AbiValue.String("RBOND"),
            AbiValue.Uint(18UL), AbiValue.Address(default(Address)));
        foreach (Address contract in (Address[])[registry, token]) await made.SendAsync(contract, "addAgent(address)", AbiValue.Address(agent));
        await made.SendAsync(countries, "initialize()");
        await made.SendAsync(compliance, "addModule(address)", AbiValue.Address(countries));
        await made.SendAsync(compliance, "callModuleFunction(bytes,address)", AbiValue.Bytes(AbiCall.Encode("addCountryRestriction(uint16)", AbiValue.Uint(RestrictedCountry))), AbiValue.Address(countries));
        await made.PauseAsync(false);
        return made;

        async Task<Address> CreateAsync(string name) => (await issuer.SendAsync(null, Hex.Decode((string)codes[name]!), CancellationToken.None)).ContractAddress!.Value;
    }

    /// <summary>Takes a wallet among the verified holders.</summary>
    public Task AdmitAsync(Address wallet, ushort country = Country) =>
        SendAsync(_registry, "registerIdentity(address,address,uint16)", AbiValue.Address(wallet), AbiValue.Address(new Address(RandomNumberGenerator.GetBytes(20))), AbiValue.Uint(country));

    /// <summary>Takes a wallet out of them.</summary>
    public Task ExpelAsync(Address wallet) => SendAsync(_registry, "deleteIdentity(address)", AbiValue.Address(wallet));

    public Task MintAsync(Address to, UInt256 amount) => SendAsync(Token, "mint(address,uint256)", AbiValue.Address(to), AbiValue.Uint(amount));

    public Task FreezeAsync(Address wallet, bool frozen) => SendAsync(Token, "setAddressFrozen(address,bool)", AbiValue.Address(wallet), AbiValue.Bool(frozen));

    /// <summary>Freezes units of a wallet, or ends that.</summary>
    public Task FreezeUnitsAsync(Address wallet, UInt256 amount, bool frozen) =>
        SendAsync(Token, frozen ? "freezePartialTokens(address,uint256)" : "unfreezePartialTokens(address,uint256)", AbiValue.Address(wallet), AbiValue.Uint(amount));

    public Task PauseAsync(bool paused) => SendAsync(Token, paused ? "pause()" : "unpause()");

    public async Task<UInt256> BalanceAsync(IEthereumNode node, Address owner) =>
        new((await node.CallAsync(new CallRequest(null, Token, AbiCall.Encode("balanceOf(address)", AbiValue.Address(owner))), BlockTag.Latest, CancellationToken.None)).AsSpan(0, 32));

    Task SendAsync(Address to, string function, params AbiValue[] arguments) => _issuer.SendAsync(to, (ReadOnlyMemory<byte>)AbiCall.Encode(function, arguments), CancellationToken.None);

    // The packages are fetched once and pinned by hash.
    static async Task<string> FileAsync()
    {
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(NativeTool.RepositoryRoot, "contracts", "tools", "real-tokens.mjs")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> fault = node.StandardError.ReadToEndAsync();
        string said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await fault);
        return said.Trim();
    }
}
