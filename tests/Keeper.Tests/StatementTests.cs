using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Identity;
using Keystone.Keeper.Jobs;
using Keystone.Mirror;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Statements;
using Keystone.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Keeper.Tests;

/// <summary>Thirty days with swaps, refunds, withdrawals, reorgs, strays and a stranger's settlement: each day's statements are the contract's balances, and what is broken is named.</summary>
public sealed class StatementTests(StatementScene scene) : IClassFixture<StatementScene>
{
    // Tables that a plant changes.
    static readonly string[] Planted = ["chain.log", "chain.stray_transfer", "chain.block", "settlement.party", "settlement.settlement", "settlement.statement_check"];

    CheckStatement Check => new(new StatementCheckStore(scene.Database.Source), new OneNode(scene.Chain.Node));

    async Task<StatementCheck> CheckAsync(int day) => (await Check.ExecuteAsync(TestChain.ChainId, scene.First.AddDays(day), CancellationToken.None))!;

    static string Named(StatementCheck check) => string.Join('\n', check.Breaks.Select(one => $"{one.Kind} {one.Transaction}").Distinct().Order(StringComparer.Ordinal));

    Caller Caller(Guid environment) => new("client", [], Guid.Empty, "p", "P", environment, "sandbox", "sandbox", TestChain.ChainId, 600, 86_400, false);

    async Task<StatementView> ReadAsync(Guid environment, int day, string? token = null, Address? wallet = null)
    {
        ManualTime clock = new(new DateTimeOffset(scene.First.AddDays(StatementScene.Days + 5), TimeOnly.MinValue, TimeSpan.Zero));
        Result<StatementView> result = await new ReadStatement(new StatementStore(scene.Database.Source, new MirrorReader(scene.Database.Source)), clock)
            .ExecuteAsync(Caller(environment), scene.First.AddDays(day), token, wallet, CancellationToken.None);
        return result.Value!;
    }

    [Fact]
    public async Task Thirty_days_reconcile_and_each_opens_with_the_closing_of_the_day_before()
    {
        Dictionary<(Guid, string, string?, string), string> before = [];
        int strays = 0, foreign = 0, movements = 0;
        for (int day = 0; day < StatementScene.Days; day++)
        {
            StatementCheck check = await CheckAsync(day);
            Assert.True(check.Breaks.Count == 0, $"day {day}: {string.Join("; ", check.Breaks.Select(one => $"{one.Kind} {one.Token} {one.TokenId} {one.Transaction} {one.Detail}"))}");
            Assert.True(check.BalancesRead);
            Assert.All(check.Tokens, sum => Assert.Equal(sum.Balance, sum.Closings + sum.Strays));
            (strays, foreign) = (strays + check.Strays.Count, foreign + check.Accounts.Count(account => account.Environment is null));
            Dictionary<(Guid, string, string?, string), string> after = [];
            foreach (Guid environment in (Guid[])[scene.Selling, scene.Buying])
            {
                StatementView statement = await ReadAsync(environment, day);
                Assert.Equal((check.Opening?.Number, check.Closing?.Number), (statement.OpeningBlock?.Number, statement.ClosingBlock?.Number));
                foreach (StatementAccount account in statement.Accounts)
                {
                    (Guid, string, string?, string) key = (environment, account.TokenAddress, account.TokenId, account.WalletAddress);
                    Assert.Equal(before.GetValueOrDefault(key, "0"), account.Opening);
                    before.Remove(key);
                    if (account.Closing != "0") after.Add(key, account.Closing);
                    Assert.Equal(account.Closing, account.Movements.Count == 0 ? account.Opening : account.Movements[^1].Balance);
                    Assert.All(account.Movements, one => Assert.Equal(DateOnly.FromDateTime(one.At!.Value.UtcDateTime), scene.First.AddDays(day)));
                    movements += account.Movements.Count;
                }
            }
            // Nothing that was held yesterday is without an account today.
            Assert.Empty(before);
            before = after;
        }
        Assert.Equal((6, 20), (strays, foreign));
        Assert.True(movements > 150, $"{movements} movements");
    }

