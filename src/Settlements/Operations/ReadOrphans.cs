using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>
/// Use case of the operator: settlements that are open on the chain, or whose deposits are there, and that the database does not have. After a restore these are the ones that were made
/// since the backup; others are those of strangers, to whom the escrow is open as well.
/// </summary>
/// <param name="database">Any role that reads both.</param>
/// <param name="mirror">The chain.</param>
public sealed class ReadOrphans(NpgsqlDataSource database, MirrorReader mirror) : SqlStore(database)
{
    const int Step = 500, MostEvents = 200;

    const string KnownSql = "select escrow_id from settlement.settlement where chain_id = $1 and escrow_id = any($2)";

    /// <summary>All of them, by chain; those of this system first.</summary>
    public async Task<IReadOnlyList<OrphanView>> ExecuteAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        IReadOnlyList<SenderAccount> accounts = await SenderStore.ListAsync(connection, cancellationToken);
        List<OrphanView> orphans = [];
        foreach (IGrouping<long, Address> chain in accounts.GroupBy(account => account.ChainId, account => account.Address))
        {
            if (await mirror.ReadAsync(connection, chain.Key, [], cancellationToken) is not { Head: var head }) continue;
            Hash32 after = Hash32.Zero;
            while (true)
            {
                IReadOnlyList<(Hash32 Id, EscrowSnapshot? Escrow)> page = await mirror.ReadUnsettledAsync(connection, chain.Key, head, after, Step, [], cancellationToken);
                if (page.Count == 0) break;
                after = page[^1].Id;
                HashSet<Hash32> known = await KnownAsync(connection, chain.Key, page.Select(one => one.Id), cancellationToken);
                foreach ((Hash32 id, EscrowSnapshot? escrow) in page)
                    if (escrow is not null && (escrow.IsOpen || escrow.Holds) && !known.Contains(id))
                        orphans.Add(await ViewAsync(connection, chain.Key, escrow, [.. chain], cancellationToken));
            }
        }
        return [.. orphans.OrderBy(one => one.ChainId).ThenByDescending(one => one.IsOurs).ThenBy(one => one.Deadline)];
    }

    async Task<OrphanView> ViewAsync(NpgsqlConnection connection, long chainId, EscrowSnapshot escrow, Address[] ours, CancellationToken cancellationToken)
    {
        Address? who = (await mirror.ReadEventsAsync(connection, chainId, escrow.Id, MostEvents, cancellationToken))
            .Select(one => one.Happened).OfType<EscrowEvent.Registered>().FirstOrDefault()?.Terms.Header.Operator;
        return new OrphanView(chainId, escrow.Id, escrow.State, escrow.Deadline?.ToDateTime(), who, who is { } account && ours.Contains(account),
            [.. escrow.Legs.Select((leg, i) => leg.IsHeld ? i : -1).Where(i => i >= 0)]);
    }

    static async Task<HashSet<Hash32>> KnownAsync(NpgsqlConnection connection, long chainId, IEnumerable<Hash32> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(KnownSql, connection, chainId, ids.Select(id => id.ToBytes()).ToArray());
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<Hash32> known = [];
        while (await row.ReadAsync(cancellationToken)) known.Add(row.GetHash(0));
        return known;
    }
}
