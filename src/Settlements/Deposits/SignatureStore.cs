using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Npgsql;

namespace Keystone.Settlements.Deposits;

/// <summary>Signatures of depositors: the API adds them and cannot read them back, the keeper reads them.</summary>
public sealed class SignatureStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string LockOpen = """
        select s.state, s.closed_at is null and s.rollback_since is null and s.terms is not null
        from settlement.settlement s join settlement.visible_to v on v.settlement_id = s.id where s.id = $1 and v.environment_id = $2 for no key update of s
        """;

    const string Insert = """
        insert into settlement.signature (id, settlement_id, environment_id, kind, leg_index, signer, deadline, spender, value, nonce, signature, actor, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8::bytea, $9::text::numeric, $10::text::numeric, $11, $12, $13) on conflict do nothing
        """;

    /// <summary>What came of it.</summary>
    internal enum Kept
    {
        /// <summary>It is stored now.</summary>
        Added,

        /// <summary>The same was stored before.</summary>
        Repeated,

        /// <summary>The settlement has ended since it was read.</summary>
        Ended,

        /// <summary>It is new, and not allowed now.</summary>
        NotAllowed,
    }

    /// <summary>Stores a signature, with an event in the chains of its own side and of the operator. The other side must not learn what was signed.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="caller">Who sends it.</param>
    /// <param name="role">Role of the signer.</param>
    /// <param name="signature">The signature, verified.</param>
    /// <param name="isAllowed">Asked for a new one before it is kept: a repeat costs nothing.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    internal async Task<Kept> AddAsync(Guid settlement, Caller caller, string role, StoredSignature signature, Func<Task<bool>> isAllowed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        string state;
        await using (NpgsqlDataReader row = await Command(LockOpen, connection, settlement, caller.EnvironmentId).ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken) || !row.GetBoolean(1)) return Kept.Ended;
            state = row.GetString(0);
        }
        int added = await RunAsync(Insert, connection, cancellationToken, Guid.CreateVersion7(now), settlement, caller.EnvironmentId, NameOf(signature.Kind), signature.Leg, signature.Signer.ToBytes(),
            new ChainTime(signature.Deadline).ToInt64(), signature.Permit?.Spender.ToBytes(), signature.Permit?.Value.ToString(), signature.Permit?.Nonce.ToString(), signature.Bytes, caller.ClientId, now);
        if (added == 0) return Kept.Repeated;
        if (!await isAllowed()) return Kept.NotAllowed;
        AuditTrail trail = await AuditStore.ReadAsync(connection, settlement, cancellationToken);
        JsonObject details = new() { ["role"] = role, ["kind"] = NameOf(signature.Kind) };
        if (signature.Leg >= 0) details["leg_index"] = signature.Leg;
        trail.Append(new AuditEvent("signature", state, state, 0, now),
            reader => reader == caller.EnvironmentId || reader == AuditTrail.Operator ? new AuditContents("api", details, caller.ClientId) : null);
        await AuditStore.WriteAsync(connection, trail, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Kept.Added;
    }

    const string SelectOpen = """
        select distinct s.chain_id, s.escrow_id, s.environment_id from settlement.signature g join settlement.settlement s on s.id = g.settlement_id
        where s.closed_at is null and s.escrow_id is not null
        """;

    /// <summary>Escrows of open settlements for which there are signatures, with the environment that instructed each.</summary>
    public async Task<IReadOnlyList<(long ChainId, Hash32 Escrow, Guid Environment)>> OpenAsync(CancellationToken cancellationToken)
    {
        List<(long, Hash32, Guid)> open = [];
        await using NpgsqlCommand select = Command(SelectOpen);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) open.Add((rows.GetInt64(0), rows.GetHash(1), rows.GetGuid(2)));
        return open;
    }

    // The newest counts: whoever signs again, with a later deadline or another nonce, means that one.
    const string SelectNewest = """
        select distinct on (s.escrow_id, g.kind, g.leg_index, g.signer) s.escrow_id, g.kind, g.leg_index, g.signer, g.deadline, g.spender, g.value::text, g.nonce::text, g.signature
        from settlement.settlement s join settlement.signature g on g.settlement_id = s.id
        where s.chain_id = $1 and s.escrow_id = any($2) order by s.escrow_id, g.kind, g.leg_index, g.signer, g.created_at desc, g.id desc
        """;

    /// <summary>The newest signature of each kind, leg and signer, by escrow.</summary>
    public async Task<ILookup<Hash32, StoredSignature>> OfAsync(long chainId, IReadOnlyCollection<Hash32> escrows, CancellationToken cancellationToken)
    {
        List<(Hash32 Escrow, StoredSignature Signature)> found = [];
        await using NpgsqlCommand select = Command(SelectNewest, chainId, escrows.Select(escrow => escrow.ToBytes()).ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add((row.GetHash(0), new StoredSignature(KindOf(row.GetString(1)), row.GetInt32(2), Wallet(row, 3)!.Value, ChainTime.FromInt64(row.GetInt64(4)).Seconds,
                Wallet(row, 5) is { } spender ? new PermitTerms(spender, UInt256.Parse(row.GetString(6)), UInt256.Parse(row.GetString(7))) : null, row.GetFieldValue<byte[]>(8))));
        return found.ToLookup(one => one.Escrow, one => one.Signature);
    }

    /// <summary>A kind as requests and rows name it.</summary>
    public static string NameOf(SignatureKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="NameOf"/> gave.</summary>
    public static SignatureKind KindOf(string name) => Enum.Parse<SignatureKind>(name, ignoreCase: true);
}
