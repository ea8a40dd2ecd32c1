using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.Erc721;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Settlements.Operations;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>Whole lives of settlements, from the instruction to the end.</summary>
public sealed class SettlesWithoutHttpTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_funded_settlement_reaches_finality_with_and_without_scheduled_jobs(bool jobs)
    {
        await using KeeperHost keeper = await StartAsync(jobs);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "FINALIZED", mine: true);

        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Buyer.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Seller.Address));
        Assert.Equal(UInt256.Zero, await Chain.BalanceAsync(Bond, Chain.Escrow));
        Assert.Equal(
            ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            await Book.StatesAsync(id));
        Assert.Equal((1, 1), (await OursAsync(terms, "register"), await OursAsync(terms, "execute")));
    }

    [Fact]
    public async Task A_single_token_and_lots_of_another_are_settled_against_money()
    {
        Address deeds = await Chain.DeployAsync(new MintableDeedDeployment()), lots = await Chain.DeployAsync(new MintableLotsDeployment());
        string escrow = Chain.Escrow.ToString(), seller = Seller.Address.ToString();
        await Chain.SendAsync(Seller, deeds, new MintableDeedMintFunction { To = seller, TokenId = 7 });
        await Chain.SendAsync(Seller, deeds, new ApproveFunction { Account = escrow, Id = 7 });
        await Chain.SendAsync(Seller, lots, new MintableLotsMintFunction { To = seller, TokenId = 3, Amount = 40 });
        await Chain.SendAsync(Seller, lots, new Escrow.Contracts.Erc1155.SetApprovalForAllFunction { Operator = escrow, IsApproved = true });

        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1), new BookLeg("asset", deeds, "seller", "buyer", 1UL, "ERC-721", 7),
            new BookLeg("asset", lots, "seller", "buyer", 25UL, "ERC-1155", 3), new BookLeg("payment", Money, "buyer", "seller", Cash, Decimals: 6));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        Assert.Equal([(TokenKind.Erc721, (UInt256)7UL, (UInt256)1UL), (TokenKind.Erc1155, (UInt256)3UL, (UInt256)25UL), (TokenKind.Erc20, UInt256.Zero, Cash)],
            terms.Legs.Select(leg => (leg.Kind, leg.TokenId, leg.Amount)));
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Seller);
        await DepositAsync(terms, 2, Buyer);
        await StateAsync(id, "FINALIZED", mine: true);

        Assert.Equal(Buyer.Address, Address.Parse(await Chain.QueryAsync<OwnerOfFunction, string>(deeds, new OwnerOfFunction { Id = 7 })));
        Assert.Equal(25, await Chain.QueryAsync<Escrow.Contracts.Erc1155.BalanceOfFunction, BigInteger>(lots, new Escrow.Contracts.Erc1155.BalanceOfFunction { Owner = Buyer.Address.ToString(), Id = 3 }));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Seller.Address));
    }

    [Fact]
    public async Task Three_parties_settle_a_ring_of_legs_and_one_that_does_not_deposit_costs_the_others_nothing()
    {
        PrivateKeySigner agent = Chain.Accounts[3];
        Address lots = await Chain.DeployAsync(new MintableLotsDeployment());
        string escrow = Chain.Escrow.ToString();
        await Chain.SendAsync(agent, lots, new MintableLotsMintFunction { To = agent.Address.ToString(), TokenId = 3, Amount = 40 });
        await Chain.SendAsync(agent, lots, new Escrow.Contracts.Erc1155.SetApprovalForAllFunction { Operator = escrow, IsApproved = true });
        async Task<BigInteger> LotsAsync(Address owner) => await Chain.QueryAsync<Escrow.Contracts.Erc1155.BalanceOfFunction, BigInteger>(
            lots, new Escrow.Contracts.Erc1155.BalanceOfFunction { Owner = owner.ToString(), Id = 3 });

        await using KeeperHost keeper = await StartAsync(jobs: false);
        foreach (bool complete in (bool[])[false, true])
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            ulong head = (await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp;
            DateTimeOffset timeout = DateTimeOffset.FromUnixTimeSeconds(Math.Max(now.ToUnixTimeSeconds(), (long)head)).AddMinutes(30);
            Guid id = await Book.InstructAsync(TestChain.ChainId, Environment, Template,
                [new BookParty("buyer", Environment, Buyer.Address), new BookParty("seller", Environment, Seller.Address), new BookParty("agent", Environment, agent.Address)],
                [
                    new BookLeg("asset", Bond, "seller", "buyer", Bonds), new BookLeg("payment", Money, "buyer", "agent", Cash, Decimals: 6),
                    new BookLeg("asset", lots, "agent", "seller", 25UL, "ERC-1155", 3),
                ], timeout, now);
            await StateAsync(id, "AWAITING_DEPOSITS");
            EscrowTerms terms = await TermsAsync(id);
            await DepositAsync(terms, 0, Seller);
            await DepositAsync(terms, 1, Buyer);
            if (!complete)
            {
                await Chain.MoveTimeToAsync(terms.Header.Deadline.Seconds + 1);
                await StateAsync(id, "ROLLED_BACK", mine: true);
                Assert.Equal((Bonds, Cash), (await Chain.BalanceAsync(Bond, Seller.Address), await Chain.BalanceAsync(Money, Buyer.Address)));
                continue;
            }
            await DepositAsync(terms, 2, agent);
            await StateAsync(id, "FINALIZED", mine: true);
            Assert.Equal((Bonds, Cash, 25, 15), (await Chain.BalanceAsync(Bond, Buyer.Address), await Chain.BalanceAsync(Money, agent.Address), await LotsAsync(Seller.Address), await LotsAsync(agent.Address)));
        }
    }

    [Fact]
    public async Task A_lone_deposit_comes_back_after_the_deadline()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromMinutes(10));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        Assert.Equal(UInt256.Zero, await Chain.BalanceAsync(Bond, Seller.Address));

        await Chain.MoveTimeToAsync(terms.Header.Deadline.Seconds + 1);
        await StateAsync(id, "ROLLED_BACK", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));
        Assert.Equal(Cash, await Chain.BalanceAsync(Money, Buyer.Address));
        Assert.Contains("settlement.rollback.started", await Book.MessagesAsync(id, Environment));
        Assert.Contains("settlement.leg.refunded", await Book.MessagesAsync(id, Environment));
    }

    [Fact]
    public async Task A_reorg_that_removes_a_deposit_is_followed_and_the_deposit_can_come_again()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await Chain.MineAsync(3);
        await DepositAsync(terms, 0, Seller);
        await LegAsync(terms, 0, "deposited");
        // One block on top: with two the deposit would be final, and whoever has seen that halts.
        await Chain.MineAsync(1);
        await Chain.ReorgAsync(2);
        await LegAsync(terms, 0, "pending");
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Seller.Address));

        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Buyer.Address));
    }

    [Fact]
    public async Task A_swap_by_a_stranger_counts_like_ours()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false, ("Keeper:SwapMarginSeconds", "3600"));
        // With a margin as long as the settlement the keeper itself never offers the swap.
        Guid id = await InstructAsync(TimeSpan.FromMinutes(30));
        await StateAsync(id, "AWAITING_DEPOSITS");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "EXECUTING_SWAP");
        Assert.True((await Chain.SendAsync(Chain.Accounts[3], Chain.Escrow, EscrowMessages.ExecuteSwap(terms))).Succeeded);
        await LegAsync(terms, 1, "released");
        OrderStore orders = new(Database.Source, TimeProvider.System);
        Assert.Equal(OrderOutcome.Executed, await orders.RollBackAsync(id, "too late", "operator:test", CancellationToken.None));
        await StateAsync(id, "FINALIZED", mine: true);
        Assert.Equal(0, await OursAsync(terms, "execute"));
    }
}
