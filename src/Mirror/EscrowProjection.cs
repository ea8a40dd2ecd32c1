using Keystone.Ethereum;
using Keystone.Domain.Escrow;

namespace Keystone.Mirror;

/// <summary>Folds canonical logs into the records of settlements.</summary>
public static class EscrowProjection
{
    /// <summary>Records of the logs' settlements that have a state. The logs are decoded ones of the mirror, those of each settlement in chain order.</summary>
    public static IReadOnlyCollection<EscrowRecord> Fold(long chainId, IEnumerable<LogEntry> logs)
    {
        Dictionary<Hash32, EscrowRecord> records = [];
        foreach (LogEntry log in logs)
        {
            if (EscrowLogs.DecodeKnown((ulong)chainId, log) is not { } happened) continue;
            EscrowRecord? folded =
                EscrowFold.Apply(records.GetValueOrDefault(happened.Id), happened, new LogPosition(log.BlockNumber, log.TransactionHash, log.LogIndex));
            if (folded is not null) records[happened.Id] = folded;
        }
        // None: only what a contract cannot say without having opened it; there is nothing to show.
        return [.. records.Values.Where(record => record.State != EscrowState.None).OrderBy(record => record.Id)];
    }
}
