using Keystone.Compliance.Providers;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Screening;

/// <summary>
/// Use case of the keeper: a provider that sends a worse result about a check that was answered has the party screened again while its settlement is live. Each result is looked at once;
/// one that is better changes nothing.
/// </summary>
public sealed class ApplyLaterResults(NpgsqlDataSource database, ProviderResultStore results, WakeSignals signals, TimeProvider time) : SqlStore(database)
{
    /// <summary>Looks at the results that came since; how many parties are screened again.</summary>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        int asked = 0;
        foreach (LaterResult result in await results.LaterAsync(cancellationToken))
            if (await ApplyAsync(result, cancellationToken)) asked++;
        if (asked == 0) return 0;
        signals.Raise(WakeSignals.Screening);
        signals.Raise(WakeSignals.Engine);
        return asked;
    }

    async Task<bool> ApplyAsync(LaterResult result, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        RescreenStore.Locked? live = result.IsWorse ? await RescreenStore.LockAsync(connection, result.SettlementId, cancellationToken) : null;
        // Another keeper was first.
        if (!await ProviderResultStore.SeenAsync(connection, result, now, cancellationToken)) return false;
        bool asks = live is { } state && await RescreenStore.AskAsync(connection, result.SettlementId, state, [result.PartyId], result.CheckId, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return asks;
    }
}
