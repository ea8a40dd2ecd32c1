using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Settlement.Escrow;

/// <summary>Reads the escrow's events out of logs. What is not one of them, or is malformed, gives null and never an exception.</summary>
public static class EscrowLogs
{
    const string Header = "(bytes32,uint64,uint64,address,address,bytes32)";
    const string Leg = "(uint8,uint8,address,address,address,address,uint256,uint256)";

    /// <summary><c>topic0</c> of <c>Registered</c>.</summary>
    public static readonly Hash32 Registered = AbiCall.Topic($"Registered(bytes32,address,(bytes32,uint64,uint64,address,address,bytes32,{Leg}[]))");

    /// <summary><c>topic0</c> of <c>Opened</c>.</summary>
    public static readonly Hash32 Opened = AbiCall.Topic($"Opened(bytes32,address,{Header},bytes32[])");

    /// <summary><c>topic0</c> of <c>Deposited</c>.</summary>
    public static readonly Hash32 Deposited = AbiCall.Topic($"Deposited(bytes32,address,uint256,{Leg})");

    /// <summary><c>topic0</c> of <c>Armed</c>.</summary>
    public static readonly Hash32 Armed = AbiCall.Topic($"Armed(bytes32,address,uint256,{Leg})");

    /// <summary><c>topic0</c> of <c>Withdrawn</c>.</summary>
    public static readonly Hash32 Withdrawn = AbiCall.Topic("Withdrawn(bytes32,uint256,address)");

    /// <summary><c>topic0</c> of <c>Disarmed</c>.</summary>
    public static readonly Hash32 Disarmed = AbiCall.Topic("Disarmed(bytes32,uint256)");

    /// <summary><c>topic0</c> of <c>Executed</c>.</summary>
    public static readonly Hash32 Executed = AbiCall.Topic("Executed(bytes32,address,uint64)");

    /// <summary><c>topic0</c> of <c>Cancelled</c>.</summary>
    public static readonly Hash32 Cancelled = AbiCall.Topic("Cancelled(bytes32,address,uint8)");

    /// <summary><c>topic0</c> of <c>Refunded</c>.</summary>
    public static readonly Hash32 Refunded = AbiCall.Topic("Refunded(bytes32,uint256,address)");

    /// <summary><c>topic0</c> of <c>SwapFailed</c>.</summary>
    public static readonly Hash32 SwapFailed = AbiCall.Topic("SwapFailed(bytes32,uint256,bytes)");

    /// <summary><c>topic0</c> of <c>RefundFailed</c>.</summary>
    public static readonly Hash32 RefundFailed = AbiCall.Topic("RefundFailed(bytes32,uint256,uint256,bytes)");

    delegate EscrowEvent? Reader(ulong chainId, LogEntry log, ref AbiReader data);

    static readonly Dictionary<Hash32, (int Topics, Reader Read)> Readers = new()
    {
        [Registered] = (3, ReadRegistered),
        [Opened] = (3, ReadOpened),
        [Deposited] = (3, (ulong _, LogEntry log, ref AbiReader data) =>
            new EscrowEvent.Deposited(log.Topics[1], AddressIn(log.Topics[2]), ReadIndex(ref data), EscrowLeg.Read(ref data))),
        [Armed] = (3, (ulong _, LogEntry log, ref AbiReader data) =>
            new EscrowEvent.Armed(log.Topics[1], AddressIn(log.Topics[2]), ReadIndex(ref data), EscrowLeg.Read(ref data))),
        [Withdrawn] = (3, ReadWithdrawn),
        [Disarmed] = (2, (ulong _, LogEntry log, ref AbiReader data) => new EscrowEvent.Disarmed(log.Topics[1], ReadIndex(ref data))),
        [Executed] = (3, (ulong _, LogEntry log, ref AbiReader data) =>
            new EscrowEvent.Executed(log.Topics[1], AddressIn(log.Topics[2]), data.ReadUInt64())),
        [Cancelled] = (3, ReadCancelled),
        [Refunded] = (3, ReadRefunded),
        [SwapFailed] = (2, (ulong _, LogEntry log, ref AbiReader data) =>
            new EscrowEvent.SwapFailed(log.Topics[1], data.ReadUInt256(), [.. data.ReadBytes()])),
        [RefundFailed] = (2, (ulong _, LogEntry log, ref AbiReader data) =>
            new EscrowEvent.RefundFailed(log.Topics[1], ReadIndex(ref data), data.ReadUInt256(), [.. data.ReadBytes()])),
    };

