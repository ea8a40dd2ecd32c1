using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>Use case of the operator: what the transaction manager has to do, and what it has given up.</summary>
public sealed class ListIntents : SqlStore
{
    const int CountLimit = 10_000;

    const string SelectSettlements = "select escrow_id, id from settlement.settlement where escrow_id = any($1)";

    readonly IntentStore _intents;

    internal ListIntents(NpgsqlDataSource database, IntentStore intents) : base(database) => _intents = intents;

    /// <summary>States that can be asked for.</summary>
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetNames<IntentState>().Select(name => name.ToLowerInvariant())];

    /// <summary>Those that are open, and those that failed: what is listed when no state is named.</summary>
    public static IReadOnlyList<string> OpenStates { get; } = ["wanted", "resting", "failed"];

    /// <summary>A page, the earliest due first.</summary>
    /// <param name="states">Of <see cref="States"/>.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="offset">Rows to skip.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>The rows, and how many match; that number ends at 10,001.</returns>
    public async Task<Page<IntentView>> ExecuteAsync(IReadOnlyList<string> states, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        (IReadOnlyList<(Guid Id, IntentProgress Intent)> items, long total) = await _intents.ListAsync(
            connection, [.. states.Select(state => Enum.Parse<IntentState>(state, ignoreCase: true))], limit, offset, cancellationToken);
        Dictionary<Hash32, Guid> settlements = [];
        await using (NpgsqlCommand select = Command(SelectSettlements, connection, new object[] { items.Select(one => one.Intent.Name.Subject.ToBytes()).ToArray() }))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) settlements[row.GetHash(0)] = row.GetGuid(1);
        return new Page<IntentView>([.. items.Select(one => new IntentView(
            one.Id, settlements.TryGetValue(one.Intent.Name.Subject, out Guid settlement) ? settlement : null, one.Intent.Name.ChainId, one.Intent.Name.Purpose, one.Intent.Name.Subject.ToString(),
            one.Intent.Name.Part < 0 ? null : one.Intent.Name.Part, one.Intent.State.ToString().ToLowerInvariant(), one.Intent.Attempts, one.Intent.LastReason, one.Intent.DueAt, one.Intent.CreatedAt,
            one.Intent.Transaction?.ToString()))], Math.Min(total, CountLimit), total > CountLimit);
    }
}