    [Fact]
    public async Task A_statement_holds_its_own_environment_s_accounts_alone_with_its_own_words()
    {
        StatementView selling = await ReadAsync(scene.Selling, 4), buying = await ReadAsync(scene.Buying, 4);
        Assert.Equal(new[] { scene.Bond, scene.Deeds, scene.Lots }.Select(token => token.ToString()).Order(StringComparer.Ordinal), selling.Accounts.Select(one => one.TokenAddress).Distinct());
        Assert.All(buying.Accounts, one => Assert.Equal(scene.Money.ToString(), one.TokenAddress));
        // The reference of the other platform's instruction is not for this one, and it has registered no token.
        Assert.All(buying.Accounts.SelectMany(one => one.Movements), one => Assert.Null(one.ExternalReference));
        Assert.All(buying.Accounts, one => Assert.Null(one.Symbol));
        Assert.Contains(selling.Accounts.SelectMany(one => one.Movements), one => one.ExternalReference == "swap4");
        Assert.Equal(["deposited", "released"], selling.Accounts.Single(one => one.TokenAddress == scene.Bond.ToString()).Movements.Where(one => one.ExternalReference == "swap4").Select(one => one.Type));
        Assert.Equal(["104"], selling.Accounts.Where(one => one.TokenAddress == scene.Deeds.ToString()).Select(one => one.TokenId));
        Assert.Single((await ReadAsync(scene.Selling, 4, scene.Deeds.ToString())).Accounts);
        Assert.Empty((await ReadAsync(scene.Selling, 4, wallet: scene.Chain.Accounts[2].Address)).Accounts);
        Assert.Empty((await ReadAsync(Guid.NewGuid(), 4)).Accounts);
    }

    string Tx(string name) => scene.Transactions[name].ToString();

