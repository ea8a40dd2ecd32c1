using Keystone.Api.Sandbox;
using Keystone.Cli;
using Keystone.Cli.Deploy;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;

namespace Keystone.Dev;

/// <summary>The sandbox of the local system: mints with an account that anvil filled.</summary>
internal sealed class DevSandbox : ISandbox, IDisposable
{
    readonly HttpClient _client = new();
    readonly SemaphoreSlim _one = new(1, 1);
    readonly PrivateKeySigner _signer = DevAccounts.Deployer();
    readonly JsonRpcNode _node;
    readonly TransactionSender _sender;

    public DevSandbox(DevFile system)
    {
        _node = new JsonRpcNode(_client, new Uri(system.RpcUrl));
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

    public Task<(TimeSpan Ahead, ChainTime Block)> AdvanceAsync(long chainId, TimeSpan by, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The clock of this system cannot be moved.");

    public void Dispose()
    {
        _signer.Dispose();
        _one.Dispose();
        _client.Dispose();
    }
}
