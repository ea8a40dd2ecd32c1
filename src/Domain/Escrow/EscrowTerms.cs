using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Eip712;

namespace Keystone.Domain.Escrow;

/// <summary>How a token counts and moves. The numbers are the contract's.</summary>
public enum TokenKind : byte
{
    /// <summary>Fungible: an amount.</summary>
    Erc20 = 0,

    /// <summary>One token by id.</summary>
    Erc721 = 1,

    /// <summary>An amount of an id.</summary>
    Erc1155 = 2,
}

/// <summary>Who holds a leg until the swap. The numbers are the contract's.</summary>
public enum CustodyMode : byte
{
    /// <summary>The escrow.</summary>
    Custody = 0,

    /// <summary>The escrow, after asking an ERC-3643 token whether the real pair may transfer.</summary>
    Checked = 1,

    /// <summary>Its owner, who armed it; the swap pulls it from the wallet.</summary>
    Direct = 2,
}

/// <summary>One movement of the swap.</summary>
/// <param name="Kind">Kind of token.</param>
/// <param name="Mode">Custody.</param>
/// <param name="Token">Token contract.</param>
/// <param name="From">Who deposits.</param>
/// <param name="To">Who receives when the swap executes.</param>
/// <param name="RefundTo">Who receives a refund or a withdrawal.</param>
/// <param name="TokenId">Id of the token; 0 for ERC-20.</param>
/// <param name="Amount">Smallest units; 1 for ERC-721.</param>
public sealed record EscrowLeg(
    TokenKind Kind, CustodyMode Mode, Address Token, Address From, Address To, Address RefundTo, UInt256 TokenId, UInt256 Amount)
{
    internal const string TypeString =
        "Leg(uint8 kind,uint8 mode,address token,address from,address to,address refundTo,uint256 tokenId,uint256 amount)";

    static readonly Hash32 TypeHash = AbiCall.Topic(TypeString);

    /// <summary>EIP-712 <c>hashStruct</c> of the leg.</summary>
    public Hash32 Hash => TypedData.HashStruct(TypeHash, Words());

    internal AbiValue ToAbi() => AbiValue.Tuple(Words());

    internal static EscrowLeg Read(ref AbiReader reader)
    {
        (TokenKind kind, CustodyMode mode) = ReadKind(ref reader);
        return new EscrowLeg(kind, mode, reader.ReadAddress(), reader.ReadAddress(), reader.ReadAddress(), reader.ReadAddress(),
            reader.ReadUInt256(), reader.ReadUInt256());
    }

    internal const int WordCount = 8;

    /// <summary>Bytes that are hashed of a leg.</summary>
    internal const int HashedSize = (1 + WordCount) * 32;

    /// <summary>The hashed bytes of a leg in an event: its words are those of EIP-712.</summary>
    internal static void CopyHashed(ReadOnlySpan<byte> leg, Span<byte> target)
    {
        TypeHash.CopyTo(target);
        leg[..(WordCount * 32)].CopyTo(target[32..]);
    }

    /// <summary>Validates as <see cref="Read"/> does, without allocating.</summary>
    internal static void Skip(ref AbiReader reader)
    {
        ReadKind(ref reader);
        for (int i = 0; i < 4; i++) reader.ReadAddress();
        reader.ReadUInt256();
        reader.ReadUInt256();
    }

    static (TokenKind, CustodyMode) ReadKind(ref AbiReader reader)
    {
        int at = reader.Position;
        byte kind = reader.ReadUInt8();
        byte mode = reader.ReadUInt8();
        return kind > (byte)TokenKind.Erc1155 || mode > (byte)CustodyMode.Direct
            ? throw new AbiException("Unknown kind of token or custody mode", at)
            : ((TokenKind)kind, (CustodyMode)mode);
    }

    AbiValue[] Words() =>
    [
        AbiValue.Uint((byte)Kind), AbiValue.Uint((byte)Mode), AbiValue.Address(Token), AbiValue.Address(From), AbiValue.Address(To),
        AbiValue.Address(RefundTo), AbiValue.Uint(TokenId), AbiValue.Uint(Amount),
    ];
}

