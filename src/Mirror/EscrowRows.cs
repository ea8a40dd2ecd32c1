using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Mirror;

/// <summary>Rows of escrows, one for each leg, those of an escrow together and in the order of its legs.</summary>
internal static class EscrowRows
{
    /// <summary>Reads all rows that are left.</summary>
    /// <param name="row">The reader.</param>
    /// <param name="at">Place of the first column.</param>
    /// <param name="isOnRow">True when the reader is on the first row already.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <param name="seen">Called on each row.</param>
    public static async Task<List<EscrowSnapshot>> ReadAsync(
        NpgsqlDataReader row, int at, bool isOnRow, CancellationToken cancellationToken, Action? seen = null)
    {
        List<EscrowSnapshot> escrows = [];
        EscrowSnapshot? escrow = null;
        ImmutableArray<LegSnapshot>.Builder legs = ImmutableArray.CreateBuilder<LegSnapshot>();
        while (isOnRow || await row.ReadAsync(cancellationToken))
        {
            isOnRow = false;
            seen?.Invoke();
            if (row.IsDBNull(at)) continue;
            Hash32 id = row.GetHash(at);
            if (escrow is null || escrow.Id != id)
            {
                End();
                escrow = new EscrowSnapshot(id, (EscrowState)row.GetInt32(at + 1), row.IsDBNull(at + 2) ? null : row.GetHash(at + 2),
                    row.IsDBNull(at + 3) ? null : ChainTime.FromInt64(row.GetInt64(at + 3)), [], row.GetInt64(at + 4), Transaction(row, at + 5),
                    Transaction(row, at + 7), Transaction(row, at + 9));
            }
            // No status: an escrow without legs.
            if (!row.IsDBNull(at + 11)) legs.Add(new LegSnapshot(null, LegStatusText.Parse(row.GetString(at + 11)), Log(row, at + 12), Log(row, at + 15)));
        }
        End();
        return escrows;

        void End()
        {
            if (escrow is not null) escrows.Add(escrow with { Legs = legs.ToImmutable() });
            legs.Clear();
        }
    }

    static TransactionPosition? Transaction(NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : new TransactionPosition(row.GetInt64(at), row.GetHash(at + 1));

    static LogPosition? Log(NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : new LogPosition(row.GetInt64(at), row.GetHash(at + 1), row.GetInt32(at + 2));
}
