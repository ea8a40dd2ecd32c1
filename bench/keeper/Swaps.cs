using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Keystone.Bench;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Keeper.Tests;
using Keystone.Mirror;
using Keystone.Testing;
using Keystone.Transactions;
using Nethereum.Contracts;

namespace Keystone.KeeperBench;

/// <summary>Real settlements on a chain that makes a block a second: blocks from the last deposit to the swap, and how full batches are.</summary>
static class Swaps
{
    const int Streamed = 240, Queued = 400, AtOnce = 16;
    const ulong Bonds = 1_000, Cash = 50;

    public const string About = """
        640 settlements of two legs between 1,280 wallets, on a chain with a block a second and the services' own intervals. For 240 of them the last deposit comes
        every quarter of a second, and the difference of the two blocks is taken, deposit and swap, whatever the batches hold back. The other 400 wait ready while no
        transaction manager has the lease; then one takes it. Fill is the gas used by a transaction over `Transactions:BatchGas`, for all transactions but the last, which has what is left over.
        """;

    sealed record Pair(int Number, PrivateKeySigner Seller, PrivateKeySigner Buyer)
    {
        public Guid Id { get; set; }

        public EscrowTerms? Terms { get; set; }
    }

    public static async Task MeasureAsync(Report report)
    {
        TestChain chain = new();
        TestDatabase database = new();
        await chain.InitializeAsync();
        await database.InitializeAsync();
        try
        {
            await MeasureAsync(report, chain, database);
        }
        finally
        {
            await database.DisposeAsync();
            await chain.DisposeAsync();
        }
    }

    static async Task MeasureAsync(Report report, TestChain chain, TestDatabase database)
    {
        SettlementBook book = new(database.Source);
        Console.WriteLine("swaps: wallets, tokens, settlements");
        Address bond = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 18), money = await chain.DeployTokenAsync("USD Coin", "USDC", 6);
        Pair[] pairs = [.. Enumerable.Range(0, Streamed + Queued).Select(number => new Pair(number, WalletOf(number * 2), WalletOf(number * 2 + 1)))];
        await chain.SetAutomineAsync(false);
        // As in the gas table: both parties and the escrow hold something of both tokens already.
        foreach (Address token in (Address[])[bond, money])
            await chain.BroadcastAsync(chain.Accounts[1], token, TokenMessages.Mint(chain.Escrow, 1UL));
        await EachAsync(pairs, async pair =>
        {
            await FundAsync(chain, pair.Seller, bond, Bonds, money);
            await FundAsync(chain, pair.Buyer, money, Cash, bond);
        });
        await MineAllAsync(chain);
        Guid environment = await book.EnvironmentAsync("bench", TestChain.ChainId);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await EachAsync(pairs, async pair => pair.Id = await book.InstructAsync(TestChain.ChainId, environment, "dvp-single",
            [new BookParty("buyer", environment, pair.Buyer.Address), new BookParty("seller", environment, pair.Seller.Address)],
            [new BookLeg("asset", bond, "seller", "buyer", Bonds), new BookLeg("payment", money, "buyer", "seller", Cash, Decimals: 6)],
            DateTimeOffset.FromUnixTimeSeconds((now + TimeSpan.FromHours(2)).ToUnixTimeSeconds()), now));
        await chain.AskAsync("evm_setIntervalMining", 1);

