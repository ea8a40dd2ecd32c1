using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>A log as it is stored, decoded once: what is folded, and what stray transfers are compared with, is this event.</summary>
/// <param name="Log">Raw.</param>
/// <param name="Event">The escrow's event; null when it is none.</param>
/// <param name="Decoded">False when it is none of the known events, of the escrow or of a token.</param>
public readonly record struct MirrorLog(LogEntry Log, EscrowEvent? Event, bool Decoded)
{
    /// <summary>The settlement it belongs to; null for none.</summary>
    public Hash32? EscrowId => Event?.Id;

    /// <summary>Position in the chain.</summary>
    public LogPosition At => new(Log.BlockNumber, Log.TransactionHash, Log.LogIndex);
}

/// <summary>Tokens that came to the escrow without a deposit.</summary>
public sealed record StrayTransfer(LogEntry Log, TransferLog Transfer);

/// <summary>A block as it is stored, its logs understood as far as they can be.</summary>
public sealed record MirrorBlock(BlockHeader Header, string Proof, ImmutableArray<MirrorLog> Logs, ImmutableArray<StrayTransfer> Strays)
{
    /// <summary>Reads the logs of a block. Never throws, whatever they hold.</summary>
    public static MirrorBlock Of(long chainId, Address escrow, ReadBlock block)
    {
        ImmutableArray<MirrorLog> logs = Decode(chainId, escrow, block.Logs);
        return new MirrorBlock(block.Header, block.Proof, logs, StraysIn(escrow, logs));
    }

    /// <summary>Decodes logs of a block.</summary>
    internal static ImmutableArray<MirrorLog> Decode(long chainId, Address escrow, IReadOnlyList<LogEntry> logs)
    {
        ImmutableArray<MirrorLog>.Builder decoded = ImmutableArray.CreateBuilder<MirrorLog>(logs.Count);
        EscrowEvent?[] events = EscrowLogs.DecodeAll((ulong)chainId, escrow, logs);
        for (int i = 0; i < events.Length; i++)
            decoded.Add(new MirrorLog(logs[i], events[i], logs[i].Address == escrow ? events[i] is not null : IsTransfer(logs[i])));
        return decoded.MoveToImmutable();
    }

    /// <summary>Whether a log of another account is one of those that are understood: a token's Transfer, or one of ether.</summary>
    internal static bool IsTransfer(LogEntry log) => TransferLog.Read(log) is not null || EtherLog.Read(log) is not null;

    /// <summary>
    /// Transfers to the escrow that no deposit of the same transaction accounts for. Each deposit accounts for one transfer: of its depositor where
    /// there is one, else of the same token and amount.
    /// </summary>
    internal static ImmutableArray<StrayTransfer> StraysIn(Address escrow, ImmutableArray<MirrorLog> logs)
    {
        // No transfer, no stray.
        if (logs.All(log => log.Log.Address == escrow)) return [];
        ImmutableArray<StrayTransfer>.Builder strays = ImmutableArray.CreateBuilder<StrayTransfer>();
        foreach (IGrouping<Hash32, MirrorLog> transaction in logs.GroupBy(log => log.Log.TransactionHash))
        {
            List<StrayTransfer> open = [];
            List<EscrowEvent.Deposited> deposits = [];
            foreach (MirrorLog log in transaction)
            {
                if (log.Event is EscrowEvent.Deposited deposited) deposits.Add(deposited);
                else if (log.Log.Address != escrow && TransferLog.Read(log.Log) is { } transfer && !transfer.Amount.IsZero) open.Add(new StrayTransfer(log.Log, transfer));
            }
            foreach (bool bySender in (bool[])[true, false])
                deposits.RemoveAll(deposit => open.FindIndex(stray => Accounts(deposit, stray.Transfer, bySender)) is >= 0 and int found && Remove(open, found));
            strays.AddRange(open);
        }
        strays.Sort((one, other) => one.Log.LogIndex.CompareTo(other.Log.LogIndex));
        return strays.ToImmutable();
    }

    static bool Accounts(EscrowEvent.Deposited deposit, TransferLog transfer, bool bySender) =>
        deposit.Leg.Token == transfer.Token && (!bySender || deposit.From == transfer.Sender)
        && (transfer.TokenId is { } id ? deposit.Leg.Kind == TokenKind.Erc721 && deposit.Leg.TokenId == id : deposit.Leg.Amount == transfer.Amount);

    static bool Remove(List<StrayTransfer> open, int at)
    {
        open.RemoveAt(at);
        return true;
    }
}
