using Keystone.Ethereum;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Settlements.Operations;

/// <summary>What a pause covers.</summary>
/// <param name="Scope"><c>all</c>, <c>environment</c>, <c>token</c> or <c>settlement</c>.</param>
/// <param name="Environment">Of scope <c>environment</c>.</param>
/// <param name="ChainId">Chain of a token.</param>
/// <param name="Token">Of scope <c>token</c>.</param>
/// <param name="EscrowId">Of scope <c>settlement</c>.</param>
public sealed record PauseScope(string Scope, Guid? Environment = null, long? ChainId = null, Address? Token = null, Hash32? EscrowId = null)
{
    /// <summary>Everything.</summary>
    public static PauseScope All { get; } = new("all");

    /// <summary>All settlements of an environment.</summary>
    public static PauseScope OfEnvironment(Guid environment) => new("environment", Environment: environment);

    /// <summary>All settlements that move a token.</summary>
    public static PauseScope OfToken(long chainId, Address token) => new("token", ChainId: chainId, Token: token);

    /// <summary>One settlement.</summary>
    public static PauseScope OfSettlement(Hash32 escrowId) => new("settlement", EscrowId: escrowId);
}

/// <summary>A pause that is in force.</summary>
/// <param name="Id">Names it when it is lifted.</param>
/// <param name="What">What it covers.</param>
/// <param name="Reason">Why.</param>
/// <param name="SetBy"><c>operator</c> or <c>reconciler</c>.</param>
/// <param name="CreatedAt">Since when, UTC.</param>
public sealed record Pause(Guid Id, PauseScope What, string Reason, string SetBy, DateTimeOffset CreatedAt);

/// <summary>The stop button: registrations and swaps can be paused, cancellations and refunds never.</summary>
public sealed class PauseStore(NpgsqlDataSource database, TimeProvider time)
{
    const string InsertSql = """
        insert into settlement.pause (id, scope, environment_id, chain_id, token, escrow_id, reason, set_by, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing
        """;

    /// <summary>Sets a pause; false when the same scope is paused already.</summary>
    /// <param name="what">What it covers.</param>
    /// <param name="reason">Reason, shown to operators.</param>
    /// <param name="setBy"><c>operator</c> or <c>reconciler</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> SetAsync(PauseScope what, string reason, string setBy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(what);
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlCommand insert = database.CreateCommand(InsertSql);
        insert.Parameters.Add(new() { Value = Guid.CreateVersion7(now) });
        insert.Parameters.Add(new() { Value = what.Scope });
        insert.Parameters.Add(new() { Value = (object?)what.Environment ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        insert.Parameters.Add(new() { Value = (object?)what.ChainId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        insert.Parameters.Add(new() { Value = (object?)what.Token?.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        insert.Parameters.Add(new() { Value = (object?)what.EscrowId?.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        insert.Parameters.Add(new() { Value = reason });
        insert.Parameters.Add(new() { Value = setBy });
        insert.Parameters.Add(new() { Value = now });
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string LiftSql = "update settlement.pause set lifted_at = $2 where id = $1 and lifted_at is null";

    /// <summary>Lifts a pause; false when there is none in force of that id.</summary>
    public async Task<bool> LiftAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand lift = database.CreateCommand(LiftSql);
        lift.Parameters.Add(new() { Value = id });
        lift.Parameters.Add(new() { Value = time.GetUtcNow() });
        return await lift.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    const string ActiveSql = """
        select id, scope, environment_id, chain_id, token, escrow_id, reason, set_by, created_at from settlement.pause where lifted_at is null order by created_at
        """;

    /// <summary>All pauses in force, oldest first.</summary>
    public async Task<IReadOnlyList<Pause>> ActiveAsync(CancellationToken cancellationToken)
    {
        List<Pause> active = [];
        await using NpgsqlCommand read = database.CreateCommand(ActiveSql);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            active.Add(new Pause(
                row.GetGuid(0),
                new PauseScope(row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.IsDBNull(3) ? null : row.GetInt64(3),
                    row.IsDBNull(4) ? null : new Address(row.GetFieldValue<byte[]>(4)), row.IsDBNull(5) ? null : new Hash32(row.GetFieldValue<byte[]>(5))),
                row.GetString(6), row.GetString(7), row.GetFieldValue<DateTimeOffset>(8)));
        return active;
    }
}
