using System.Security.Cryptography;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Signing;

/// <summary>Signs with a key in this process's memory; the key is zeroed on dispose and never printed.</summary>
public sealed class PrivateKeySigner : ITransactionSigner, IDisposable
{
    readonly byte[] _key = GC.AllocateArray<byte>(32, pinned: true);
    bool _disposed;

    /// <summary>Takes a copy of a 32-byte private key.</summary>
    /// <exception cref="ArgumentException">Not a private key of secp256k1.</exception>
    public PrivateKeySigner(ReadOnlySpan<byte> privateKey)
    {
        Address = Secp256k1.AddressOf(privateKey);
        privateKey.CopyTo(_key);
    }

    /// <inheritdoc/>
    public Address Address { get; }

    /// <inheritdoc/>
    public ValueTask<SignedTransaction> SignAsync(Eip1559Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(TransactionCodec.Assemble(transaction, SignDigest(TransactionCodec.SigningHash(transaction))));
    }

    /// <summary>Signs a digest that the caller has made, for example of EIP-712.</summary>
    public RecoverableSignature SignDigest(Hash32 digest)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Secp256k1.Sign(digest, _key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }

    /// <summary>The address; never the key.</summary>
    public override string ToString() => Address.ToString();
}
