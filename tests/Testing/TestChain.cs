using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;
using Keystone.Dev.Servers;
using Keystone.Escrow.Contracts;
using Keystone.Escrow.Contracts.Erc20;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Web3;
using Nethereum.Contracts;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Xunit;
using TransactionReceipt = Keystone.Ethereum.TransactionReceipt;

namespace Keystone.Testing;

/// <summary>A real chain for one test class, with the published escrow deployed. Blocks are mined by transactions or by the test.</summary>
public class TestChain : IAsyncLifetime
{
    // Published with anvil; they hold ether there and nowhere else.
    static readonly string[] Keys =
    [
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
        "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    ];

    // Of a deployment, in the dearest rules that a chain of these tests has.
    const ulong DeploymentGas = 29_000_000;

    readonly HttpClient _client = new();
    IAsyncDisposable? _process;

    /// <summary>Sepolia's id: what the guides use.</summary>
    public const long ChainId = 11155111;

    /// <summary>The node under test.</summary>
    public JsonRpcNode Node { get; private set; } = null!;

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Accounts with ether: 0 deploys and operates, the others are parties.</summary>
    public IReadOnlyList<PrivateKeySigner> Accounts { get; } = [.. Keys.Select(key => new PrivateKeySigner(Hex.Decode(key)))];

    /// <summary>The escrow.</summary>
    public Address Escrow { get; private set; }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        (_process, Url) = await StartNodeAsync();
        // A chain in JavaScript takes its time on a busy machine.
        Node = new JsonRpcNode(_client, Url, new JsonRpcNodeOptions { Timeout = TimeSpan.FromMinutes(1) });
        PublishedContract escrow = PublishedContract.SettlementEscrow;
        Escrow = Address.Parse(escrow.Address!);
        byte[] deployment = [.. Hash32.Parse(escrow.Salt!).ToBytes(), .. new SettlementEscrowDeployment().GetDeploymentData()];
        await SendAsync(Accounts[0], Address.Parse(escrow.Deployer!), deployment);
        Assert.NotEmpty(await Node.GetCodeAsync(Escrow, BlockTag.Latest, CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (PrivateKeySigner account in Accounts) account.Dispose();
        if (_process is not null) await _process.DisposeAsync();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts the node; it has the accounts with ether, and the deployment proxy.</summary>
    protected virtual async Task<(IAsyncDisposable Process, Uri Url)> StartNodeAsync()
    {
        AnvilNode anvil = await AnvilNode.StartAsync(ChainId);
        return (anvil, anvil.Url);
    }

    /// <summary>Deploys an openly mintable ERC-20.</summary>
    public Task<Address> DeployTokenAsync(string name, string symbol, byte decimals) =>
        DeployAsync(new MintableTokenDeployment { Name = name, Symbol = symbol, Decimals = decimals });

    /// <summary>Deploys a published contract.</summary>
    public async Task<Address> DeployAsync<T>(T deployment) where T : ContractDeploymentMessage, new() =>
        (await SendAsync(Accounts[0], null, deployment.GetDeploymentData())).ContractAddress!.Value;

    /// <summary>Calls a contract and waits for the receipt, whatever it says.</summary>
    public Task<TransactionReceipt> SendAsync<T>(ITransactionSigner from, Address to, T message) where T : FunctionMessage, new() =>
        SendAsync(from, to, message.GetCallData());

    /// <summary>Signs, sends and waits for the receipt, whatever it says.</summary>
    public async Task<TransactionReceipt> SendAsync(ITransactionSigner from, Address? to, byte[] data)
    {
        Hash32 hash = await BroadcastAsync(from, to, data);
        TransactionReceipt? receipt = null;
        await Eventually.TrueAsync(async () => (receipt = await Node.GetTransactionReceiptAsync(hash, CancellationToken.None)) is not null);
        return receipt!;
    }

    /// <summary>Blocks are made for every transaction, which is the default, or only by <see cref="MineAsync"/>.</summary>
    public Task SetAutomineAsync(bool on) => AskAsync("evm_setAutomine", on);

    /// <summary>Calls a contract; the hash of the transaction. A tip of one gwei.</summary>
    public Task<Hash32> BroadcastAsync<T>(ITransactionSigner from, Address to, T message) where T : FunctionMessage, new() => BroadcastAsync(from, to, message.GetCallData());

    /// <summary>Signs and sends; its hash. A tip of one gwei, and a gas limit that is not estimated: what reverts is mined as that.</summary>
    public Task<Hash32> BroadcastAsync(ITransactionSigner from, Address? to, byte[] data) =>
        BroadcastAsync(from, to, data, to is null || data.Length > 10_000 ? DeploymentGas : 5_000_000);

    /// <summary>Signs and sends with a gas limit; its hash. A tip of one gwei.</summary>
    public async Task<Hash32> BroadcastAsync(ITransactionSigner from, Address? to, byte[] data, ulong gas) =>
        Hash32.Parse(await NodeWeb3.Create(Node, from, ChainId).Eth.TransactionManager.SendTransactionAsync(new TransactionInput
        {
            From = from.Address.ToString(),
            To = to?.ToString(),
            Data = Hex.Encode(data),
            Gas = new HexBigInteger(gas),
            MaxPriorityFeePerGas = new HexBigInteger(1_000_000_000),
            MaxFeePerGas = new HexBigInteger(100_000_000_000),
        }));

    /// <summary>What a contract answers, at the head.</summary>
    public Task<TReturn> QueryAsync<T, TReturn>(Address contract, T message) where T : FunctionMessage, new() =>
        NodeWeb3.Create(Node).Eth.GetContractHandler(contract.ToString()).QueryAsync<T, TReturn>(message);

    /// <summary>Balance of an ERC-20, from the chain.</summary>
    public async Task<UInt256> BalanceAsync(Address token, Address owner) =>
        UInt256.FromBigInteger(await QueryAsync<BalanceOfFunction, BigInteger>(token, new BalanceOfFunction { Owner = owner.ToString() }));

    /// <summary>Mines empty blocks.</summary>
    public Task MineAsync(int blocks = 1) => AskAsync("anvil_mine", blocks);

    /// <summary>Replaces the last <paramref name="depth"/> blocks by empty ones.</summary>
    public Task ReorgAsync(int depth) => AskAsync("anvil_reorg", depth, Array.Empty<object>());

    /// <summary>Moves block time to a moment, seconds since the epoch, with one block.</summary>
    public async Task MoveTimeToAsync(ulong timestamp)
    {
        await AskAsync("evm_setNextBlockTimestamp", timestamp);
        await MineAsync();
    }

    /// <summary>Asks for what only a development chain does.</summary>
    public async Task<JsonElement> AskAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        string body = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("\"error\"", body, StringComparison.Ordinal);
        using JsonDocument answer = JsonDocument.Parse(body);
        return answer.RootElement.GetProperty("result").Clone();
    }
}
