using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Mirror;

/// <summary>
/// The mirror's read side: what other rooms know of the chain. Schema <c>chain</c> is read here and nowhere else, and logs come out of it as the
/// values that they were decoded to when they were written.
/// </summary>
/// <remarks>
/// Position and escrows of one call are of one statement, and so of one revision. Two calls see two revisions, unless the caller's transaction is
/// <c>repeatable read</c>.
/// </remarks>
public sealed class MirrorReader(NpgsqlDataSource database)
{
    // Blocks behind the head in which an ended escrow is still compared with the contract.
    const int RecentBlocks = 3;

    const int MostSteps = 1_000;

    const string PositionColumns =
        "p.genesis_hash, p.escrow, p.code_hash, p.revision, p.number, p.head_time, p.finalized, p.finalized_time, p.halted, p.hash";

    const string EscrowColumns = """
        e.escrow_id, e.state::int, e.reference, e.deadline, e.opened_block, e.registered_block, e.registered_tx, e.executed_block, e.executed_tx,
          e.cancelled_block, e.cancelled_tx, l.status, l.block, l.tx, l.log_index, l.deposit_block, l.deposit_tx, l.deposit_log_index
        """;

    const string Legs = """
        left join lateral unnest(e.legs) with ordinality
          l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, deposit_block, deposit_tx, deposit_log_index, place) on true
        """;

    const string ReadSql = $"""
        select {PositionColumns}, {EscrowColumns}
        from chain.position p
        left join chain.escrow e on e.chain_id = p.chain_id and e.escrow_id = any($2)
        {Legs}
        where p.chain_id = $1 order by e.escrow_id, l.place
        """;

    static readonly string ReadOneSql = SqlStore.OfOne(ReadSql);