/// <summary>The terms of a settlement other than its legs.</summary>
/// <param name="Ref">The platform's id of the settlement: 16 UUID bytes in network order, then zeros.</param>
/// <param name="NotBefore">Earliest block time of the swap; 0 for none.</param>
/// <param name="Deadline">Last block time of the swap.</param>
/// <param name="Operator">May cancel, so that deposits can be refunded; zero for nobody.</param>
/// <param name="Gate">Contract that must agree to the swap; zero for none.</param>
/// <param name="Commitment">Salted hash of the instruction behind the terms; zero for none.</param>
public sealed record EscrowHeader(Hash32 Ref, ChainTime NotBefore, ChainTime Deadline, Address Operator, Address Gate, Hash32 Commitment)
{
    internal AbiValue ToAbi() => AbiValue.Tuple(Words());

    internal AbiValue[] Words() =>
    [
        AbiValue.Bytes32(Ref), AbiValue.Uint(NotBefore.Seconds), AbiValue.Uint(Deadline.Seconds), AbiValue.Address(Operator), AbiValue.Address(Gate),
        AbiValue.Bytes32(Commitment),
    ];

    internal const int WordCount = 6;

    /// <summary>Validates as <see cref="Read"/> does, without allocating.</summary>
    internal static void Skip(ref AbiReader reader)
    {
        reader.ReadBytes32();
        reader.ReadUInt64();
        reader.ReadUInt64();
        reader.ReadAddress();
        reader.ReadAddress();
        reader.ReadBytes32();
    }

    internal static EscrowHeader Read(ref AbiReader reader) =>
        new(reader.ReadBytes32(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadAddress(), reader.ReadAddress(), reader.ReadBytes32());
}

/// <summary>
/// All terms of a settlement. Its <see cref="Id"/> is the EIP-712 digest of them under the escrow's domain: storage key on the chain,
/// key of the mirror, and what parties sign, in one.
/// </summary>
public sealed class EscrowTerms
{
    /// <summary>Most legs of a settlement.</summary>
    public const int MaxLegs = 64;

    const string TypeString =
        "Settlement(bytes32 ref,uint64 notBefore,uint64 deadline,address operator,address gate,bytes32 commitment,Leg[] legs)" + EscrowLeg.TypeString;

    static readonly Hash32 TypeHash = AbiCall.Topic(TypeString);
    static Domain? _domain;

    ImmutableArray<Hash32> _legHashes;

    /// <summary>Terms for the escrow at an address of a chain.</summary>
    /// <exception cref="ArgumentException">No leg, or more than 64.</exception>
    public EscrowTerms(ulong chainId, Address contract, EscrowHeader header, ImmutableArray<EscrowLeg> legs)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (legs.IsDefaultOrEmpty || legs.Length > MaxLegs)
            throw new ArgumentException($"A settlement has 1 to {MaxLegs} legs.", nameof(legs));
        ChainId = chainId;
        Contract = contract;
        Header = header;
        Legs = legs;
        Id = IdOf(chainId, contract, header, LegsHash);
    }

    // Of terms whose id was found to be theirs.
    EscrowTerms(ulong chainId, Address contract, EscrowHeader header, ImmutableArray<EscrowLeg> legs, Hash32 id) =>
        (ChainId, Contract, Header, Legs, Id) = (chainId, contract, header, legs, id);

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId { get; }

    /// <summary>The escrow.</summary>
    public Address Contract { get; }

    /// <summary>Everything but the legs.</summary>
    public EscrowHeader Header { get; }

    /// <summary>Legs in their order on the chain.</summary>
    public ImmutableArray<EscrowLeg> Legs { get; }

    /// <summary>EIP-712 hash of each leg.</summary>
    public ImmutableArray<Hash32> LegHashes
    {
        get
        {
            // Worked out when it is asked for; twice by two threads is the same.
            if (_legHashes.IsDefault) _legHashes = [.. Legs.Select(leg => leg.Hash)];
            return _legHashes;
        }
    }

    /// <summary>Hash of the concatenated leg hashes.</summary>
    public Hash32 LegsHash => HashOf(LegHashes);

    /// <summary>EIP-712 separator of the escrow's domain.</summary>
    public Hash32 DomainSeparator => DomainOf(ChainId, Contract);

    /// <summary>The settlement's id on the chain.</summary>
    public Hash32 Id { get; }

