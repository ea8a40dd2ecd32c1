using System.Collections.Immutable;
using Keystone.Ethereum.Rlp;
using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Transactions;

/// <summary>Bytes of transactions: legacy (EIP-155), with access list (EIP-2930), with dynamic fee (EIP-1559), in the envelope of EIP-2718.</summary>
public static class TransactionCodec
{
    /// <summary>What is signed: the hash of the fields, behind the type where there is one, with the chain id where there is none.</summary>
    public static Hash32 SigningHash(UnsignedTransaction transaction) => Keccak256.Hash(SigningPayload(transaction));

    /// <summary>The bytes whose hash is signed, for a signer that hashes them itself.</summary>
    public static byte[] SigningPayload(UnsignedTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Envelope(transaction, list =>
        {
            transaction.WriteFields(list);
            if (transaction is LegacyTransaction { ChainId: { } chainId }) list.Integer(chainId).Integer(0).Integer(0);
        });
    }

    /// <summary>The signed bytes and their hash.</summary>
    public static SignedTransaction Assemble(UnsignedTransaction transaction, RecoverableSignature signature)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        UInt256 v = transaction switch
        {
            LegacyTransaction { ChainId: { } chainId } => (UInt256)chainId + chainId + (ulong)(35 + signature.YParity),
            LegacyTransaction => (ulong)(27 + signature.YParity),
            _ => signature.YParity,
        };
        byte[] raw = Envelope(transaction, list =>
        {
            transaction.WriteFields(list);
            list.Integer(v).Integer(new UInt256(signature.R.ToBytes())).Integer(new UInt256(signature.S.ToBytes()));
        });
        return new SignedTransaction(Keccak256.Hash(raw), raw);
    }

    /// <summary>Takes signed bytes apart and recovers their sender.</summary>
    /// <exception cref="RlpException">Not a signed transaction of these kinds in canonical form, or its signature is none: s in the upper half
    /// of the group's order makes a transaction invalid (EIP-2).</exception>
    public static DecodedTransaction Decode(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty) throw new RlpException("The transaction is empty.");
        RlpReader outer = new(raw[0] >= 0xc0 ? raw : raw[1..]);
        RlpReader list = outer.ReadList();
        (UnsignedTransaction transaction, byte? parity) = raw[0] switch
        {
            0x01 => ReadAccessList(ref list),
            0x02 => ReadDynamicFee(ref list),
            >= 0xc0 => ReadLegacy(ref list),
            _ => throw new RlpException($"Transactions of type {raw[0]} are not known here."),
        };
        RecoverableSignature signature = new(new Hash32(list.ReadInteger().ToBytes()), new Hash32(list.ReadInteger().ToBytes()), parity ?? 0);
        if (!list.IsAtEnd || !outer.IsAtEnd) throw new RlpException("Bytes are left over.");
        if (parity is null or > 1) throw new RlpException("The signature's v is not one of this kind of transaction.");
        if (!signature.IsLowS) throw new RlpException("The signature's s is in the upper half of the group's order.");
        Address sender = Secp256k1.Recover(SigningHash(transaction), signature) ?? throw new RlpException("The signature is not valid.");
        return new DecodedTransaction(transaction, signature, sender, Keccak256.Hash(raw));
    }

    static (UnsignedTransaction, byte?) ReadLegacy(ref RlpReader list)
    {
        ulong nonce = list.ReadUInt64();
        UInt256 price = list.ReadInteger();
        ulong gas = list.ReadUInt64();
        (Address? to, UInt256 value, byte[] data) = ReadCall(ref list);
        UInt256 v = list.ReadInteger();
        if (v == 27UL || v == 28UL) return (new LegacyTransaction(null, nonce, price, gas, to, value, data), (byte)((ulong)v - 27));
        if (v < 35UL) return (new LegacyTransaction(null, nonce, price, gas, to, value, data), null);
        UInt256 twice = v - 35UL;
        UInt256 chainId = twice / 2UL;
        if (chainId > ulong.MaxValue) throw new RlpException("The chain id needs more than 64 bits.");
        return (new LegacyTransaction((ulong)chainId, nonce, price, gas, to, value, data), (byte)(ulong)(twice - chainId - chainId));
    }

    static (UnsignedTransaction, byte?) ReadAccessList(ref RlpReader list)
    {
        ulong chainId = list.ReadUInt64();
        ulong nonce = list.ReadUInt64();
        UInt256 price = list.ReadInteger();
        ulong gas = list.ReadUInt64();
        (Address? to, UInt256 value, byte[] data) = ReadCall(ref list);
        return (new Eip2930Transaction(chainId, nonce, price, gas, to, value, data) { AccessList = ReadAccess(ref list) }, ReadParity(ref list));
    }

    static (UnsignedTransaction, byte?) ReadDynamicFee(ref RlpReader list)
    {
        ulong chainId = list.ReadUInt64();
        ulong nonce = list.ReadUInt64();
        UInt256 tip = list.ReadInteger();
        UInt256 cap = list.ReadInteger();
        ulong gas = list.ReadUInt64();
        (Address? to, UInt256 value, byte[] data) = ReadCall(ref list);
        return (new Eip1559Transaction(chainId, nonce, tip, cap, gas, to, value, data) { AccessList = ReadAccess(ref list) }, ReadParity(ref list));
    }

    static (Address? To, UInt256 Value, byte[] Data) ReadCall(ref RlpReader list)
    {
        ReadOnlySpan<byte> to = list.ReadBytes();
        if (to.Length is not (0 or Address.Size)) throw new RlpException("The called account is not 20 bytes.");
        return (to.IsEmpty ? null : new Address(to), list.ReadInteger(), list.ReadBytes().ToArray());
    }

    static ImmutableArray<AccessListEntry> ReadAccess(ref RlpReader list)
    {
        ImmutableArray<AccessListEntry>.Builder entries = ImmutableArray.CreateBuilder<AccessListEntry>();
        RlpReader items = list.ReadList();
        while (!items.IsAtEnd)
        {
            RlpReader entry = items.ReadList();
            ReadOnlySpan<byte> account = entry.ReadBytes();
            if (account.Length != Address.Size) throw new RlpException("An account of the access list is not 20 bytes.");
            ImmutableArray<Hash32>.Builder slots = ImmutableArray.CreateBuilder<Hash32>();
            RlpReader keys = entry.ReadList();
            while (!keys.IsAtEnd)
            {
                ReadOnlySpan<byte> key = keys.ReadBytes();
                slots.Add(key.Length == Hash32.Size ? new Hash32(key) : throw new RlpException("A slot of the access list is not 32 bytes."));
            }
            if (!entry.IsAtEnd) throw new RlpException("Bytes are left over in the access list.");
            entries.Add(new AccessListEntry(new Address(account), slots.ToImmutable()));
        }
        return entries.ToImmutable();
    }

    static byte? ReadParity(ref RlpReader list) => list.ReadUInt64() is var parity && parity <= 1 ? (byte)parity : null;

    static byte[] Envelope(UnsignedTransaction transaction, Action<RlpWriter> write)
    {
        RlpWriter writer = new();
        byte[] list = writer.List(write).ToArray();
        return transaction.Type == 0 ? list : [transaction.Type, .. list];
    }
}
