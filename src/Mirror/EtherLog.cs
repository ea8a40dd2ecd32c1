using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>A log that the protocol itself emits when ether moves (EIP-7708, since Amsterdam). It has the form of an EIP-20 Transfer of a token that does not exist.</summary>
/// <param name="Sender">Account that the ether came from.</param>
/// <param name="Amount">Wei.</param>
public readonly record struct EtherLog(Address Sender, UInt256 Amount)
{
    /// <summary>The address of such logs. It has no contract and no known key.</summary>
    public static readonly Address By = Address.Parse("0xfffffffffffffffffffffffffffffffffffffffe");

    /// <summary>Reads a log; null when it is none of ether that moved.</summary>
    public static EtherLog? Read(LogEntry log)
    {
        if (log.Address != By || log.Topics.Length != 3 || log.Topics[0] != TransferLog.Topic || log.Data.Length != UInt256.Size) return null;
        Span<byte> word = stackalloc byte[Hash32.Size];
        log.Topics[1].CopyTo(word);
        return new EtherLog(new Address(word[12..]), new UInt256(log.Data.Span));
    }

    /// <summary>Logs among these, all of them read for one escrow, of ether that was moved to it. The escrow accepts none: it was forced on it.</summary>
    public static IEnumerable<(LogEntry Log, EtherLog Ether)> In(ImmutableArray<MirrorLog> logs)
    {
        foreach (MirrorLog log in logs)
            if (log.Log.Address == By && Read(log.Log) is { } ether) yield return (log.Log, ether);
    }
}
