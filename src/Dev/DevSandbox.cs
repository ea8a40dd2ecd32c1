using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Keystone.Api.Sandbox;
using Keystone.Cli;
using Keystone.Cli.Deploy;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Hosting.Clock;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Dev;

/// <summary>The sandbox of the local system: mints with an account that anvil filled.</summary>
internal sealed class DevSandbox : ISandbox, IDisposable
{
    const int FinalityBlocks = 3;

    readonly HttpClient _client = new();
    readonly SemaphoreSlim _one = new(1, 1);
    readonly PrivateKeySigner _signer = DevAccounts.Deployer();
    readonly JsonRpcNode _node;
    readonly TransactionSender _sender;
    readonly Uri _rpc;
    readonly string _ownerConnection;

    public DevSandbox(DevFile system)
    {
        (_rpc, _ownerConnection) = (new Uri(system.RpcUrl), system.OwnerConnection);
        _node = new JsonRpcNode(_client, _rpc);
        _sender = new TransactionSender(_node, _signer);
        Tokens = system.Tokens.ToDictionary(token => token.Symbol, token => token.Contract, StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, Address> Tokens { get; }

    public async Task<Hash32?> MintAsync(long chainId, Address token, Address to, UInt256? tokenId, UInt256 amount, CancellationToken cancellationToken)
    {
        string? standard = await TokenStandards.ReadAsync(_node, token, cancellationToken);
        if (tokenId is null != standard is TokenStandards.Erc20) return null;
        byte[] call = standard switch
        {
            TokenStandards.Erc1155 => AbiCall.Encode("mint(address,uint256,uint256)", AbiValue.Address(to), AbiValue.Uint(tokenId!.Value), AbiValue.Uint(amount)),
            _ => AbiCall.Encode("mint(address,uint256)", AbiValue.Address(to), AbiValue.Uint(tokenId ?? amount)),
        };
        // One at a time: each takes the account's next nonce.
        await _one.WaitAsync(cancellationToken);
        try
        {
            return (await _sender.SendAsync(token, call, cancellationToken)).TransactionHash;
        }
        catch (CommandFault)
        {
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<AdvancedClock> AdvanceAsync(TimeSpan by, TimeProvider time, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // The chain first: a business time behind the chain's makes the keeper wait, one ahead of it would let it act on what has not come.
            await AskAsync("evm_increaseTime", (long)by.TotalSeconds);
            // Deep enough that what follows the chain's final block sees the new time.
            await AskAsync("anvil_mine", FinalityBlocks);
            await using NpgsqlDataSource owner = StorageRegistration.Open(new StorageOptions { ConnectionString = _ownerConnection });
            TimeSpan offset = await new ClockStore(owner).AdvanceAsync(by, CancellationToken.None);
            if (time is BusinessTime business) business.Offset = offset;
            BlockHeader head = (await _node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
            return new AdvancedClock(time.GetUtcNow(), offset, head.Number, DateTimeOffset.FromUnixTimeSeconds((long)head.Timestamp));
        }
        finally
        {
            _one.Release();
        }
    }

    async Task AskAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(_rpc, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        JsonNode? answer = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        if (answer?["error"] is { } refused) throw new CommandFault($"The chain refused {method}: {refused.ToJsonString()}");
    }

    public void Dispose()
    {
        _signer.Dispose();
        _one.Dispose();
        _client.Dispose();
    }
}