    /// <summary>Id of a settlement of which only the legs' hash is known.</summary>
    public static Hash32 IdOf(ulong chainId, Address contract, EscrowHeader header, Hash32 legsHash)
    {
        ArgumentNullException.ThrowIfNull(header);
        AbiValue[] words = [.. header.Words(), AbiValue.Bytes32(legsHash)];
        return TypedData.Digest(DomainOf(chainId, contract), TypedData.HashStruct(TypeHash, words));
    }

    /// <summary>Hash of concatenated leg hashes, as EIP-712 hashes an array.</summary>
    public static Hash32 HashOf(ImmutableArray<Hash32> legHashes)
    {
        byte[] all = new byte[legHashes.Length * Hash32.Size];
        for (int i = 0; i < legHashes.Length; i++)
            legHashes[i].CopyTo(all.AsSpan(i * Hash32.Size));
        return Keccak256.Hash(all);
    }

    /// <summary>Bytes for storage: chain id and contract, one word each, then the ABI encoding of the contract's <c>Settlement</c>.</summary>
    public byte[] Encode() =>
        AbiValue.Tuple(AbiValue.Uint(ChainId), AbiValue.Address(Contract), ToAbi()).Encode();

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="AbiException">Other bytes.</exception>
    public static EscrowTerms Decode(ReadOnlySpan<byte> bytes)
    {
        AbiReader reader = new(bytes);
        return Read(reader.ReadUInt64(), reader.ReadAddress(), ref reader);
    }

    internal AbiValue ToAbi()
    {
        AbiValue[] members = [.. Header.Words(), AbiValue.Array(Legs.Select(leg => leg.ToAbi()).ToArray())];
        return AbiValue.Tuple(members);
    }

    internal static EscrowTerms Read(ulong chainId, Address contract, ref AbiReader reader)
    {
        (EscrowHeader header, ImmutableArray<EscrowLeg> legs) = ReadParts(ref reader);
        return new EscrowTerms(chainId, contract, header, legs);
    }

    /// <summary>As <see cref="Read"/> for terms whose id was found to be theirs before.</summary>
    internal static EscrowTerms ReadKnown(ulong chainId, Address contract, Hash32 id, ref AbiReader reader)
    {
        (EscrowHeader header, ImmutableArray<EscrowLeg> legs) = ReadParts(ref reader);
        return new EscrowTerms(chainId, contract, header, legs, id);
    }

    /// <summary>Where terms stand in the data of an event: their header, their first leg, the number of legs.</summary>
    internal readonly record struct Place(int Header, int Legs, int Count);

    /// <summary>Validates as <see cref="Read"/> does, without allocating.</summary>
    internal static Place Find(ref AbiReader reader)
    {
        int at = reader.Position;
        AbiReader settlement = reader.ReadDynamicTuple();
        int header = settlement.Position;
        EscrowHeader.Skip(ref settlement);
        AbiReader items = ReadLegs(ref settlement, at, out int count);
        int legs = items.Position;
        for (int i = 0; i < count; i++) EscrowLeg.Skip(ref items);
        return new Place(header, legs, count);
    }

    /// <summary>Id of terms as they stand in an event.</summary>
    internal static Hash32 IdAt(ulong chainId, Address contract, Place place, ReadOnlySpan<byte> data)
    {
        Span<byte> hashes = stackalloc byte[MaxLegs * Hash32.Size];
        Span<byte> words = stackalloc byte[EscrowLeg.HashedSize];
        for (int i = 0; i < place.Count; i++)
        {
            EscrowLeg.CopyHashed(data[(place.Legs + i * EscrowLeg.WordCount * 32)..], words);
            Keccak256.Hash(words, hashes[(i * Hash32.Size)..]);
        }
        return IdOf(chainId, contract, data.Slice(place.Header, EscrowHeader.WordCount * 32), Keccak256.Hash(hashes[..(place.Count * Hash32.Size)]));
    }

