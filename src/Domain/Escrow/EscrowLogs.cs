using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Escrow;

/// <summary>Decodes the escrow's events from logs. A log of another event, or a malformed one, gives null and never an exception.</summary>
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

    static readonly Dictionary<Hash32, (EscrowEventKind Kind, int Topics)> Kinds = new()
    {
        [Registered] = (EscrowEventKind.Registered, 3),
        [Opened] = (EscrowEventKind.Opened, 3),
        [Deposited] = (EscrowEventKind.Deposited, 3),
        [Armed] = (EscrowEventKind.Armed, 3),
        [Withdrawn] = (EscrowEventKind.Withdrawn, 3),
        [Disarmed] = (EscrowEventKind.Disarmed, 2),
        [Executed] = (EscrowEventKind.Executed, 3),
        [Cancelled] = (EscrowEventKind.Cancelled, 3),
        [Refunded] = (EscrowEventKind.Refunded, 3),
        [SwapFailed] = (EscrowEventKind.SwapFailed, 2),
        [RefundFailed] = (EscrowEventKind.RefundFailed, 2),
    };

    /// <summary>The event of a log that the escrow of <paramref name="chainId"/> emitted.</summary>
    /// <remarks>
    /// The caller has checked that the log's address is the escrow's. Terms whose id is not the one in the topic are refused: the contract
    /// cannot have emitted them.
    /// </remarks>
    public static EscrowEvent? Decode(ulong chainId, LogEntry log) => TryRead(log, out EscrowReading reading, chainId) ? reading.ToEvent() : null;

    /// <summary>As <see cref="Decode"/>, with everything checked and nothing allocated.</summary>
    public static bool TryRead(ulong chainId, LogEntry log, out EscrowReading reading) => TryRead(log, out reading, chainId);

    /// <summary>
    /// The events of logs of a block, each checked and decoded as by <see cref="Decode"/>, the ids of all terms among them hashed together; null for what is
    /// none of the escrow's events, or not of the escrow.
    /// </summary>
    public static EscrowEvent?[] DecodeAll(ulong chainId, Address escrow, IReadOnlyList<LogEntry> logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        EscrowEvent?[] events = new EscrowEvent?[logs.Count];
        List<(ReadOnlyMemory<byte>, EscrowTerms.Place)> terms = [];
        List<(int At, EscrowReading Reading)> registered = [];
        for (int i = 0; i < events.Length; i++)
        {
            if (logs[i].Address != escrow || !TryRead(logs[i], out EscrowReading reading, out EscrowTerms.Place place, chainId, isKnown: false, isLater: true)) continue;
            if (reading.Kind != EscrowEventKind.Registered)
            {
                events[i] = reading.ToEvent();
                continue;
            }
            terms.Add((logs[i].Data, place));
            registered.Add((i, reading));
        }
        if (registered.Count == 0) return events;
        Hash32[] ids = EscrowTerms.IdsAt(chainId, escrow, terms);
        for (int i = 0; i < ids.Length; i++)
            if (registered[i].Reading.Id == ids[i]) events[registered[i].At] = registered[i].Reading.ToEvent();
        return events;
    }

    /// <summary>As <see cref="Decode"/> for a log that passed it before: the id in its topic is known to be that of its terms.</summary>
    public static EscrowEvent? DecodeKnown(ulong chainId, LogEntry log) => TryRead(log, out EscrowReading reading, chainId, isKnown: true) ? reading.ToEvent() : null;

    static bool TryRead(LogEntry log, out EscrowReading reading, ulong chainId, bool isKnown = false) =>
        TryRead(log, out reading, out _, chainId, isKnown, isLater: false);

    // isLater: the caller checks afterwards that the terms hash to the id in the topic.
    static bool TryRead(LogEntry log, out EscrowReading reading, out EscrowTerms.Place terms, ulong chainId, bool isKnown, bool isLater)
    {
        terms = default;
        ArgumentNullException.ThrowIfNull(log);
        reading = default;
        if (log.Topics.IsDefaultOrEmpty || !Kinds.TryGetValue(log.Topics[0], out (EscrowEventKind Kind, int Topics) known) || log.Topics.Length != known.Topics)
            return false;
        try
        {
            Hash32 id = log.Topics[1];
            Address account = known.Topics == 3 ? AddressIn(log.Topics[2]) : default;
            int index = -1;
            UInt256 number = default;
            ReadOnlySpan<byte> bytes = log.Data.Span;
            AbiReader data = new(bytes);
            switch (known.Kind)
            {
                case EscrowEventKind.Registered:
                    if (isKnown) break;
                    terms = EscrowTerms.Find(ref data);
                    if (!isLater && EscrowTerms.IdAt(chainId, log.Address, terms, bytes) != id) return false;
                    break;
                case EscrowEventKind.Opened:
                    EscrowHeader.Skip(ref data);
                    AbiReader items = data.ReadArray(out int count);
                    if (count is 0 or > EscrowTerms.MaxLegs) return false;
                    Hash32 legs = Keccak256.Hash(bytes.Slice(items.Position, count * Hash32.Size));
                    if (!isKnown && EscrowTerms.IdOf(chainId, log.Address, bytes[..(EscrowHeader.WordCount * 32)], legs) != id) return false;
                    break;
                case EscrowEventKind.Deposited or EscrowEventKind.Armed:
                    index = ReadIndex(ref data);
                    EscrowLeg.Skip(ref data);
                    break;
                case EscrowEventKind.Withdrawn or EscrowEventKind.Refunded or EscrowEventKind.Disarmed:
                    index = ReadIndex(ref data);
                    break;
                case EscrowEventKind.Executed:
                    number = data.ReadUInt64();
                    break;
                case EscrowEventKind.Cancelled:
                    byte how = data.ReadUInt8();
                    if (how > (byte)CancelledBy.Everyone) return false;
                    number = how;
                    break;
                default:
                    if (known.Kind == EscrowEventKind.RefundFailed) index = ReadIndex(ref data);
                    number = data.ReadUInt256();
                    data.ReadBytes();
                    break;
            }
            reading = new EscrowReading(known.Kind, id, account, index, number, chainId, log);
            return true;
        }
        catch (AbiException)
        {
            return false;
        }
    }

    internal static int ReadIndex(ref AbiReader data)
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
