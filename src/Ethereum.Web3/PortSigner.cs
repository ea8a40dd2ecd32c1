using System.Numerics;
using Keystone.Ethereum.Signing;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;
using Eip1559Transaction = Keystone.Ethereum.Transactions.Eip1559Transaction;
using SignedTransaction = Keystone.Ethereum.Transactions.SignedTransaction;

namespace Keystone.Ethereum.Web3;

/// <summary>
/// Nethereum's external signer over <see cref="ITransactionSigner"/>. It signs dynamic-fee transactions (EIP-1559) and nothing else: no legacy transaction, no
/// delegation (EIP-7702), no bare digest.
/// </summary>
/// <param name="signer">What holds the key.</param>
/// <param name="cancellationToken">Cancels every signature of this signer: the library's own methods have no token to hand on.</param>
internal sealed class PortSigner(ITransactionSigner signer, CancellationToken cancellationToken) : EthExternalSignerBase
{
    public override bool Supported1559 => true;

    public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } = ExternalSignerTransactionFormat.Transaction;

    public override bool CalculatesV { get; protected set; } = true;

    public override Task<string> GetAddressAsync() => Task.FromResult(signer.Address.ToString());

    /// <summary>Signs, and sets the signature of the signer's own bytes.</summary>
    /// <exception cref="InvalidOperationException">The signer signed another transaction than it was given.</exception>
    /// <exception cref="NotSupportedException">The transaction has an access list.</exception>
    public override async Task SignAsync(Transaction1559 transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.AccessList is { Count: > 0 }) throw new NotSupportedException("Transactions with an access list are not signed here.");
        Eip1559Transaction ours = new((ulong)transaction.ChainId, (ulong)(transaction.Nonce ?? 0), Amount(transaction.MaxPriorityFeePerGas), Amount(transaction.MaxFeePerGas),
            (ulong)(transaction.GasLimit ?? 0), string.IsNullOrEmpty(transaction.ReceiverAddress) ? null : Address.Parse(transaction.ReceiverAddress),
            Amount(transaction.Amount), string.IsNullOrEmpty(transaction.Data) ? ReadOnlyMemory<byte>.Empty : Hex.Decode(transaction.Data));
        SignedTransaction signed = await signer.SignAsync(ours, cancellationToken).ConfigureAwait(false);
        byte[] raw = signed.Raw.ToArray();
        transaction.SetSignature(TransactionFactory.CreateTransaction(raw).Signature);
        if (!transaction.GetRLPEncoded().AsSpan().SequenceEqual(raw)) throw new InvalidOperationException("The signer signed another transaction than it was given.");
    }

    public override Task SignAsync(LegacyTransactionChainId transaction) => throw Only1559();

    public override Task SignAsync(LegacyTransaction transaction) => throw Only1559();

    public override Task SignAsync(Transaction7702 transaction) => throw Only1559();

    protected override Task<byte[]> GetPublicKeyAsync() => throw Only1559();

    protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes) => throw Only1559();

    static UInt256 Amount(BigInteger? value) => UInt256.FromBigInteger(value ?? BigInteger.Zero);

    static NotSupportedException Only1559() => new("Only dynamic-fee transactions (EIP-1559) are signed here.");
}
