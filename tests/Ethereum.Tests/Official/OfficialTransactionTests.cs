using System.Text.Json;
using Keystone.Ethereum.Transactions;
using Keystone.Testing.Scripted;

namespace Keystone.Ethereum.Tests.Official;

/// <summary>TransactionTests of the Ethereum Foundation's consensus tests, of type 2.</summary>
public sealed class OfficialTransactionTests
{
    [Fact]
    public void Each_valid_transaction_is_written_again_with_its_hash_and_sender()
    {
        int seen = 0;
        foreach (JsonElement vector in Vectors.Official("transactions").Where(vector => vector.Text("raw").StartsWith("0x02", StringComparison.Ordinal) && !vector.TryGetProperty("refused", out _)))
        {
            byte[] raw = vector.Bytes("raw");
            DecodedTransaction decoded = DecodedTransaction.Read(raw);
            Assert.Equal(vector.Text("hash"), decoded.Hash.ToString());
            Assert.Equal(vector.Text("sender"), decoded.Sender.ToString().ToLowerInvariant());
            Assert.Equal(raw, TransactionCodec.Assemble(decoded.Transaction, decoded.Signature).Raw.ToArray());
            seen++;
        }
        Assert.True(seen > 0);
    }
}
