using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Signing;

/// <summary>Port to whatever holds a key: a keystore file, a remote signer, a hardware module.</summary>
public interface ITransactionSigner
{
    /// <summary>The account that signs.</summary>
    Address Address { get; }

    /// <summary>Signs one transaction. Low-s, deterministic (RFC 6979) where the driver can promise it.</summary>
    ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken);
}
