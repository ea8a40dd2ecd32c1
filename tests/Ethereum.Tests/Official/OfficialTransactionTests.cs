using System.Text.Json;
using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Tests.Official;

/// <summary>TransactionTests of the Ethereum Foundation's consensus tests, and the example of EIP-155.</summary>
public sealed class OfficialTransactionTests
{
    [Fact]
    public void Each_valid_transaction_has_its_hash_and_sender()
    {
        foreach (JsonElement vector in Vectors.Official("transactions").Where(vector => !vector.TryGetProperty("refused", out _)))
        {
            byte[] raw = vector.Bytes("raw");
            DecodedTransaction decoded = TransactionCodec.Decode(raw);
            Assert.Equal(vector.Text("hash"), decoded.Hash.ToString());
            Assert.Equal(vector.Text("sender"), decoded.Sender.ToString().ToLowerInvariant());
            Assert.Equal(raw, TransactionCodec.Assemble(decoded.Transaction, decoded.Signature).Raw.ToArray());
        }
    }

    [Fact]
    public void Each_invalid_one_is_refused_or_is_of_another_chain()
    {
        foreach (JsonElement vector in Vectors.Official("transactions").Where(vector => vector.TryGetProperty("refused", out _)))
        {
            try
            {
                DecodedTransaction decoded = TransactionCodec.Decode(vector.Bytes("raw"));
                // The suite's chain is 1: what is signed for another is sound, but not there.
                Assert.True(vector.Text("refused") == "INVALID_CHAINID" && decoded.Transaction is LegacyTransaction { ChainId: not (null or 1) },
                    $"{vector.Text("name")} was accepted; it is {vector.Text("refused")}");
            }
            catch (RlpException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public async Task The_example_of_EIP_155()
    {
        using PrivateKeySigner signer = new(Hex.Decode("0x4646464646464646464646464646464646464646464646464646464646464646"));
        LegacyTransaction transaction = new(1, 9, 20_000_000_000UL, 21_000, Address.Parse("0x3535353535353535353535353535353535353535"),
            1_000_000_000_000_000_000UL, default);
        Assert.Equal("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", TransactionCodec.SigningHash(transaction).ToString());
        SignedTransaction signed = await signer.SignAsync(transaction, CancellationToken.None);
        Assert.Equal(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83", Hex.Encode(signed.Raw.Span));
    }
}
