using System.Text.Json;
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

    static Eip1559Transaction Build(JsonElement vector) => new(
        (ulong)vector.Integer("chain_id"), (ulong)vector.Integer("nonce"), vector.Integer("max_priority_fee_per_gas"), vector.Integer("max_fee_per_gas"),
        (ulong)vector.Integer("gas"), vector.GetProperty("to").GetString() is { } to ? Address.Parse(to) : null, vector.Integer("value"), vector.Bytes("data"));
}
