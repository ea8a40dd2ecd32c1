using Keystone.Ethereum;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Deposits;

/// <summary>Reads and adds the intents that relay signatures.</summary>
public sealed class RelayStore(NpgsqlDataSource database, IntentStore intents)
{
    /// <summary>Intents of some escrows.</summary>
    public async Task<ILookup<Hash32, Intent>> ReadAsync(long chainId, IReadOnlyList<Hash32> escrows, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return (await intents.OfSubjectsAsync(connection, null, chainId, escrows, cancellationToken)).ToLookup(intent => intent.Name.Subject);
    }

    /// <summary>Adds an intent, or reopens one that had come to an end; true if anything changed.</summary>
    /// <param name="name">Name of the intent.</param>
    /// <param name="until">Last block time at which it is of use.</param>
    /// <param name="priority">Higher goes first.</param>
    /// <param name="lane">Environment whose it is.</param>
    /// <param name="traceparent">W3C trace context of the request that made the settlement; null for none.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> WantAsync(IntentName name, ChainTime until, int priority, Guid lane, string? traceparent, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return await intents.WantAsync(connection, null, name, until, priority, null, cancellationToken, lane, traceparent);
    }
}
