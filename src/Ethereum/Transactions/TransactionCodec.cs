using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Transactions;

/// <summary>Bytes of EIP-1559 transactions in the envelope of EIP-2718.</summary>
public static class TransactionCodec
{
    const byte Type = 2;

    /// <summary>The hash that is signed: Keccak-256 of <see cref="SigningPayload"/>.</summary>
    public static Hash32 SigningHash(Eip1559Transaction transaction) => Keccak256.Hash(SigningPayload(transaction));

    /// <summary>The bytes whose hash is signed, for a signer that hashes them itself.</summary>
    public static byte[] SigningPayload(Eip1559Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return [Type, .. new RlpWriter().List(list => WriteFields(list, transaction)).Written];
    }

    /// <summary>The signed bytes and their hash.</summary>
    public static SignedTransaction Assemble(Eip1559Transaction transaction, RecoverableSignature signature)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        byte[] raw = [Type, .. new RlpWriter().List(list =>
        {
            WriteFields(list, transaction);
            list.Integer(signature.YParity).Integer(new UInt256(signature.R.ToBytes())).Integer(new UInt256(signature.S.ToBytes()));
        }).Written];
        return new SignedTransaction(Keccak256.Hash(raw), raw);
    }

    static void WriteFields(RlpWriter list, Eip1559Transaction transaction)
    {
        Span<byte> account = stackalloc byte[Address.Size];
        transaction.To?.CopyTo(account);
        list.Integer(transaction.ChainId).Integer(transaction.Nonce).Integer(transaction.MaxPriorityFeePerGas).Integer(transaction.MaxFeePerGas)
            .Integer(transaction.GasLimit).Bytes(transaction.To is null ? [] : account).Integer(transaction.Value).Bytes(transaction.Data.Span);
        list.List(entries =>
        {
            foreach (AccessListEntry entry in transaction.AccessList.IsDefault ? [] : transaction.AccessList)
            {
                entries.List(fields => fields.Bytes(entry.Account.ToBytes()).List(slots =>
                {
                    foreach (Hash32 slot in entry.StorageKeys) slots.Bytes(slot.ToBytes());
                }));
            }
        });
    }
}