    [Fact]
    public async Task Each_of_the_planted_breaks_is_named_with_its_transaction()
    {
        foreach (string table in Planted) await scene.Book.RunAsync($"create table kept_{table.Replace('.', '_')} as table {table}");
        int dead = scene.DeadDay;
        (string Name, int Day, string[] Expected, Func<Task> Plant)[] plants =
        [
            ("lost deposit", 6, [$"missing_movement {Tx("deposit swap6 0")}"], () => LoseAsync("deposit swap6 0", EscrowLogs.Deposited)),
            ("lost payment", 7, [$"missing_movement {Tx("deposit swap7 1")}"], () => LoseAsync("deposit swap7 1", EscrowLogs.Deposited)),
            ("lost swap", 6, [$"missing_movement {Tx("swap swap6")}"], () => LoseAsync("swap swap6", EscrowLogs.Executed)),
            ("lost refund", 8, [$"missing_movement {Tx("refund fail6")}"], () => LoseAsync("refund fail6", EscrowLogs.Refunded)),
            ("lost withdrawal", 9, [$"missing_movement {Tx("withdraw undo9")}"], () => LoseAsync("withdraw undo9", EscrowLogs.Withdrawn)),
            ("lost stray", 12, [$"missing_movement {Tx("stray 12")}"], () => scene.Book.RunAsync("delete from chain.stray_transfer where tx_hash = $1", scene.Transactions["stray 12"].ToBytes())),
            ("lost deed", 11, [$"missing_movement {Tx("deposit goods11 0")}"], () => LoseAsync("deposit goods11 0", EscrowLogs.Deposited)),
            ("lost lots", 11, [$"missing_movement {Tx("deposit goods11 1")}"], () => LoseAsync("deposit goods11 1", EscrowLogs.Deposited)),
            ("doubled deposit", 6, [$"doubled_movement {Tx("deposit swap6 0")}"], () => DoubleAsync("deposit swap6 0", EscrowLogs.Deposited)),
            ("doubled refund", 8, [$"doubled_movement {Tx("refund fail6")}"], () => DoubleAsync("refund fail6", EscrowLogs.Refunded)),
            ("doubled swap", 6, [$"doubled_movement {Tx("swap swap6")}"], () => DoubleAsync("swap swap6", EscrowLogs.Executed)),
            ("doubled stray", 12, [$"doubled_movement {Tx("stray 12")}"], () => scene.Book.RunAsync(
                "insert into chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount) select block_hash, log_index + 1000, chain_id, number, tx_hash, token, sender, amount from chain.stray_transfer where tx_hash = $1",
                scene.Transactions["stray 12"].ToBytes())),
            ("wrong amount", 6, [$"wrong_amount {Tx("deposit swap6 0")}"], () => WriteAsync("deposit swap6 0", 8, AbiValue.Uint(5UL))),
            ("wrong amount of a stray", 12, [$"wrong_amount {Tx("stray 12")}"], () => scene.Book.RunAsync("update chain.stray_transfer set amount = 1 where tx_hash = $1", scene.Transactions["stray 12"].ToBytes())),
            ("wrong wallet", 6, [$"wrong_wallet {Tx("deposit swap6 0")}"], () => WriteAsync("deposit swap6 0", 4, AbiValue.Address(scene.Chain.Accounts[3].Address))),
            ("wrong token", 6, [$"missing_movement {Tx("deposit swap6 0")}", $"surplus_movement {Tx("deposit swap6 0")}"], () => WriteAsync("deposit swap6 0", 3, AbiValue.Address(scene.Money))),
            ("wrong transaction", 6, [$"missing_movement {Tx("deposit swap6 0")}", $"surplus_movement {Tx("deposit swap7 0")}"], () => scene.Book.RunAsync("update chain.log set tx_hash = $2 where tx_hash = $1 and topics[1] = $3",
                scene.Transactions["deposit swap6 0"].ToBytes(), scene.Transactions["deposit swap7 0"].ToBytes(), EscrowLogs.Deposited.ToBytes())),
            ("lost block", 6, [$"missing_movement {Tx("deposit swap6 1")}"], () => scene.Book.RunAsync("update chain.block set canonical = false where hash = (select block_hash from chain.log where tx_hash = $1 limit 1)",
                scene.Transactions["deposit swap6 1"].ToBytes())),
            ("block of a dead fork", dead, [$"{(Tx($"deposit dead{dead} 0") == Tx($"deposit again{dead} 0") ? "doubled" : "surplus")}_movement {Tx($"deposit dead{dead} 0")}"], ReviveAsync),
            ("missing settlement", 6, [$"missing_settlement {Tx("swap swap6")}"], () => scene.Book.RunAsync("update settlement.settlement set escrow_id = null, escrow_contract = null, terms = null where id = $1", scene.Deals["swap6"].Id)),
            ("missing platform", 6, [$"missing_party {Tx("swap swap6")}"], () => scene.Book.RunAsync("delete from settlement.party where settlement_id = $1 and role = 'seller'", scene.Deals["swap6"].Id)),
            ("lost the day before and held still", 19, [$"missing_movement {Tx("deposit fail18 0")}"], () => LoseAsync("deposit fail18 0", EscrowLogs.Deposited)),
        ];
        foreach ((string name, int day, string[] expected, Func<Task> plant) in plants)
        {
            Assert.Equal((name, ""), (name, Named(await CheckAsync(day))));
            await plant();
            Assert.Equal((name, string.Join('\n', expected.Order(StringComparer.Ordinal))), (name, Named(await CheckAsync(day))));
            await RestoreAsync();
        }
        Assert.True(plants.Length >= 20);

        // A balance that no log accounts for has no transaction.
        await scene.HourAsync(StatementScene.Days, 9);
        UInt256 held = await scene.Chain.BalanceAsync(scene.Bond, scene.Chain.Escrow);
        await scene.Chain.AskAsync("anvil_dealERC20", scene.Chain.Escrow.ToString(), scene.Bond.ToString(), "0x" + (held + (UInt256)9UL).ToBigInteger().ToString("x", CultureInfo.InvariantCulture));
        await scene.Chain.MineAsync();
        await scene.MirroredAsync();
        StatementBreak found = Assert.Single((await CheckAsync(StatementScene.Days)).Breaks);
        Assert.Equal(("unexplained_balance", scene.Bond, null), (found.Kind, found.Token, found.Transaction));
        Assert.Contains(" 9 more ", found.Detail, StringComparison.Ordinal);

        // The next day has it no more.
        await scene.HourAsync(StatementScene.Days + 1, 9);
        await scene.Chain.AskAsync("anvil_dealERC20", scene.Chain.Escrow.ToString(), scene.Bond.ToString(), "0x" + held.ToBigInteger().ToString("x", CultureInfo.InvariantCulture));
        await TheKeeperComparesDaysThatAreFinalOnceAndRaisesAnAlarmAsync();
        foreach (string table in Planted) await scene.Book.RunAsync($"drop table kept_{table.Replace('.', '_')}");
    }

