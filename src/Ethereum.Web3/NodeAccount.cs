using Nethereum.Web3.Accounts;

namespace Keystone.Ethereum.Web3;

/// <summary>An account whose key stays in its signer.</summary>
internal sealed class NodeAccount : ExternalAccount
{
    public NodeAccount(NodeClient client, PortSigner signer, Address address, long chainId) : base(address.ToString(), signer, chainId)
    {
        NonceService = new PendingNonces(client, Address);
        TransactionManager = new GuardedTransactionManager(client, this, chainId);
    }
}