    /// <summary>The event of a log that the escrow of <paramref name="chainId"/> emitted.</summary>
    /// <remarks>
    /// The caller has checked that the log's address is the escrow's. Terms whose id is not the one in the topic are refused: the contract
    /// cannot have emitted them.
    /// </remarks>
    public static EscrowEvent? Decode(ulong chainId, LogEntry log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (log.Topics.IsDefaultOrEmpty || !Readers.TryGetValue(log.Topics[0], out (int Topics, Reader Read) entry) || log.Topics.Length != entry.Topics)
            return null;
        try
        {
            AbiReader data = new(log.Data.Span);
            return entry.Read(chainId, log, ref data);
        }
        catch (AbiException)
        {
            return null;
        }
    }

    static EscrowEvent.Registered? ReadRegistered(ulong chainId, LogEntry log, ref AbiReader data)
    {
        EscrowTerms terms = EscrowTerms.Read(chainId, log.Address, ref data);
        return terms.Id == log.Topics[1] ? new EscrowEvent.Registered(terms.Id, AddressIn(log.Topics[2]), terms) : null;
    }

    static EscrowEvent.Opened? ReadOpened(ulong chainId, LogEntry log, ref AbiReader data)
    {
        EscrowHeader header = EscrowHeader.Read(ref data);
        AbiReader items = data.ReadArray(out int count);
        if (count is 0 or > EscrowTerms.MaxLegs)
            return null;
        ImmutableArray<Hash32>.Builder hashes = ImmutableArray.CreateBuilder<Hash32>(count);
        for (int i = 0; i < count; i++)
            hashes.Add(items.ReadBytes32());
        ImmutableArray<Hash32> all = hashes.MoveToImmutable();
        return EscrowTerms.IdOf(chainId, log.Address, header, EscrowTerms.HashOf(all)) == log.Topics[1]
            ? new EscrowEvent.Opened(log.Topics[1], AddressIn(log.Topics[2]), header, all)
            : null;
    }

    static EscrowEvent.Withdrawn ReadWithdrawn(ulong chainId, LogEntry log, ref AbiReader data) =>
        new(log.Topics[1], ReadIndex(ref data), AddressIn(log.Topics[2]));

    static EscrowEvent.Refunded ReadRefunded(ulong chainId, LogEntry log, ref AbiReader data) =>
        new(log.Topics[1], ReadIndex(ref data), AddressIn(log.Topics[2]));

    static EscrowEvent.Cancelled? ReadCancelled(ulong chainId, LogEntry log, ref AbiReader data) =>
        data.ReadUInt8() is var how && how <= (byte)CancelledBy.Everyone
            ? new EscrowEvent.Cancelled(log.Topics[1], AddressIn(log.Topics[2]), (CancelledBy)how)
            : null;

    static int ReadIndex(ref AbiReader data)
    {
        int at = data.Position;
        ulong index = data.ReadUInt64();
        return index < EscrowTerms.MaxLegs ? (int)index : throw new AbiException("No settlement has so many legs", at);
    }

    static Address AddressIn(Hash32 topic)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        topic.CopyTo(word);
        return word[..12].ContainsAnyExcept((byte)0)
            ? throw new AbiException("The upper bytes of an address topic are not zero", 0)
            : new Address(word[12..]);
    }
}