    async Task TheKeeperComparesDaysThatAreFinalOnceAndRaisesAnAlarmAsync()
    {
        // Finality follows the head at a distance.
        await scene.Chain.MineAsync(150);
        await scene.MirroredAsync();
        await Eventually.TrueAsync(async () => await Check.LastFinalDayAsync(TestChain.ChainId, CancellationToken.None) == scene.First.AddDays(StatementScene.Days));
        AlarmStore alarms = new(scene.Database.Source, TimeProvider.System);
        StatementDay job = new(Check, new OneNode(scene.Chain.Node), alarms, TimeProvider.System, NullLogger<StatementDay>.Instance);
        await new StatementCheckStore(scene.Database.Source).SaveAsync(await CheckAsync(27), TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Null((await ReadAsync(scene.Selling, 29)).Reconciled);

        await LoseAsync("deposit swap28 0", EscrowLogs.Deposited);
        Assert.Equal(3, await job.CheckAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Equal(0, await job.CheckAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Equal((true, false, true), ((await ReadAsync(scene.Selling, 27)).Reconciled, (await ReadAsync(scene.Selling, 28)).Reconciled, (await ReadAsync(scene.Selling, 29)).Reconciled));
        Assert.Equal(["statement_break " + Subject(28), "statement_break " + Subject(30)], await ActiveAsync());
        Assert.Contains(Tx("deposit swap28 0"), (string)(await scene.Book.ScalarAsync("select breaks from settlement.statement_check where day = $1", scene.First.AddDays(28)))!, StringComparison.Ordinal);

        // What is put right ends its alarm; what is as it was keeps it.
        await OneAsync("insert into chain.log select * from kept_chain_log where tx_hash = $1 and topics[1] = $2", "deposit swap28 0", EscrowLogs.Deposited);
        await scene.Book.RunAsync("update settlement.statement_check set checked_at = checked_at - interval '2 hours'");
        Assert.Equal(2, await job.CheckAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Equal(["statement_break " + Subject(30)], await ActiveAsync());
        Assert.True((await ReadAsync(scene.Selling, 28)).Reconciled);

        string Subject(int day) => string.Create(CultureInfo.InvariantCulture, $"statements of {scene.First.AddDays(day):yyyy-MM-dd} on chain {TestChain.ChainId}");

        async Task<IEnumerable<string>> ActiveAsync() =>
            (await alarms.ListAsync(activeOnly: true, 10, 0, CancellationToken.None)).Items.Select(alarm => $"{alarm.Code} {alarm.Subject}").Order(StringComparer.Ordinal);
    }

    Task LoseAsync(string name, Hash32 topic) => OneAsync("delete from chain.log where tx_hash = $1 and topics[1] = $2", name, topic);

    Task DoubleAsync(string name, Hash32 topic) => OneAsync("""
        insert into chain.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id)
        select block_hash, log_index + 1000, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id from chain.log where tx_hash = $1 and topics[1] = $2
        """, name, topic);

    async Task OneAsync(string sql, string name, Hash32 topic) => Assert.Equal(1, await scene.Book.RunAsync(sql, scene.Transactions[name].ToBytes(), topic.ToBytes()));

    // A word of the data of a deposit: index, then the leg.
    async Task WriteAsync(string name, int word, AbiValue value) => Assert.Equal(1, await scene.Book.RunAsync(
        "update chain.log set data = overlay(data placing $3 from $4 for 32) where tx_hash = $1 and topics[1] = $2", scene.Transactions[name].ToBytes(), EscrowLogs.Deposited.ToBytes(), value.Encode(), word * 32 + 1));

    async Task ReviveAsync()
    {
        byte[] block = scene.DeadBlock.ToBytes();
        Assert.Equal(1, await scene.Book.RunAsync("update chain.block b set canonical = false from chain.block d where d.hash = $1 and b.number = d.number and b.canonical", block));
        Assert.Equal(1, await scene.Book.RunAsync("update chain.block set canonical = true where hash = $1", block));
    }

    async Task RestoreAsync()
    {
        foreach (string table in Planted[..3])
        {
            await scene.Book.RunAsync($"delete from {table}");
            await scene.Book.RunAsync($"insert into {table} table kept_{table.Replace('.', '_')}");
        }
        await scene.Book.RunAsync("insert into settlement.party select k.* from kept_settlement_party k where not exists (select from settlement.party y where y.id = k.id)");
        await scene.Book.RunAsync("update settlement.settlement s set escrow_id = k.escrow_id, escrow_contract = k.escrow_contract, terms = k.terms from kept_settlement_settlement k where k.id = s.id and s.escrow_id is null");
    }

    sealed class OneNode(IEthereumNode node) : IEthereumNodes
    {
        public IReadOnlyList<ChainOptions> Chains { get; } = [new ChainOptions { ChainId = TestChain.ChainId }];

        public IEthereumNode For(long chainId) => node;

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [node];
    }
}
