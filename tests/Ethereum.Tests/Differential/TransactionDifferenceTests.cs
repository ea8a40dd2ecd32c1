using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class TransactionDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Random_transactions_are_signed_to_the_bytes_of_viem_ethers_and_Nethereum() => Peers.CompareAsync("transactions", 2_000, output, vector =>
    {
        Eip1559Transaction transaction = PeerTransaction.Of(vector);
        using PrivateKeySigner signer = new(vector.Bytes("key"));
        Assert.Equal(vector.Text("from"), signer.Address.ToString());
        RecoverableSignature signature = signer.SignDigest(TransactionCodec.SigningHash(transaction));
        SignedTransaction signed = TransactionCodec.Assemble(transaction, signature);
        Assert.Equal(vector.Text("raw"), Hex.Encode(signed.Raw.Span));
        Assert.Equal(vector.Text("hash"), signed.Hash.ToString());

        Assert.Equal(TransactionCodec.SigningPayload(transaction), NethereumPeer.Transaction(transaction).GetRLPEncodedRaw());
        Assert.Equal(vector.Text("raw"), Hex.Encode(NethereumPeer.Transaction(transaction, signature).GetRLPEncoded()));

        DecodedTransaction read = DecodedTransaction.Read(signed.Raw.ToArray());
        Assert.Equal(signer.Address, read.Sender);
        Assert.Equal(signature, read.Signature);
    });

    [Fact]
    public Task Random_keys_and_keys_with_leading_zero_bytes_sign_as_by_viem_and_ethers() => Peers.CompareAsync("signatures", 250, output, vector =>
    {
        using PrivateKeySigner signer = new(vector.Bytes("key"));
        Assert.Equal(vector.Text("from"), signer.Address.ToString());
        Hash32 digest = Hash32.Parse(vector.Text("digest"));
        RecoverableSignature signature = signer.SignDigest(digest);
        Assert.Equal(vector.Text("signature"), Hex.Encode(signature.ToBytes()));
        Assert.True(signature.IsLowS);
        Assert.Equal(signer.Address, Secp256k1.Recover(digest, signature));
        Assert.Equal(vector.Text("raw"), Hex.Encode(signer.SignAsync(PeerTransaction.Of(vector), default).Result.Raw.Span));
    });
}
