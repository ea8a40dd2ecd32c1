using System.Diagnostics;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Npgsql;

namespace Keystone.KeeperBench;

/// <summary>The transaction manager's ceiling: signs and inserts, prepared and batched, and does nothing else.</summary>
static class SignAndInsert
{
    /// <summary>Transactions a second that are signed and committed, one transaction of the database for each.</summary>
    public static async Task<double> RateAsync(TestDatabase database, Address to, int round, int count, int streams)
    {
        List<Stream> all = [];
        try
        {
            for (int stream = 0; stream < streams; stream++) all.Add(await Stream.OpenAsync(database, to, (byte)(100 + round * streams + stream), count / streams));
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(all.Select(stream => Task.Run(stream.RunAsync)));
            return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            foreach (Stream stream in all) await stream.DisposeAsync();
        }
    }

    sealed class Stream(NpgsqlConnection connection, NpgsqlBatch batch, PrivateKeySigner signer, Address to, Guid[] intents) : IAsyncDisposable
    {
        readonly byte[] _sender = signer.Address.ToBytes();

        public static async Task<Stream> OpenAsync(TestDatabase database, Address to, byte key, int count)
        {
            PrivateKeySigner signer = new([.. Enumerable.Repeat(key, 32)]);
            byte[] sender = signer.Address.ToBytes();
            Guid[] intents = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
            NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
            await using (NpgsqlBatch ready = new(connection))
            {
                Add(ready, "insert into transactions.sender (chain_id, address) values ($1, $2) on conflict do nothing", TestChain.ChainId, sender);
                Add(ready, """
                    insert into transactions.intent (id, chain_id, purpose, subject, due_at, created_at, updated_at) select i, $1, 'count', sha256(i::text::bytea), now(), now(), now() from unnest($2) i
                    """, TestChain.ChainId, intents);
                await ready.ExecuteNonQueryAsync();
            }
            NpgsqlBatch batch = new(connection);
            Add(batch, "update transactions.intent set status = 'resting', updated_at = now() where id = $1", Guid.Empty);
            Add(batch, """
                insert into transactions.nonce (chain_id, sender, nonce, "to", data, gas, kind, created_epoch, created_at) values ($1, $2, $3, $4, $5, $6, 'work', 1, now())
                """, TestChain.ChainId, sender, 0L, to.ToBytes(), Array.Empty<byte>(), 60_000L);
            Add(batch, "insert into transactions.nonce_intent (chain_id, sender, nonce, intent_id) values ($1, $2, $3, $4)", TestChain.ChainId, sender, 0L, Guid.Empty);
            Add(batch, """
                insert into transactions.attempt (hash, chain_id, sender, nonce, ordinal, raw, max_fee, tip, gas, storage_slot_gas, epoch, head, signed_at)
                values ($1, $2, $3, $4, 0, $5, $6, $7, 60000, 22100, 1, 1, now())
                """, Array.Empty<byte>(), TestChain.ChainId, sender, 0L, Array.Empty<byte>(), 0m, 0m);
            await batch.PrepareAsync();
            return new Stream(connection, batch, signer, to, intents);
        }

        public async Task RunAsync()
        {
            for (int nonce = 0; nonce < intents.Length; nonce++)
            {
                byte[] data = new byte[32];
                BitConverter.TryWriteBytes(data, nonce);
                SignedTransaction signed = await signer.SignAsync(
                    new Eip1559Transaction(TestChain.ChainId, (ulong)nonce, 100_000_000UL, 3_000_000_000UL, 60_000, to, UInt256.Zero, data), CancellationToken.None);
                Set(0, intents[nonce]);
                Set(1, TestChain.ChainId, _sender, (long)nonce, to.ToBytes(), data, 60_000L);
                Set(2, TestChain.ChainId, _sender, (long)nonce, intents[nonce]);
                Set(3, signed.Hash.ToBytes(), TestChain.ChainId, _sender, (long)nonce, signed.Raw.ToArray(), 3_000_000_000m, 100_000_000m);
                // A batch without a transaction around it is one.
                await batch.ExecuteNonQueryAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await batch.DisposeAsync();
            await connection.DisposeAsync();
            signer.Dispose();
        }

        static void Add(NpgsqlBatch batch, string sql, params object[] values)
        {
            NpgsqlBatchCommand command = new(sql);
            foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            batch.BatchCommands.Add(command);
        }

        void Set(int command, params ReadOnlySpan<object> values)
        {
            for (int i = 0; i < values.Length; i++) batch.BatchCommands[command].Parameters[i].Value = values[i];
        }
    }
}
