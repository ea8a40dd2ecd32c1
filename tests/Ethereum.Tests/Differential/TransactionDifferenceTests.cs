using System.Collections.Immutable;
using System.Text.Json;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class TransactionDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Random_transactions_are_signed_and_read_as_by_viem_and_ethers() => Peers.CompareAsync("transactions", 2_000, output, vector =>
    {
        UnsignedTransaction transaction = Build(vector);
        RecoverableSignature signature = Secp256k1.Sign(TransactionCodec.SigningHash(transaction), vector.Bytes("key"));
        SignedTransaction signed = TransactionCodec.Assemble(transaction, signature);
        Assert.Equal(vector.Text("raw"), Hex.Encode(signed.Raw.Span));
        Assert.Equal(vector.Text("hash"), signed.Hash.ToString());
        DecodedTransaction decoded = TransactionCodec.Decode(vector.Bytes("raw"));
        Assert.Equal(vector.Text("from"), decoded.Sender.ToString());
        Assert.Equal(signed.Hash, decoded.Hash);
        Assert.Equal(signature, decoded.Signature);
        Assert.Equal(transaction.GetType(), decoded.Transaction.GetType());
        // The same fields make the same bytes.
        Assert.Equal(signed.Raw.ToArray(), TransactionCodec.Assemble(decoded.Transaction, decoded.Signature).Raw.ToArray());
    });

    static UnsignedTransaction Build(JsonElement vector)
    {
        ulong nonce = vector.GetProperty("nonce").GetUInt64();
        ulong gas = (ulong)vector.Integer("gas");
        UInt256 price = vector.Integer("price");
        UInt256 value = vector.Integer("value");
        Address? to = vector.GetProperty("to").GetString() is { } account ? Address.Parse(account) : null;
        byte[] data = vector.Bytes("data");
        ulong? chainId = vector.GetProperty("chainId").ValueKind == JsonValueKind.Null ? null : vector.GetProperty("chainId").GetUInt64();
        ImmutableArray<AccessListEntry> access = [.. vector.GetProperty("accessList").EnumerateArray().Select(entry => new AccessListEntry(
            Address.Parse(entry.Text("address")), [.. entry.GetProperty("storageKeys").EnumerateArray().Select(key => Hash32.Parse(key.GetString()!))]))];
        return vector.GetProperty("type").GetInt32() switch
        {
            0 => new LegacyTransaction(chainId, nonce, price, gas, to, value, data),
            1 => new Eip2930Transaction(chainId!.Value, nonce, price, gas, to, value, data) { AccessList = access },
            _ => new Eip1559Transaction(chainId!.Value, nonce, vector.Integer("tip"), price, gas, to, value, data) { AccessList = access },
        };
    }
}
