using System.Text.Json;
using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Ethereum.Tests.Transactions;

public sealed class TransactionTests
{
    [Fact]
    public async Task Signs_to_the_same_bytes_as_viem()
    {
        foreach (JsonElement vector in Vectors.Of("transactions"))
        {
            using PrivateKeySigner signer = new(vector.Bytes("private_key"));
            Assert.Equal(vector.Text("from"), signer.Address.ToString());
            Eip1559Transaction transaction = Build(vector);
            Assert.Equal(vector.Text("signing_hash"), TransactionCodec.SigningHash(transaction).ToString());
            SignedTransaction signed = await signer.SignAsync(transaction, CancellationToken.None);
            Assert.Equal(vector.Text("raw"), Hex.Encode(signed.Raw.Span));
            Assert.Equal(vector.Text("hash"), signed.Hash.ToString());
        }
    }

    [Fact]
    public void Takes_raw_bytes_apart_and_recovers_the_sender()
    {
        foreach (JsonElement vector in Vectors.Of("transactions"))
        {
            DecodedTransaction decoded = TransactionCodec.Decode(vector.Bytes("raw"));
            Eip1559Transaction transaction = Assert.IsType<Eip1559Transaction>(decoded.Transaction);
            Eip1559Transaction expected = Build(vector);
            Assert.Equal(vector.Text("from"), decoded.Sender.ToString());
            Assert.Equal(vector.Text("hash"), decoded.Hash.ToString());
            Assert.Equal(expected.Data.ToArray(), transaction.Data.ToArray());
            Assert.Equal(expected with { Data = default }, transaction with { Data = default });
        }
    }

    [Fact]
    public void Corrupted_transactions_are_refused_or_have_another_sender()
    {
        Random random = new(11);
        foreach (JsonElement vector in Vectors.Of("transactions"))
        {
            byte[] raw = vector.Bytes("raw");
            for (int i = 0; i < 100; i++)
            {
                byte[] corrupt = (byte[])raw.Clone();
                int at = random.Next(corrupt.Length);
                corrupt[at] ^= (byte)(1 << random.Next(8));
                try
                {
                    Assert.NotEqual(vector.Text("from"), TransactionCodec.Decode(corrupt).Sender.ToString());
                }
                catch (RlpException)
                {
                    // Refused by name is the other right answer.
                }
            }
        }
    }

    static Eip1559Transaction Build(JsonElement vector) => new(
        (ulong)vector.Integer("chain_id"), (ulong)vector.Integer("nonce"), vector.Integer("max_priority_fee_per_gas"), vector.Integer("max_fee_per_gas"),
        (ulong)vector.Integer("gas"), vector.GetProperty("to").GetString() is { } to ? Address.Parse(to) : null, vector.Integer("value"), vector.Bytes("data"));
}