    /// <summary>Position and escrows at one revision, in the caller's transaction; null when the database does not know the chain.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="ids">Escrow ids; none for the position alone.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<MirrorView?> ReadAsync(NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { Of(chainId, ids) } };
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(rows, chainId, cancellationToken);
    }

    /// <summary>The query for a batch; <see cref="ReadAsync(NpgsqlDataReader, long, CancellationToken)"/> reads its rows.</summary>
    public static NpgsqlBatchCommand Of(long chainId, IReadOnlyCollection<Hash32> ids) =>
        ids.Count == 1 ? SqlStore.BatchCommand(ReadOneSql, chainId, ids.First().ToBytes()) : SqlStore.BatchCommand(ReadSql, chainId, ids.Select(id => id.ToBytes()).ToArray());

    /// <summary>Reads the rows of <see cref="Of"/>; null when the database does not know the chain.</summary>
    public static async Task<MirrorView?> ReadAsync(NpgsqlDataReader row, long chainId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!await row.ReadAsync(cancellationToken)) return null;
        ChainIdentity identity = new(chainId, row.GetHash(0), row.GetAddress(1), row.GetHash(2));
        ChainHead head = ReadHead(row, 3);
        Dictionary<Hash32, EscrowSnapshot> escrows = [];
        foreach (EscrowSnapshot escrow in await EscrowRows.ReadAsync(row, 10, isOnRow: true, cancellationToken)) escrows.Add(escrow.Id, escrow);
        return new MirrorView(identity, head, escrows);
    }

    /// <summary>As the other, on a connection of its own.</summary>
    public async Task<MirrorView?> ReadAsync(long chainId, IReadOnlyCollection<Hash32> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadAsync(connection, chainId, ids, cancellationToken);
    }

    const string HaltsSql = "select chain_id, halted from chain.position where halted is not null";

    /// <summary>Chains whose mirror is halted, each with the reason.</summary>
    public async Task<IReadOnlyDictionary<long, string>> HaltsAsync(CancellationToken cancellationToken)
    {
        Dictionary<long, string> halts = [];
        await using NpgsqlCommand command = database.CreateCommand(HaltsSql);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) halts.Add(row.GetInt64(0), row.GetString(1));
        return halts;
    }

    const string BlocksSql = "select number, hash, timestamp from chain.block where chain_id = @chain and canonical and number = any(@numbers)";

    /// <summary>
    /// Canonical blocks at these heights, in the caller's transaction. The mirror keeps every block above finality and those with logs below it: other
    /// heights are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, MirroredBlock>> ReadBlocksAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        Dictionary<long, MirroredBlock> blocks = [];
        if (numbers.Count == 0) return blocks;
        await using NpgsqlCommand command = Command(connection, BlocksSql, chainId);
        command.Parameters.AddWithValue("numbers", numbers.ToArray());
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) blocks.Add(row.GetInt64(0), new MirroredBlock(row.GetHash(1), ChainTime.FromInt64(row.GetInt64(2))));
        return blocks;
    }

    /// <summary>As the other, on a connection of its own.</summary>
    public async Task<IReadOnlyDictionary<long, MirroredBlock>> ReadBlocksAsync(long chainId, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReadBlocksAsync(connection, chainId, numbers, cancellationToken);
    }

    const string StrayColumns = """
        select t.chain_id, t.number, t.block_hash, t.tx_hash, t.log_index, t.token, t.sender, t.amount from chain.stray_transfer t
        join chain.block b on b.hash = t.block_hash and b.canonical
        """;

    const string StraysSql = StrayColumns + " order by t.chain_id, t.number desc, t.log_index desc limit @most offset @skip";

    const string CountStraysSql = "select count(*) from chain.stray_transfer t join chain.block b on b.hash = t.block_hash and b.canonical";

    /// <summary>Tokens that came to an escrow without a deposit, newest first: nobody can send them back. Amounts in smallest units.</summary>
    /// <returns>A page of them, and how many there are.</returns>
    public async Task<(IReadOnlyList<MirroredStray> Strays, long Total)> ReadStraysAsync(int most, int skip, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = database.CreateCommand(CountStraysSql);
        long total = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        await using NpgsqlCommand command = database.CreateCommand(StraysSql);
        command.Parameters.AddWithValue("most", most);
        command.Parameters.AddWithValue("skip", skip);
        return (await StraysAsync(command, cancellationToken), total);
    }

    const string StraysOfSql = StrayColumns + """
         where t.chain_id = @chain and t.token = any(@tokens) and t.sender = any(@senders) order by t.number desc, t.log_index desc limit @most
        """;

    /// <summary>Those of some tokens that some accounts sent, newest first.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="tokens">Token contracts.</param>
    /// <param name="senders">Accounts.</param>
    /// <param name="most">Strays at most.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<MirroredStray>> ReadStraysAsync(
        long chainId, IEnumerable<Address> tokens, IEnumerable<Address> senders, int most, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(StraysOfSql);
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("tokens", tokens.Select(token => token.ToBytes()).ToArray());
        command.Parameters.AddWithValue("senders", senders.Select(sender => sender.ToBytes()).ToArray());
        command.Parameters.AddWithValue("most", most);
        return await StraysAsync(command, cancellationToken);
    }

    // No more than a word: a token of anybody's can report any amounts.
    const string StraySumsSql = """
        select t.token, least(sum(t.amount), 115792089237316195423570985008687907853269984665640564039457584007913129639935) from chain.stray_transfer t join chain.block b on b.hash = t.block_hash and b.canonical where t.chain_id = @chain group by t.token
        """;

    /// <summary>How much of each token came to the escrow without a deposit in all, in the caller's transaction. Of an ERC-721 contract the number of tokens.</summary>
    public async Task<IReadOnlyDictionary<Address, UInt256>> ReadStraySumsAsync(NpgsqlConnection connection, long chainId, CancellationToken cancellationToken)
    {
        Dictionary<Address, UInt256> sums = [];
        await using NpgsqlCommand command = Command(connection, StraySumsSql, chainId);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) sums.Add(row.GetAddress(0), row.GetAmount(1));
        return sums;
    }

    static async Task<IReadOnlyList<MirroredStray>> StraysAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        List<MirroredStray> strays = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            strays.Add(new MirroredStray(row.GetInt64(0), row.GetInt64(1), row.GetHash(2), row.GetHash(3), row.GetInt32(4), row.GetAddress(5), row.GetAddress(6), row.GetAmount(7)));
        return strays;
    }

    const string EventsSql = """
        select l.address, l.topics, l.data, b.number, b.hash, l.tx_hash, l.tx_index, l.log_index from chain.log l
        join chain.block b on b.hash = l.block_hash and b.canonical
        where l.chain_id = @chain and l.escrow_id = @id order by b.number desc, l.log_index desc limit @most
        """;

    const string EventsOfSql = """
        select e.address, e.topics, e.data, e.number, e.hash, e.tx_hash, e.tx_index, e.log_index, i.id from unnest($2::bytea[]) i (id)
        cross join lateral (
          select l.address, l.topics, l.data, b.number, b.hash, l.tx_hash, l.tx_index, l.log_index from chain.log l
          join chain.block b on b.hash = l.block_hash and b.canonical
          where l.chain_id = $1 and l.escrow_id = i.id order by b.number desc, l.log_index desc limit $3) e
        order by i.id, e.number, e.log_index
        """;

    /// <summary>The last canonical events of an escrow in chain order, each with its transaction, in the caller's transaction.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="id">Escrow id.</param>
    /// <param name="most">Events at most, counted from the last.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<(EscrowEvent Happened, Hash32 Transaction)>> ReadEventsAsync(
        NpgsqlConnection connection, long chainId, Hash32 id, int most, CancellationToken cancellationToken)
    {
        List<(EscrowEvent Happened, Hash32 Transaction)> events = [];
        await using NpgsqlCommand command = Command(connection, EventsSql, chainId);
        command.Parameters.Add(TypeMaps.Hash("id", id));
        command.Parameters.AddWithValue("most", most);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            if (ReadEvent(row, chainId) is { } happened) events.Add(happened);
        events.Reverse();
        return events;
    }

    /// <summary>As <see cref="ReadEventsAsync"/> of several escrows in one query; an escrow without events is left out.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="ids">Escrow ids.</param>
    /// <param name="most">Events of each at most, counted from the last.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyDictionary<Hash32, IReadOnlyList<(EscrowEvent Happened, Hash32 Transaction)>>> ReadEventsOfAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> ids, int most, CancellationToken cancellationToken)
    {
        Dictionary<Hash32, List<(EscrowEvent, Hash32)>> found = [];
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { SqlStore.BatchCommand(EventsOfSql, chainId, ids.Select(id => id.ToBytes()).ToArray(), most) } };
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            if (ReadEvent(row, chainId) is { } happened)
            {
                Hash32 id = row.GetHash(8);
                if (!found.TryGetValue(id, out List<(EscrowEvent, Hash32)>? events)) found[id] = events = [];
                events.Add(happened);
            }
        return found.ToDictionary(one => one.Key, one => (IReadOnlyList<(EscrowEvent, Hash32)>)one.Value);
    }

    static (EscrowEvent Happened, Hash32 Transaction)? ReadEvent(NpgsqlDataReader row, long chainId)
    {
        LogEntry log = new(row.GetAddress(0), [.. row.GetFieldValue<byte[][]>(1).Select(topic => new Hash32(topic))], row.GetFieldValue<byte[]>(2), row.GetInt64(3),
            row.GetHash(4), row.GetHash(5), row.GetInt32(6), row.GetInt32(7));
        return EscrowLogs.DecodeKnown((ulong)chainId, log) is { } happened ? (happened, log.TransactionHash) : null;
    }

    // The steps are counted before they are read: whoever has been away for long gets them in parts.
    const string ChangesSql = """
        select p.revision, p.number, p.head_time, p.finalized, p.finalized_time, p.halted, p.hash, s.revision, s.escrows
        from chain.position p
        left join lateral (
          select n.revision, n.retracted || n.applied as escrows
          from (
            select revision, retracted, applied,
              sum(cardinality(retracted) + cardinality(applied)) over (order by revision rows between unbounded preceding and 1 preceding) as before
            from (
              select revision, retracted, applied from chain.step
              where chain_id = p.chain_id and revision > @after and revision <= p.revision order by revision limit @steps) t) n
          where coalesce(n.before, 0) < @most) s on true
        where p.chain_id = @chain order by s.revision
        """;

    /// <summary>What changed after a revision, with the position that the changes lead to, in the caller's transaction; null when the database does not know the chain.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="after">Revision that is known.</param>
    /// <param name="most">Escrows after which no further step is read.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<MirrorChanges?> ReadChangesAsync(NpgsqlConnection connection, long chainId, long after, int most, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(connection, ChangesSql, chainId);
        command.Parameters.AddWithValue("after", after);
        command.Parameters.AddWithValue("steps", MostSteps);
        command.Parameters.AddWithValue("most", most);
        HashSet<Hash32> changed = [];
        ChainHead? head = null;
        (int steps, long named, long last) = (0, 0, after);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            head ??= ReadHead(row, 0);
            if (row.IsDBNull(7)) break;
            (steps, last) = (steps + 1, row.GetInt64(7));
            byte[][] ids = row.GetFieldValue<byte[][]>(8);
            named += ids.Length;
            foreach (byte[] id in ids) changed.Add(new Hash32(id));
        }
        return head is null ? null : new MirrorChanges(head, steps == MostSteps || named >= most ? last : head.Revision, changed);
    }

    // Each of the three by an index of its own, so that a round costs what is open, and not all that ever was: a lateral subquery with "offset 0" is run once for
    // each row on its left, by the key of its table.
    const string UnsettledSql = $"""
        with asked as materialized (
          (select escrow_id from chain.escrow where chain_id = @chain and escrow_id > @after and (state = 1 or holds) order by escrow_id limit @most)
          union
          select e.escrow_id from chain.block b
            cross join lateral (select l.escrow_id from chain.log l where l.block_hash = b.hash and l.escrow_id > @after offset 0) l
            cross join lateral (select e.escrow_id from chain.escrow e
              where e.chain_id = @chain and e.escrow_id = l.escrow_id and greatest(e.executed_block, e.cancelled_block) > @ended offset 0) e
          where b.chain_id = @chain and b.canonical and b.number = any(@recent)
          union
          select id from unnest(@also) a (id)
        )
        select a.escrow_id, {EscrowColumns}
        from (select escrow_id from asked order by escrow_id limit @most) a
        left join lateral (select e.* from chain.escrow e where e.chain_id = @chain and e.escrow_id = a.escrow_id offset 0) e on true
        {Legs}
        order by a.escrow_id, l.place
        """;

    /// <summary>
    /// Escrows whose word in the contract is worth comparing, by ascending id, in the caller's transaction: those that are open or hold a deposit, those
    /// that ended in the last blocks, and others by name. One that the canonical chain does not know is null.
    /// </summary>
    /// <param name="connection">Open.</param>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="head">The head of the same revision.</param>
    /// <param name="after">Only ids above this one.</param>
    /// <param name="most">Escrows at most.</param>
    /// <param name="also">Ids above <paramref name="after"/> that are to be among them.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<(Hash32 Id, EscrowSnapshot? Escrow)>> ReadUnsettledAsync(
        NpgsqlConnection connection, long chainId, ChainHead head, Hash32 after, int most, IReadOnlyCollection<Hash32> also, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(head);
        List<Hash32> ids = [];
        await using NpgsqlCommand command = Command(connection, UnsettledSql, chainId);
        command.Parameters.Add(TypeMaps.Hash("after", after));
        command.Parameters.AddWithValue("most", most);
        command.Parameters.AddWithValue("ended", head.Number - RecentBlocks);
        command.Parameters.AddWithValue("recent", Enumerable.Range(0, RecentBlocks).Select(back => head.Number - back).ToArray());
        command.Parameters.Add(Hashes("also", also));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        List<EscrowSnapshot> known = await EscrowRows.ReadAsync(row, 1, isOnRow: false, cancellationToken, () =>
        {
            Hash32 id = row.GetHash(0);
            if (ids.Count == 0 || ids[^1] != id) ids.Add(id);
        });
        Dictionary<Hash32, EscrowSnapshot> byId = known.ToDictionary(escrow => escrow.Id);
        return [.. ids.Select(id => (id, byId.GetValueOrDefault(id)))];
    }

    const string OwedSql = """
        select l.token, coalesce(l.token_id, 0), sum(l.amount) from chain.escrow e cross join lateral unnest(e.legs) l
        where e.chain_id = @chain and (e.state = 1 or e.holds) and l.status = 'deposited' and l.token is not null group by 1, 2 order by 1, 2
        """;

    /// <summary>What the escrow contract must hold, in the caller's transaction.</summary>
    public async Task<IReadOnlyList<Obligation>> ReadOwedAsync(NpgsqlConnection connection, long chainId, CancellationToken cancellationToken)
    {
        List<Obligation> owed = [];
        await using NpgsqlCommand command = Command(connection, OwedSql, chainId);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) owed.Add(new Obligation(row.GetAddress(0), row.GetAmount(1), row.GetAmount(2)));
        return owed;
    }

    static ChainHead ReadHead(NpgsqlDataReader row, int at) => new(
        row.GetInt64(at), row.GetInt64(at + 1), ChainTime.FromInt64(row.GetInt64(at + 2)), row.GetInt64(at + 3), ChainTime.FromInt64(row.GetInt64(at + 4)),
        row.IsDBNull(at + 5) ? null : row.GetString(at + 5), row.IsDBNull(at + 6) ? null : row.GetHash(at + 6));

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long chainId)
    {
        NpgsqlCommand command = new(sql, connection);
        command.Parameters.AddWithValue("chain", chainId);
        return command;
    }

    static NpgsqlParameter Hashes(string name, IReadOnlyCollection<Hash32> hashes) =>
        new(name, NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = hashes.Select(hash => hash.ToBytes()).ToArray() };
}
