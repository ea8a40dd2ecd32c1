using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Escrow;

/// <summary>The escrow's events. Each is a case of <see cref="EscrowEvent"/>.</summary>
public enum EscrowEventKind
{
    /// <summary><see cref="EscrowEvent.Registered"/>.</summary>
    Registered,

    /// <summary><see cref="EscrowEvent.Opened"/>.</summary>
    Opened,

    /// <summary><see cref="EscrowEvent.Deposited"/>.</summary>
    Deposited,

    /// <summary><see cref="EscrowEvent.Armed"/>.</summary>
    Armed,

    /// <summary><see cref="EscrowEvent.Withdrawn"/>.</summary>
    Withdrawn,

    /// <summary><see cref="EscrowEvent.Disarmed"/>.</summary>
    Disarmed,

    /// <summary><see cref="EscrowEvent.Executed"/>.</summary>
    Executed,

    /// <summary><see cref="EscrowEvent.Cancelled"/>.</summary>
    Cancelled,

    /// <summary><see cref="EscrowEvent.Refunded"/>.</summary>
    Refunded,

    /// <summary><see cref="EscrowEvent.SwapFailed"/>.</summary>
    SwapFailed,

    /// <summary><see cref="EscrowEvent.RefundFailed"/>.</summary>
    RefundFailed,
}

/// <summary>
/// A log of the escrow that was read and checked in full. It holds the members at fixed offsets; legs, terms and reasons stay in the log until
/// <see cref="ToEvent"/>.
/// </summary>
public readonly struct EscrowReading
{
    readonly UInt256 _number;
    readonly ulong _chainId;
    readonly LogEntry _log;

    internal EscrowReading(EscrowEventKind kind, Hash32 id, Address account, int index, UInt256 number, ulong chainId, LogEntry log) =>
        (Kind, Id, Account, Index, _number, _chainId, _log) = (kind, id, account, index, number, chainId, log);

    /// <summary>Which event.</summary>
    public EscrowEventKind Kind { get; }

    /// <summary>The settlement's id on the chain.</summary>
    public Hash32 Id { get; }

    /// <summary>Who called, deposited or received; zero where the event names nobody.</summary>
    public Address Account { get; }

    /// <summary>The leg; -1 where the event is about none.</summary>
    public int Index { get; }

    /// <summary>The event with all it says.</summary>
    public EscrowEvent ToEvent()
    {
        AbiReader data = new(_log.Data.Span);
        switch (Kind)
        {
            case EscrowEventKind.Registered: return new EscrowEvent.Registered(Id, Account, EscrowTerms.ReadKnown(_chainId, _log.Address, Id, ref data));
            case EscrowEventKind.Opened:
                EscrowHeader header = EscrowHeader.Read(ref data);
                AbiReader items = data.ReadArray(out int count);
                ImmutableArray<Hash32>.Builder hashes = ImmutableArray.CreateBuilder<Hash32>(count);
                for (int i = 0; i < count; i++) hashes.Add(items.ReadBytes32());
                return new EscrowEvent.Opened(Id, Account, header, hashes.MoveToImmutable());
            case EscrowEventKind.Deposited or EscrowEventKind.Armed:
                EscrowLogs.ReadIndex(ref data);
                EscrowLeg leg = EscrowLeg.Read(ref data);
                return Kind == EscrowEventKind.Deposited ? new EscrowEvent.Deposited(Id, Account, Index, leg) : new EscrowEvent.Armed(Id, Account, Index, leg);
            case EscrowEventKind.Withdrawn: return new EscrowEvent.Withdrawn(Id, Index, Account);
            case EscrowEventKind.Disarmed: return new EscrowEvent.Disarmed(Id, Index);
            case EscrowEventKind.Executed: return new EscrowEvent.Executed(Id, Account, (ulong)_number);
            case EscrowEventKind.Cancelled: return new EscrowEvent.Cancelled(Id, Account, (CancelledBy)(byte)(ulong)_number);
            case EscrowEventKind.Refunded: return new EscrowEvent.Refunded(Id, Index, Account);
            default:
                if (Kind == EscrowEventKind.RefundFailed) data.ReadUInt256();
                data.ReadUInt256();
                ImmutableArray<byte> reason = [.. data.ReadBytes()];
                return Kind == EscrowEventKind.SwapFailed
                    ? new EscrowEvent.SwapFailed(Id, _number, reason)
                    : new EscrowEvent.RefundFailed(Id, Index, _number, reason);
        }
    }
}