    /// <summary>As <see cref="IdAt"/> for many, each step of all together.</summary>
    internal static Hash32[] IdsAt(ulong chainId, Address contract, IReadOnlyList<(ReadOnlyMemory<byte> Data, Place Place)> terms)
    {
        const int Struct = (2 + EscrowHeader.WordCount) * 32;
        int legs = terms.Sum(one => one.Place.Count);
        byte[] hashedLegs = new byte[legs * EscrowLeg.HashedSize], legHashes = new byte[legs * Hash32.Size], structs = new byte[terms.Count * Struct];
        ReadOnlyMemory<byte>[] inputs = new ReadOnlyMemory<byte>[Math.Max(legs, terms.Count)];
        Hash32[] hashes = new Hash32[inputs.Length];
        int leg = 0;
        foreach ((ReadOnlyMemory<byte> data, Place place) in terms)
        {
            for (int i = 0; i < place.Count; i++, leg++)
            {
                inputs[leg] = hashedLegs.AsMemory(leg * EscrowLeg.HashedSize, EscrowLeg.HashedSize);
                EscrowLeg.CopyHashed(data.Span[(place.Legs + i * EscrowLeg.WordCount * 32)..], hashedLegs.AsSpan(leg * EscrowLeg.HashedSize));
            }
        }
        Keccak256.HashAll(inputs.AsSpan(0, legs), hashes);
        for (int i = 0; i < legs; i++) hashes[i].CopyTo(legHashes.AsSpan(i * Hash32.Size));
        for (int i = 0, at = 0; i < terms.Count; i++)
        {
            int length = terms[i].Place.Count * Hash32.Size;
            inputs[i] = legHashes.AsMemory(at, length);
            at += length;
        }
        Keccak256.HashAll(inputs.AsSpan(0, terms.Count), hashes);
        for (int i = 0; i < terms.Count; i++)
        {
            Span<byte> words = structs.AsSpan(i * Struct, Struct);
            TypeHash.CopyTo(words);
            terms[i].Data.Span.Slice(terms[i].Place.Header, EscrowHeader.WordCount * 32).CopyTo(words[32..]);
            hashes[i].CopyTo(words[^32..]);
            inputs[i] = structs.AsMemory(i * Struct, Struct);
        }
        Keccak256.HashAll(inputs.AsSpan(0, terms.Count), hashes);
        byte[] digests = new byte[terms.Count * TypedData.DigestedSize];
        for (int i = 0; i < terms.Count; i++)
        {
            TypedData.CopyDigested(DomainOf(chainId, contract), hashes[i], digests.AsSpan(i * TypedData.DigestedSize));
            inputs[i] = digests.AsMemory(i * TypedData.DigestedSize, TypedData.DigestedSize);
        }
        Hash32[] ids = new Hash32[terms.Count];
        Keccak256.HashAll(inputs.AsSpan(0, terms.Count), ids);
        return ids;
    }

    /// <summary>Id from the words of the header as they stand in an event.</summary>
    internal static Hash32 IdOf(ulong chainId, Address contract, ReadOnlySpan<byte> header, Hash32 legsHash)
    {
        Span<byte> words = stackalloc byte[(2 + EscrowHeader.WordCount) * 32];
        TypeHash.CopyTo(words);
        header.CopyTo(words[32..]);
        legsHash.CopyTo(words[^32..]);
        return TypedData.Digest(DomainOf(chainId, contract), Keccak256.Hash(words));
    }

    static (EscrowHeader Header, ImmutableArray<EscrowLeg> Legs) ReadParts(ref AbiReader reader)
    {
        int at = reader.Position;
        AbiReader settlement = reader.ReadDynamicTuple();
        EscrowHeader header = EscrowHeader.Read(ref settlement);
        AbiReader items = ReadLegs(ref settlement, at, out int count);
        ImmutableArray<EscrowLeg>.Builder legs = ImmutableArray.CreateBuilder<EscrowLeg>(count);
        for (int i = 0; i < count; i++)
            legs.Add(EscrowLeg.Read(ref items));
        return (header, legs.MoveToImmutable());
    }

    static AbiReader ReadLegs(ref AbiReader settlement, int at, out int count)
    {
        AbiReader items = settlement.ReadArray(out count, EscrowLeg.WordCount * 32);
        return count is 0 or > MaxLegs ? throw new AbiException($"A settlement has 1 to {MaxLegs} legs", at) : items;
    }

    // A process meets one escrow, or a few: the last one is remembered.
    static Hash32 DomainOf(ulong chainId, Address contract)
    {
        Domain? known = _domain;
        if (known is null || known.ChainId != chainId || known.Contract != contract)
            _domain = known = new Domain(chainId, contract, TypedData.DomainSeparator("Keystone SettlementEscrow", "1", chainId, contract));
        return known.Separator;
    }

    sealed record Domain(ulong ChainId, Address Contract, Hash32 Separator);
}
