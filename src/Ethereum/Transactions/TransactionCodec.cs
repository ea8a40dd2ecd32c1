using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Transactions;

/// <summary>Bytes of dynamic-fee transactions (EIP-1559 in the envelope of EIP-2718).</summary>
public static class TransactionCodec
{
    const byte Type = 0x02;

    /// <summary>What is signed: <c>keccak256(0x02 || rlp([chain_id, ..., access_list]))</c>.</summary>
    public static Hash32 SigningHash(Eip1559Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Keccak256.Hash(Envelope(list => WriteFields(list, transaction)));
    }

    /// <summary>The signed envelope and its hash.</summary>
    public static SignedTransaction Assemble(Eip1559Transaction transaction, RecoverableSignature signature)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        byte[] raw = Envelope(list =>
        {
            WriteFields(list, transaction);
            list.Integer(signature.YParity).Integer(new UInt256(signature.R.ToBytes())).Integer(new UInt256(signature.S.ToBytes()));
        });
        return new SignedTransaction(Keccak256.Hash(raw), raw);
    }

    /// <summary>Takes a signed envelope apart and recovers its sender.</summary>
    /// <exception cref="RlpException">Not a signed dynamic-fee transaction without access list, in canonical form.</exception>
    public static (Eip1559Transaction Transaction, Address Sender) Decode(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty || raw[0] != Type)
            throw new RlpException("Not a dynamic-fee transaction (type 2).");
        RlpReader outer = new(raw[1..]);
        RlpReader list = outer.ReadList();
        ulong chainId = list.ReadUInt64();
        ulong nonce = list.ReadUInt64();
        UInt256 tip = list.ReadInteger();
        UInt256 cap = list.ReadInteger();
        ulong gas = list.ReadUInt64();
        ReadOnlySpan<byte> to = list.ReadBytes();
        if (to.Length is not (0 or Address.Size))
            throw new RlpException("The called account is not 20 bytes.");
        Address? target = to.IsEmpty ? null : new Address(to);
        UInt256 value = list.ReadInteger();
        byte[] data = list.ReadBytes().ToArray();
        if (!list.ReadList().IsAtEnd)
            throw new RlpException("Access lists are not supported.");
        ulong parity = list.ReadUInt64();
        Hash32 r = new(list.ReadInteger().ToBytes());
        Hash32 s = new(list.ReadInteger().ToBytes());
        if (!list.IsAtEnd || !outer.IsAtEnd)
            throw new RlpException("Bytes are left over.");
        Eip1559Transaction transaction = new(chainId, nonce, tip, cap, gas, target, value, data);
        Address? sender = parity <= 1 ? Secp256k1.Recover(SigningHash(transaction), new RecoverableSignature(r, s, (byte)parity)) : null;
        return (transaction, sender ?? throw new RlpException("The signature is not valid."));
    }

    static byte[] Envelope(Action<RlpWriter> write) => [Type, .. new RlpWriter().List(write).ToArray()];

    static void WriteFields(RlpWriter list, Eip1559Transaction transaction)
    {
        Span<byte> to = stackalloc byte[Address.Size];
        transaction.To?.CopyTo(to);
        list.Integer(transaction.ChainId)
            .Integer(transaction.Nonce)
            .Integer(transaction.MaxPriorityFeePerGas)
            .Integer(transaction.MaxFeePerGas)
            .Integer(transaction.GasLimit)
            .Bytes(transaction.To is null ? [] : to)
            .Integer(transaction.Value)
            .Bytes(transaction.Data.Span)
            .List(_ => { });
    }
}
