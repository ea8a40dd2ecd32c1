using Keystone.Bench;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Mirror;
using Keystone.Testing;
using Keystone.Transactions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Keystone.KeeperBench;

/// <summary>Transactions a second from an intent to bytes that are signed, committed and broadcast, beside signing and inserting alone.</summary>
static class TransactionsRate
{
    const int Count = 400;

    public const string About = """
        the transaction manager takes 400 intents from their rows to signed, committed and broadcast transactions: it asks what is wanted, simulates each call, gives nonces,
        signs, commits, sends to the node, and writes down what the node said. The ceiling (`SignAndInsert.cs`) signs the same calls and commits the same rows of
        nonce, link and attempt, one transaction of the database for each, and does nothing else: no simulation, no node. Both are one stream, as a nonce is.
        """;

    public static async Task MeasureAsync(Report report, int rounds)
    {
        Console.WriteLine("transactions: intents to broadcast transactions");
        TestChain chain = new();
        TestDatabase database = new(), ceiling = new();
        await chain.InitializeAsync();
        await database.InitializeAsync();
        await ceiling.InitializeAsync();
        try
        {
            await chain.SetAutomineAsync(false);
            Address counter = new([.. Enumerable.Repeat((byte)0xc0, 20)]);
            await chain.AskAsync("anvil_setCode", counter.ToString(), "0x60005460010160005500");
            // Code is compiled before the first round that counts.
            await TransactionsAsync(chain, database, counter, rounds + 1);
            await SignAndInsert.RateAsync(ceiling, counter, rounds + 1, Count, streams: 1);
            Comparison rates = await Series.CompareAsync(rounds, round => TransactionsAsync(chain, database, counter, round), round => SignAndInsert.RateAsync(ceiling, counter, round, Count, streams: 1));
            double sixteen = await SignAndInsert.RateAsync(ceiling, counter, rounds, Count * 4, streams: 16);
            report.Measured("transactions_vs_sign_and_insert", rates.Ratio, $"transaction manager {Series.Text(rates.A)} transactions/s; signing and inserting {Series.Text(rates.B)}/s");
            report.Note($"transactions: signing and inserting in 16 streams at once, which no single nonce sequence can be, does {Report.Text(sixteen)}/s.");
        }
        finally
        {
            await database.DisposeAsync();
            await ceiling.DisposeAsync();
            await chain.DisposeAsync();
        }
    }

    static async Task<double> TransactionsAsync(TestChain chain, TestDatabase database, Address counter, int round)
    {
        // An account of its own: nothing of the round before is open.
        using PrivateKeySigner signer = new([.. Enumerable.Repeat((byte)(round + 1), 32)]);
        await chain.AskAsync("anvil_setBalance", signer.Address.ToString(), "0x56bc75e2d63100000");
        SenderStores store = new(database.Source, new KeeperMirror(new MirrorReader(database.Source)), TimeProvider.System, TestChain.ChainId, signer.Address);
        await using (NpgsqlConnection connection = await database.Source.OpenConnectionAsync())
            await SenderStore.SetAsync(connection, TestChain.ChainId, signer.Address, SenderStatus.Active, CancellationToken.None);
        long epoch = await store.Lease.TakeAsync(Guid.NewGuid(), TimeSpan.FromMinutes(5), CancellationToken.None) ?? throw new InvalidOperationException("The lease is taken.");
        await using (NpgsqlCommand done = database.Source.CreateCommand("update transactions.intent set status = 'obsolete'")) await done.ExecuteNonQueryAsync();
        await using (NpgsqlConnection connection = await database.Source.OpenConnectionAsync())
        {
            IntentStore intents = new(TimeProvider.System);
            for (int i = 0; i < Count; i++)
            {
                byte[] subject = new byte[32];
                BitConverter.TryWriteBytes(subject, round);
                BitConverter.TryWriteBytes(subject.AsSpan(4), i);
                await intents.WantAsync(connection, null, new IntentName(TestChain.ChainId, "count", new Hash32(subject)), null, 0, null, CancellationToken.None);
            }
        }
        TransactionManager manager = new(store, [chain.Node], signer, new CountPlan(counter), new TransactionsOptions { MaxInFlight = Count }, TestChain.ChainId, TimeProvider.System, NullLogger.Instance);
        (TimeSpan elapsed, _) = await Machine.TimeAsync(() => manager.RunAsync(epoch, CancellationToken.None));
        await using NpgsqlCommand count = database.Source.CreateCommand("select count(*) from transactions.attempt a join transactions.broadcast o on o.attempt_hash = a.hash where sender = $1 and o.response = 'Accepted'");
        count.Parameters.AddWithValue(signer.Address.ToBytes());
        long accepted = (long)(await count.ExecuteScalarAsync())!;
        if (accepted != Count) throw new InvalidOperationException($"{accepted} of {Count} transactions were accepted.");
        await chain.MineAsync();
        return Count / elapsed.TotalSeconds;
    }

    sealed class CountPlan(Address counter) : ITransactionPlan
    {
        public Task<IReadOnlyDictionary<Guid, IntentVerdict>> JudgeAsync(IReadOnlyList<Intent> intents, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<Guid, IntentVerdict>>(intents.ToDictionary(intent => intent.Id, _ => IntentVerdict.Wanted));

        public Task<PlannedCall?> BuildAsync(Intent intent, CancellationToken cancellationToken) => Task.FromResult<PlannedCall?>(new PlannedCall(counter, intent.Name.Subject.ToBytes()));

        public string? SharesAs(Intent intent) => null;

        public Task<PlannedCall?> BuildSharedAsync(IReadOnlyList<Intent> intents, ulong gasEach, CancellationToken cancellationToken) => Task.FromResult<PlannedCall?>(null);
    }
}
