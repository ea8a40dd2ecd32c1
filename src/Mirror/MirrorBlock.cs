using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Domain.Escrow;

namespace Keystone.Mirror;

/// <summary>A log as it is stored.</summary>
/// <param name="Log">Raw.</param>
/// <param name="Decoded">False when it is none of the known events.</param>
/// <param name="EscrowId">The settlement it belongs to; null for none.</param>
public readonly record struct MirrorLog(LogEntry Log, bool Decoded, Hash32? EscrowId);

/// <summary>Tokens that came to the escrow without a deposit.</summary>
public sealed record StrayTransfer(LogEntry Log, TransferLog Transfer);

/// <summary>A block as it is stored, its logs understood as far as they can be.</summary>
public sealed record MirrorBlock(BlockHeader Header, string Proof, ImmutableArray<MirrorLog> Logs, ImmutableArray<StrayTransfer> Strays)
{
    /// <summary>Reads the logs of a block. Never throws, whatever they hold.</summary>
    public static MirrorBlock Of(long chainId, Address escrow, ReadBlock block)
    {
        ImmutableArray<MirrorLog>.Builder logs = ImmutableArray.CreateBuilder<MirrorLog>(block.Logs.Length);
        Hash32?[] ids = EscrowLogs.IdsIn((ulong)chainId, escrow, block.Logs);
        for (int i = 0; i < ids.Length; i++)
        {
            LogEntry log = block.Logs[i];
            logs.Add(new MirrorLog(log, log.Address == escrow ? ids[i] is not null : IsTransfer(log), ids[i]));
        }
        return new MirrorBlock(block.Header, block.Proof, logs.MoveToImmutable(), StraysIn(chainId, escrow, block.Logs));
    }

    /// <summary>Whether a log of another account is one of those that are understood: a token's Transfer, or one of ether.</summary>
    public static bool IsTransfer(LogEntry log) => TransferLog.Read(log) is not null || EtherLog.Read(log) is not null;

    /// <summary>
    /// Transfers to the escrow that no deposit of the same transaction accounts for. Each deposit accounts for one transfer: of its depositor where
    /// there is one, else of the same token and amount.
    /// </summary>
    public static ImmutableArray<StrayTransfer> StraysIn(long chainId, Address escrow, IReadOnlyCollection<LogEntry> logs)
    {
        // No transfer, no stray.
        if (logs.All(log => log.Address == escrow)) return [];
        ImmutableArray<StrayTransfer>.Builder strays = ImmutableArray.CreateBuilder<StrayTransfer>();
        foreach (IGrouping<Hash32, LogEntry> transaction in logs.GroupBy(log => log.TransactionHash))
        {
            List<StrayTransfer> open = [];
            List<EscrowEvent.Deposited> deposits = [];
            foreach (LogEntry log in transaction)
            {
                if (log.Address == escrow)
                {
                    if (EscrowLogs.Decode((ulong)chainId, log) is EscrowEvent.Deposited deposited) deposits.Add(deposited);
                }
                else if (TransferLog.Read(log) is { } transfer && !transfer.Amount.IsZero)
                {
                    open.Add(new StrayTransfer(log, transfer));
                }
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
