using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3.Accounts;

namespace Keystone.Ethereum.Web3;

/// <summary>
/// Nethereum's transaction manager for external accounts, which without a gas limit would send 21,000 and wait for the receipt without end. This one refuses such a
/// transaction: contract handlers estimate before they send, everybody else sets <see cref="CallInput.Gas"/>.
/// </summary>
internal sealed class GuardedTransactionManager : ExternalAccountSignerTransactionManager
{
    public GuardedTransactionManager(IClient client, ExternalAccount account, long chainId) : base(client, account, chainId)
    {
    }

    public override Task<string> SendTransactionAsync(TransactionInput transactionInput) => base.SendTransactionAsync(Require(transactionInput));

    public override Task<string> SignTransactionAsync(TransactionInput transaction) => base.SignTransactionAsync(Require(transaction));

    static TransactionInput Require(TransactionInput transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.Gas is null)
            throw new InvalidOperationException("The transaction has no gas limit. Send it by a contract handler, which estimates, or set Gas.");
        if (transaction.GasPrice is not null) throw new NotSupportedException("Only dynamic-fee transactions (EIP-1559) are signed here: set MaxFeePerGas instead of GasPrice.");
        // The type that the signer signs, whatever the library has noted of the chain.
        transaction.Type = new HexBigInteger(2);
        return transaction;
    }
}
