using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Keeper.Reconciliation;
using Keystone.Mirror;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Keeper.Tests;

/// <summary>Differences between mirror and chain, planted on one side, are found and stop what they touch.</summary>
public sealed class ReconcilerTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    PauseStore Pauses => new(Database.Source, TimeProvider.System);

    [Fact]
    public async Task A_deposit_that_only_the_mirror_knows_pauses_its_settlement_and_no_other()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1)), other = await InstructAsync(TimeSpan.FromHours(2));
        await StateAsync(id, "AWAITING_DEPOSITS");
        await StateAsync(other, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await LegAsync(terms, 0, "deposited");
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));

        await Book.ScalarAsync("update chain.escrow set legs[2].status = 'deposited' where escrow_id = $1 returning 1", terms.Id.ToBytes());
        Pause found = await FoundAsync("settlement");
        Assert.Equal((PauseScope.OfSettlement(terms.Id), "reconciler"), (found.What, found.SetBy));
        Assert.Contains("Held = 3", found.Reason, StringComparison.Ordinal);
        Assert.Contains("Held = 1", found.Reason, StringComparison.Ordinal);
        // What it seems to owe is missing too.
        Pause token = await FoundAsync("token");
        Assert.Equal(PauseScope.OfToken(TestChain.ChainId, Money), token.What);
        Assert.Equal(2, (await Pauses.ActiveAsync(CancellationToken.None)).Count);
        // Even now that both say the same, a person looks before it goes on.
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "EXECUTING_SWAP");
        await Chain.MineAsync(3);
        Assert.Equal(0, await OursAsync(terms, "execute"));
        Assert.True(await Pauses.LiftAsync(found.Id, CancellationToken.None));
        Assert.True(await Pauses.LiftAsync(token.Id, CancellationToken.None));
        await Eventually.TrueAsync(async () =>
        {
            // A round that still compares a block before would have found it again.
            foreach (Pause again in await Pauses.ActiveAsync(CancellationToken.None)) await Pauses.LiftAsync(again.Id, CancellationToken.None);
            await Chain.MineAsync();
            return await Book.StateAsync(id) == "FINALIZED";
        }, TimeSpan.FromSeconds(60));
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Tokens_that_the_escrow_owes_and_does_not_hold_pause_the_token()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await LegAsync(terms, 0, "deposited");
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));

        // As an issuer with power over its token could do.
        await Chain.AskAsync("anvil_dealERC20", Chain.Escrow.ToString(), Bond.ToString(), "0x1");
        Pause found = await FoundAsync("token");
        Assert.Equal(PauseScope.OfToken(TestChain.ChainId, Bond), found.What);
        Assert.Contains($"holds 1 of {Bond} and owes {Bonds}", found.Reason, StringComparison.Ordinal);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "EXECUTING_SWAP");
        await Chain.MineAsync(3);
        Assert.Equal(0, await OursAsync(terms, "execute"));

        await Chain.AskAsync("anvil_dealERC20", Chain.Escrow.ToString(), Bond.ToString(), "0x" + Bonds.ToBigInteger().ToString("x", null));
        // A round that still compares the block before would find it again.
        await Chain.MineAsync();
        long head = (await Chain.Node.GetBlockAsync(Ethereum.Nodes.BlockTag.Latest, CancellationToken.None))!.Number;
        await Eventually.TrueAsync(async () => (long)(await Book.ScalarAsync("select number from chain.position"))! >= head);
        await Eventually.TrueAsync(async () =>
        {
            foreach (Pause again in await Pauses.ActiveAsync(CancellationToken.None)) await Pauses.LiftAsync(again.Id, CancellationToken.None);
            await Chain.MineAsync();
            return await Book.StateAsync(id) is "SETTLED" or "FINALIZED";
        });
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));
        Assert.False(await Pauses.LiftAsync(found.Id, CancellationToken.None));
        await StateAsync(id, "FINALIZED", mine: true);
    }

    [Fact]
    public async Task Tokens_beyond_what_is_owed_are_named_once_with_their_amount_and_pause_nothing()
    {
        await using (KeeperHost keeper = await StartAsync(jobs: false))
        {
            Guid id = await InstructAsync(TimeSpan.FromHours(1));
            await StateAsync(id, "AWAITING_DEPOSITS");
            EscrowTerms terms = await TermsAsync(id);
            await DepositAsync(terms, 0, Seller);
            await Chain.SendAsync(Seller, Bond, TokenMessages.Mint(Seller.Address, 7UL));
            Assert.True((await Chain.SendAsync(Seller, Bond, TokenMessages.Transfer(Chain.Escrow, 7UL))).Succeeded);
            await Eventually.TrueAsync(async () => await Book.ScalarAsync("select amount::text from chain.stray_transfer where token = $1", Bond.ToBytes()) is "7");
        }
        ListLog log = new();
        Reconciler reconciler = new(new ReconcilerStore(Database.Source, new MirrorReader(Database.Source)), Pauses, new OneNode(Chain.Node), log);
        Assert.NotNull(await reconciler.RunAsync(TestChain.ChainId, CancellationToken.None));
        Assert.NotNull(await reconciler.RunAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Contains($"holds 7 of token {Bond}", Assert.Single(log.Lines), StringComparison.Ordinal);
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));

        // What no transfer brought is another thing: an issuer wrote the balance, here 9 more.
        UInt256 held = await Chain.BalanceAsync(Bond, Chain.Escrow);
        await Chain.AskAsync("anvil_dealERC20", Chain.Escrow.ToString(), Bond.ToString(), "0x" + (held + (UInt256)9UL).ToBigInteger().ToString("x", null));
        await Chain.MineAsync();
        await using (await StartAsync(jobs: false))
        {
            long head = (await Chain.Node.GetBlockAsync(Ethereum.Nodes.BlockTag.Latest, CancellationToken.None))!.Number;
            await Eventually.TrueAsync(async () => (long)(await Book.ScalarAsync("select number from chain.position"))! >= head);
        }
        for (int i = 0; i < 2; i++) Assert.NotNull(await reconciler.RunAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Contains($"ALARM unexplained_balance: the escrow holds 9 of token {Bond}", Assert.Single(log.Lines.Skip(1)), StringComparison.Ordinal);
        // However much a token of anybody's reports.
        for (int i = 0; i < 12; i++)
            await Book.RunAsync("insert into chain.stray_transfer (block_hash, log_index, chain_id, number, tx_hash, token, sender, amount) select hash, $1, chain_id, number, hash, $2, $2, $3::text::numeric from chain.position",
                1_000 + i, Bond.ToBytes(), UInt256.MaxValue.ToString());
        Assert.NotNull(await reconciler.RunAsync(TestChain.ChainId, CancellationToken.None));
        await Book.RunAsync("delete from chain.stray_transfer where log_index >= 1000");
    }

    [Fact]
    public async Task A_token_that_changes_its_decimals_is_paused()
    {
        Pause found;
        await using (KeeperHost keeper = await StartAsync(jobs: false))
        {
            Guid id = await InstructAsync(TimeSpan.FromHours(1));
            await StateAsync(id, "AWAITING_DEPOSITS");
            EscrowTerms terms = await TermsAsync(id);
            await DepositAsync(terms, 0, Seller);
            await LegAsync(terms, 0, "deposited");
            await Chain.MineAsync(2);
            Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));

            await Book.RunAsync("update settlement.instrument set decimals = 17 where address = $1", Bond.ToBytes());
            found = await FoundAsync("token");
            Assert.Equal(PauseScope.OfToken(TestChain.ChainId, Bond), found.What);
            Assert.Contains($"{Bond} has 18 decimals, it was registered with 17", found.Reason, StringComparison.Ordinal);
        }
        // The other tests share the database.
        await Book.RunAsync("update settlement.instrument set decimals = 18 where address = $1", Bond.ToBytes());
        Assert.True(await Pauses.LiftAsync(found.Id, CancellationToken.None));
    }

    // An event that never came leaves no row behind that could be compared.
    [Fact]
    public async Task A_settlement_that_only_the_chain_knows_is_found_by_its_terms()
    {
        Guid id;
        await using (KeeperHost keeper = await StartAsync(jobs: false))
        {
            id = await InstructAsync(TimeSpan.FromHours(1));
            await StateAsync(id, "AWAITING_DEPOSITS");
            EscrowTerms terms = await TermsAsync(id);
            await Chain.MineAsync(2);
            Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));
            await Book.RunAsync("delete from chain.escrow where escrow_id = $1", terms.Id.ToBytes());
            Pause found = await FoundAsync("settlement");
            Assert.Equal((PauseScope.OfSettlement(terms.Id), "reconciler"), (found.What, found.SetBy));
            Assert.Contains("the mirror says EscrowWord { State = None", found.Reason, StringComparison.Ordinal);
        }
        // The other tests share the database.
        await Book.RunAsync("update settlement.settlement set closed_at = now() where id = $1", id);
        foreach (Pause pause in await Pauses.ActiveAsync(CancellationToken.None)) await Pauses.LiftAsync(pause.Id, CancellationToken.None);
    }

    [Fact]
    public async Task A_node_whose_head_moves_in_the_middle_of_an_answer_pauses_nothing()
    {
        EscrowTerms terms = await HalfDepositedAsync();
        HastyNode node = new(Chain.Node, EscrowWord.SlotOf(terms.Id));
        Reconciler reconciler = Asking(node);
        Assert.NotNull(await reconciler.RunAsync(TestChain.ChainId, CancellationToken.None));
        Assert.True(node.Hasty);
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));
    }

    // The development node does so: it takes the height of the hash, and answers for the block that it has there now.
    [Fact]
    public async Task A_node_that_has_left_the_block_and_answers_for_another_pauses_nothing()
    {
        EscrowTerms terms = await HalfDepositedAsync();
        OtherForkNode node = new(Chain.Node, EscrowWord.SlotOf(terms.Id));
        Reconciler reconciler = Asking(node);
        await Assert.ThrowsAsync<NodeException>(() => reconciler.RunAsync(TestChain.ChainId, CancellationToken.None));
        Assert.Empty(await Pauses.ActiveAsync(CancellationToken.None));
    }

    /// <summary>A settlement with one of two legs in, mirrored; no keeper runs any more.</summary>
    async Task<EscrowTerms> HalfDepositedAsync()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await LegAsync(terms, 0, "deposited");
        return terms;
    }

    Reconciler Asking(IEthereumNode node) => new(new ReconcilerStore(Database.Source, new MirrorReader(Database.Source)), Pauses, new OneNode(node), NullLogger<Reconciler>.Instance);

    /// <summary>Its block at each height is another one than the mirror's, and there nothing was deposited.</summary>
    sealed class OtherForkNode(IEthereumNode inner, Hash32 slot) : Transactions.Tests.PassingNode(inner)
    {
        public override async Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
            await base.GetBlockAsync(block, cancellationToken) is { } header ? header with { Hash = header.ParentHash } : null;

        public override async Task<Hash32> GetStorageAsync(Address account, Hash32 asked, BlockTag block, CancellationToken cancellationToken) =>
            asked == slot ? Hash32.Zero : await base.GetStorageAsync(account, asked, block, cancellationToken);
    }

    /// <summary>Its first answer about one slot is the state of a later block.</summary>
    sealed class HastyNode(IEthereumNode inner, Hash32 slot) : Transactions.Tests.PassingNode(inner)
    {
        public bool Hasty { get; private set; }

        public override async Task<Hash32> GetStorageAsync(Address account, Hash32 asked, BlockTag block, CancellationToken cancellationToken)
        {
            Hash32 answer = await base.GetStorageAsync(account, asked, block, cancellationToken);
            if (asked != slot || Hasty) return answer;
            Hasty = true;
            byte[] later = answer.ToBytes();
            later[^1] = 3;
            return new Hash32(later);
        }
    }

    sealed class ListLog : ILogger<Reconciler>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }

    sealed class OneNode(IEthereumNode node) : IEthereumNodes
    {
        public IReadOnlyList<ChainOptions> Chains { get; } = [new ChainOptions { ChainId = TestChain.ChainId }];

        public IEthereumNode For(long chainId) => node;

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [node];
    }

    // Found within two blocks of the plant.
    async Task<Pause> FoundAsync(string scope)
    {
        await Chain.MineAsync(2);
        Pause? found = null;
        await Eventually.TrueAsync(async () => (found = (await Pauses.ActiveAsync(CancellationToken.None)).FirstOrDefault(pause => pause.What.Scope == scope)) is not null, because: "nothing was found in two blocks");
        return found!;
    }
}