        (string, string)[] asInUse = [("Keeper:PollMilliseconds", "250"), ("Transactions:PollMilliseconds", "500"), ("Indexer:PollMilliseconds", "500")];
        await using (await KeeperHost.StartAsync(database, chain, jobs: false, indexer: true, asInUse))
        {
            await CountAsync(book, "registered", "select count(*) from settlement.settlement where state = 'AWAITING_DEPOSITS'", pairs.Length);
            foreach (Pair pair in pairs) pair.Terms = EscrowTerms.Decode((await book.TermsAsync(pair.Id))!);
            Pair[] streamed = pairs[..Streamed];
            await EachAsync(streamed, pair => DepositAsync(chain, pair.Seller, pair.Terms!, 0));
            await LogsAsync(chain, "first deposits", happened => happened is EscrowEvent.Deposited, Streamed);
            Console.WriteLine("swaps: the last deposits, one every quarter of a second");
            using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(250));
            foreach (Pair pair in streamed)
            {
                await tick.WaitForNextTickAsync();
                await DepositAsync(chain, pair.Buyer, pair.Terms!, 1);
            }
            IReadOnlyList<(EscrowEvent Event, LogEntry Log)> happened = await LogsAsync(chain, "swaps", one => one is EscrowEvent.Executed, Streamed);
            double[] blocks = [.. streamed.Select(pair =>
                (double)(happened.First(one => one.Event is EscrowEvent.Executed executed && executed.Id == pair.Terms!.Id).Log.BlockNumber
                    - happened.Last(one => one.Event is EscrowEvent.Deposited deposited && deposited.Id == pair.Terms!.Id).Log.BlockNumber))];
            string spread = string.Join(", ", blocks.GroupBy(difference => difference).OrderBy(group => group.Key).Select(group => $"{group.Count()} after {group.Key}"));
            report.Measured("last_deposit_to_swap_blocks_median", Series.Median(blocks), spread);
            report.Measured("last_deposit_to_swap_blocks_p99", Series.Percentile(blocks, 0.99), $"of {blocks.Length} settlements");
        }

        Console.WriteLine("swaps: the queue fills while no transaction manager has the lease");
        Pair[] queued = pairs[Streamed..];
        SenderStores lease = new(database.Source, new KeeperMirror(new MirrorReader(database.Source)), TimeProvider.System, TestChain.ChainId, chain.Accounts[0].Address);
        long epoch = 0;
        Stopwatch patience = Stopwatch.StartNew();
        while ((epoch = await lease.Lease.TakeAsync(Guid.NewGuid(), TimeSpan.FromMinutes(10), CancellationToken.None) ?? 0) == 0)
            if (patience.Elapsed > TimeSpan.FromMinutes(1)) throw new InvalidOperationException("The transaction manager did not give its lease back.");
            else await Task.Delay(100);
        await EachAsync(queued, async pair =>
        {
            await DepositAsync(chain, pair.Seller, pair.Terms!, 0);
            await DepositAsync(chain, pair.Buyer, pair.Terms!, 1);
        });
        await using (await KeeperHost.StartAsync(database, chain, jobs: false, indexer: true, asInUse))
        {
            await CountAsync(book, "ready", "select count(*) from transactions.intent where purpose = 'execute_swap' and status = 'wanted'", Queued);
            await lease.Lease.RenewAsync(epoch, TimeSpan.Zero, CancellationToken.None);
            IReadOnlyList<(EscrowEvent Event, LogEntry Log)> happened = await LogsAsync(chain, "swaps", one => one is EscrowEvent.Executed, Streamed + Queued);
            HashSet<Hash32> ids = [.. queued.Select(pair => pair.Terms!.Id)];
            List<(int Items, double Gas)> batches = [];
            foreach (IGrouping<Hash32, (EscrowEvent, LogEntry)> transaction in happened
                .Where(one => one.Event is EscrowEvent.Executed executed && ids.Contains(executed.Id)).GroupBy(one => one.Log.TransactionHash))
                batches.Add((transaction.Count(), (await chain.Node.GetTransactionReceiptAsync(transaction.Key, CancellationToken.None))!.GasUsed));
            (int Items, double Gas)[] full = [.. batches.SkipLast(1)];
            if (full.Length == 0) full = [.. batches];
            string raw = string.Join(", ", batches.Select(batch => $"{batch.Items} in {Report.Text(batch.Gas)} gas"));
            double target = new TransactionsOptions().BatchGas, contract = ContractFigure();
            report.Measured("batch_fill_of_target", Series.Median(full.Select(batch => batch.Gas / target)), $"{raw}; target {Report.Text(target)}");
            report.Measured("batch_gas_vs_contract_figure", Series.Median(full.Select(batch => batch.Gas / batch.Items / contract)),
                $"{Series.Text(full.Select(batch => batch.Gas / batch.Items))} gas an item beside {Report.Text(contract)} of the gas table");
        }
        foreach (Pair pair in pairs)
        {
            pair.Seller.Dispose();
            pair.Buyer.Dispose();
        }
    }

    // ---- parties

    static PrivateKeySigner WalletOf(int number)
    {
        byte[] key = new byte[32];
        key[0] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(28), number + 1);
        return new PrivateKeySigner(key);
    }

    static async Task FundAsync(TestChain chain, PrivateKeySigner wallet, Address token, ulong amount, Address other)
    {
        await chain.AskAsync("anvil_setBalance", wallet.Address.ToString(), "0xde0b6b3a7640000");
        await SendAsync(chain, wallet, 0, token, TokenMessages.Mint(wallet.Address, amount));
        await SendAsync(chain, wallet, 1, token, TokenMessages.Approve(chain.Escrow, amount));
        await SendAsync(chain, wallet, 2, other, TokenMessages.Mint(wallet.Address, 1UL));
    }

    static Task DepositAsync(TestChain chain, PrivateKeySigner wallet, EscrowTerms terms, int leg) => SendAsync(chain, wallet, 3, chain.Escrow, EscrowMessages.Deposit(terms, leg));

    static async Task SendAsync<T>(TestChain chain, PrivateKeySigner wallet, ulong nonce, Address to, T message) where T : FunctionMessage, new()
    {
        SignedTransaction signed = await wallet.SignAsync(
            new Eip1559Transaction(TestChain.ChainId, nonce, 2_000_000_000UL, 100_000_000_000UL, 200_000, to, UInt256.Zero, message.GetCallData()), CancellationToken.None);
        SendResponse answer = await chain.Node.SendRawTransactionAsync(signed.Raw, CancellationToken.None);
        if (!answer.Accepted) throw new InvalidOperationException($"{wallet.Address} nonce {nonce}: {answer.ErrorMessage}");
    }

    static Task EachAsync(Pair[] pairs, Func<Pair, Task> work) =>
        Parallel.ForEachAsync(pairs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (pair, _) => await work(pair));

    // ---- waiting, with a deadline

    static async Task MineAllAsync(TestChain chain)
    {
        for (int i = 0; i < 64; i++) await chain.MineAsync();
    }

    static async Task CountAsync(SettlementBook book, string what, string sql, int wanted)
    {
        long seen = -1;
        await WaitAsync(what, wanted, async () => seen = (long)(await book.ScalarAsync(sql))!);
    }

    static async Task<IReadOnlyList<(EscrowEvent Event, LogEntry Log)>> LogsAsync(TestChain chain, string what, Func<EscrowEvent, bool> counted, int wanted)
    {
        List<(EscrowEvent, LogEntry)> found = [];
        long next = 0;
        await WaitAsync(what, wanted, async () =>
        {
            long head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
            if (head < next) return found.Count(one => counted(one.Item1));
            foreach (LogEntry log in await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [], next, head), CancellationToken.None))
                if (EscrowLogs.Decode(TestChain.ChainId, log) is { } happened) found.Add((happened, log));
            next = head + 1;
            return found.Count(one => counted(one.Item1));
        });
        return found;
    }

    static async Task WaitAsync(string what, int wanted, Func<Task<long>> count)
    {
        Stopwatch patience = Stopwatch.StartNew();
        TimeSpan said = TimeSpan.Zero;
        while (await count() is var seen && seen < wanted)
        {
            if (patience.Elapsed > TimeSpan.FromMinutes(5)) throw new TimeoutException($"{what}: {seen} of {wanted} after five minutes.");
            if (patience.Elapsed - said > TimeSpan.FromSeconds(5)) Console.WriteLine($"     {what}: {seen} of {wanted}");
            if (patience.Elapsed - said > TimeSpan.FromSeconds(5)) said = patience.Elapsed;
            await Task.Delay(250);
        }
    }

    static double ContractFigure()
    {
        string table = File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "contracts/gas/README.md"));
        Match row = Regex.Match(table, @"^\| `gas\.batch_of_10_per_item` \| ([\d,]+) \|", RegexOptions.Multiline);
        return double.Parse(row.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }
}
