using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Transactions;
using Nethereum.RPC.NonceServices;

namespace Keystone.Ethereum.Web3;

/// <summary>
/// The next nonce from the node each time. The library's own service counts in memory, so that a refused transaction would leave a gap behind which nothing is mined.
/// One sender sends one transaction after the other.
/// </summary>
internal sealed class PendingNonces(IClient client, string address) : INonceService
{
    public IClient Client { get; set; } = client;

    public bool UseLatestTransactionsOnly { get; set; }

    public Task<HexBigInteger> GetNextNonceAsync() => new EthGetTransactionCount(Client).SendRequestAsync(
        address, UseLatestTransactionsOnly ? BlockParameter.CreateLatest() : BlockParameter.CreatePending());

    public Task ResetNonceAsync() => Task.CompletedTask;
}
