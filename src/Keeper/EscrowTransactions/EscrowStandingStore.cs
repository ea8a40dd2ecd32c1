using Keystone.Ethereum;
using Keystone.Domain.Escrow;
using Npgsql;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>Reads what the escrow plan needs, in one statement and so at one revision of the mirror.</summary>
internal sealed class EscrowStandingStore(NpgsqlDataSource database)
{
    const string OfSql = """
        select s.escrow_id, s.terms, coalesce(e.state, 0)::int, coalesce(e.registered, false), p.head_time,
               s.rollback_since is not null, s.closed_at is not null, p.halted is not null,
               array(select l.leg_index::int from chain.escrow_leg l
                     where l.chain_id = s.chain_id and l.escrow_id = s.escrow_id order by l.leg_index),
               array(select l.status from chain.escrow_leg l
                     where l.chain_id = s.chain_id and l.escrow_id = s.escrow_id order by l.leg_index),
               s.compliance_status in ('checking', 'review', 'failed')
                 or exists (select from settlement.pause w where w.lifted_at is null and (w.scope = 'all' or w.escrow_id = s.escrow_id
                 or w.environment_id in (select v.environment_id from settlement.visible_to v where v.settlement_id = s.id)
                 or (w.chain_id = s.chain_id and w.token in (
                   select i.address from settlement.leg g join settlement.instrument i on i.id = g.instrument_id where g.settlement_id = s.id))))
        from settlement.settlement s
        join chain.position p on p.chain_id = s.chain_id
        left join chain.escrow e on e.chain_id = s.chain_id and e.escrow_id = s.escrow_id
        where s.chain_id = @chain and s.escrow_id = any(@ids)
        """;

    /// <summary>Standing of the settlements with these escrow ids; an id without settlement is left out.</summary>
    public async Task<IReadOnlyDictionary<Hash32, EscrowStanding>> OfAsync(
        long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(OfSql);
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("ids", ids.Select(id => id.ToBytes()).ToArray());
        Dictionary<Hash32, EscrowStanding> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            int[] indices = reader.GetFieldValue<int[]>(8);
            string[] statuses = reader.GetFieldValue<string[]>(9);
            Dictionary<int, LegStatus> legs = [];
            for (int i = 0; i < indices.Length; i++) legs[indices[i]] = Enum.Parse<LegStatus>(statuses[i], ignoreCase: true);
            found[new Hash32(reader.GetFieldValue<byte[]>(0))] = new EscrowStanding(
                EscrowTerms.Decode(reader.GetFieldValue<byte[]>(1)), (EscrowState)reader.GetInt32(2), reader.GetBoolean(3), legs,
                reader.GetInt64(4), reader.GetBoolean(5), reader.GetBoolean(6), reader.GetBoolean(7), reader.GetBoolean(10));
        }
        return found;
    }
}
