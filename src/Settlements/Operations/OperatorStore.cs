using Keystone.Postgres;
using Keystone.Settlements.Read;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>What the operator reads of settlements, whosever they are.</summary>
internal sealed class OperatorStore(NpgsqlDataSource database, SettlementReadStore reads) : SqlStore(database)
{
    const string SelectOwner = "select environment_id, attempts, last_error, due_at from settlement.settlement where id = $1";

    /// <summary>A settlement; null when there is none.</summary>
    public async Task<OperatorSettlementView?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        Guid owner;
        int attempts;
        string? error;
        DateTimeOffset? due;
        await using (NpgsqlCommand select = Command(SelectOwner, id))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return null;
            (owner, attempts, error, due) = (row.GetGuid(0), row.GetInt32(1), Text(row, 2), Time(row, 3));
        }
        if (await reads.FindAsync(owner, id, cancellationToken) is not { } record) return null;
        SettlementView seen = SettlementViewer.View(record, owner);
        // The operator reads every party as its own platform does.
        SettlementView all = seen with
        {
            Parties = [.. seen.Parties.Zip(record.Parties, (view, party) => view with
            {
                EnvironmentId = party.EnvironmentId,
                Name = party.Name,
                ExternalReference = party.ExternalReference,
                AssetProvider = party.AssetProvider,
                Lei = party.Lei,
                DateOfBirth = party.DateOfBirth,
                Country = party.Country,
                WalletAddress = party.Wallet?.ToString(),
                ReceiveAddress = party.Receive?.ToString(),
                RefundAddress = party.Refund?.ToString(),
            })],
        };
        return new OperatorSettlementView(all, record.Owner.PlatformName, record.Owner.PlatformSlug, record.Owner.Slug, record.Readers, attempts, error, due);
    }

    const string CountEnded = "select count(*) from settlement.settlement where closed_at is not null";

    /// <summary>How many settlements have ended.</summary>
    public async Task<long> EndedAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Command(CountEnded);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    const string SelectMoves = """
        select from_state, to_state, count(*) from settlement.event
        where environment_id = '00000000-0000-0000-0000-000000000000' and type = 'state' and created_at >= $1 group by 1, 2 order by 3 desc, 2, 1
        """;

    /// <summary>How often settlements moved since a time.</summary>
    public async Task<IReadOnlyList<TransitionCount>> MovesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        List<TransitionCount> moves = [];
        await using NpgsqlCommand select = Command(SelectMoves, since.ToUniversalTime());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) moves.Add(new TransitionCount(Text(row, 0), row.GetString(1), row.GetInt64(2)));
        return moves;
    }

    const string SelectState = "select state, outcome from settlement.settlement where id = $1";

    /// <summary>State and outcome of a settlement; null when there is none.</summary>
    public async Task<(string State, string? Outcome)?> StateAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectState, id);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetString(0), Text(row, 1)) : null;
    }
}
