using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Advance;

/// <summary>Reads the state of settlements that their transactions depend on.</summary>
public sealed class TransactionSubjectStore(NpgsqlDataSource database)
{
    const string OfSql = """
        select s.escrow_id, s.terms, s.rollback_since is not null, s.closed_at is not null,
               s.compliance_status in ('checking', 'review', 'failed')
                 or exists (select from settlement.pause w where w.lifted_at is null and (w.scope = 'all' or w.escrow_id = s.escrow_id
                 or w.environment_id in (select v.environment_id from settlement.visible_to v where v.settlement_id = s.id)
                 or (w.chain_id = s.chain_id and w.token in (
                   select i.address from settlement.leg g join settlement.instrument i on i.id = g.instrument_id where g.settlement_id = s.id))))
        from settlement.settlement s
        where s.chain_id = @chain and s.escrow_id = any(@ids)
        """;

    /// <summary>The settlements with these escrow ids; an id without settlement is left out.</summary>
    public async Task<IReadOnlyDictionary<Hash32, TransactionSubject>> OfAsync(
        long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(OfSql);
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("ids", ids.Select(id => id.ToBytes()).ToArray());
        Dictionary<Hash32, TransactionSubject> found = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found[row.GetHash(0)] = new TransactionSubject(
                EscrowTerms.Decode(row.GetFieldValue<byte[]>(1)), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4));
        return found;
    }
}
