using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Web3;
using Keystone.Testing;
using Nethereum.Contracts;

namespace Keystone.Domain.Tests.Escrow;

/// <summary>Our terms, call data, signatures, events and fold against the published contract on a real chain.</summary>
public sealed class EscrowOnChainTests(TestChain chain) : IClassFixture<TestChain>
{
    static readonly UInt256 Bonds = UInt256.Parse("100000000000000000000"); // 100 with 18 decimals
    static readonly UInt256 Cash = 50_000_000_000UL; // 50,000 with 6 decimals

    [Fact]
    public async Task A_swap_moves_both_legs_and_the_fold_says_what_the_chain_says()
    {
        Deal deal = await AgreeAsync(minutes: 60);
        await AssertDoneAsync(chain.Accounts[0], EscrowMessages.Register(deal.Terms));
        await AssertDoneAsync(deal.Seller, EscrowMessages.Deposit(deal.Terms, 0));
        await AssertDoneAsync(deal.Buyer, EscrowMessages.Deposit(deal.Terms, 1));
        Assert.Equal(Bonds, await chain.BalanceAsync(deal.Bond, chain.Escrow));
        EscrowSnapshot funded = await FoldAsync(deal.Terms);
        Assert.True(funded.IsFull);

        // Anyone may execute: here an account that is neither party nor operator.
        await AssertDoneAsync(chain.Accounts[3], EscrowMessages.ExecuteSwap(deal.Terms));

        Assert.Equal(Bonds, await chain.BalanceAsync(deal.Bond, deal.Buyer.Address));
        Assert.Equal(Cash, await chain.BalanceAsync(deal.Money, deal.Seller.Address));
        Assert.Equal(UInt256.Zero, await chain.BalanceAsync(deal.Bond, chain.Escrow));
        Assert.Equal(UInt256.Zero, await chain.BalanceAsync(deal.Money, chain.Escrow));
        EscrowSnapshot record = await FoldAsync(deal.Terms);
        Assert.Equal(EscrowState.Executed, record.State);
        Assert.Equal(await StateOnChainAsync(deal.Terms), record.State);
        Assert.Equal(deal.Terms.Legs, record.Legs.Select(leg => leg.Terms!));
    }

    [Fact]
    public async Task A_lone_deposit_comes_back_after_the_deadline_from_logs_alone()
    {
        Deal deal = await AgreeAsync(minutes: 10);
        // Nobody registers: the first deposit publishes the header, and its leg.
        await AssertDoneAsync(deal.Seller, EscrowMessages.Deposit(deal.Terms, 0));
        await AssertRevertsAsync(chain.Accounts[3], EscrowMessages.Refund(deal.Terms, 0), typeof(StillOpenError));
        await AssertRevertsAsync(chain.Accounts[3], EscrowMessages.ExecuteSwap(deal.Terms), typeof(NotFullyFundedError));

        await chain.MoveTimeToAsync(deal.Terms.Header.Deadline.Seconds + 1);
        await AssertRevertsAsync(deal.Buyer, EscrowMessages.Deposit(deal.Terms, 1), typeof(ExpiredError));
        await AssertDoneAsync(chain.Accounts[3], EscrowMessages.Refund(deal.Terms, 0));

        Assert.Equal(Bonds, await chain.BalanceAsync(deal.Bond, deal.Seller.Address));
        Assert.Equal(Cash, await chain.BalanceAsync(deal.Money, deal.Buyer.Address));
        EscrowSnapshot record = await FoldAsync(deal.Terms);
        Assert.Equal(EscrowState.Open, record.State);
        Assert.Equal(LegStatus.Refunded, record.Legs[0].Status);
        Assert.False(record.Holds);
    }

    [Fact]
    public async Task The_operator_can_only_send_money_back()
    {
        Deal deal = await AgreeAsync(minutes: 60);
        await AssertDoneAsync(deal.Buyer, EscrowMessages.Deposit(deal.Terms, 1));
        await AssertRevertsAsync(deal.Seller, EscrowMessages.CancelAsOperator(deal.Terms), typeof(NotOperatorError));
        await AssertDoneAsync(chain.Accounts[0], EscrowMessages.CancelAsOperator(deal.Terms));
        await AssertRevertsAsync(deal.Seller, EscrowMessages.Deposit(deal.Terms, 0), typeof(NotOpenError));
        await AssertDoneAsync(chain.Accounts[3], EscrowMessages.Refund(deal.Terms, 1));
        Assert.Equal(Cash, await chain.BalanceAsync(deal.Money, deal.Buyer.Address));
        Assert.Equal(EscrowState.Cancelled, (await FoldAsync(deal.Terms)).State);
    }

    [Fact]
    public async Task A_withdrawn_leg_is_pending_again_and_can_come_back()
    {
        Deal deal = await AgreeAsync(minutes: 60);
        await AssertDoneAsync(deal.Seller, EscrowMessages.Deposit(deal.Terms, 0));
        await AssertDoneAsync(deal.Seller, EscrowMessages.WithdrawLeg(deal.Terms, 0));
        Assert.Equal(LegStatus.Withdrawn, (await FoldAsync(deal.Terms)).Legs[0].Status);
        Assert.Equal(Bonds, await chain.BalanceAsync(deal.Bond, deal.Seller.Address));
        await AssertDoneAsync(deal.Seller, EscrowMessages.Deposit(deal.Terms, 0));
        Assert.Equal(LegStatus.Deposited, (await FoldAsync(deal.Terms)).Legs[0].Status);
    }

    [Fact]
    public async Task A_reorg_takes_a_deposit_out_of_the_fold()
    {
        Deal deal = await AgreeAsync(minutes: 60);
        await AssertDoneAsync(chain.Accounts[0], EscrowMessages.Register(deal.Terms));
        await AssertDoneAsync(deal.Seller, EscrowMessages.Deposit(deal.Terms, 0));
        await chain.MineAsync(2);
        await chain.ReorgAsync(3);
        Assert.Equal(LegStatus.Pending, (await FoldAsync(deal.Terms)).Legs[0].Status);
        Assert.Equal(Bonds, await chain.BalanceAsync(deal.Bond, deal.Seller.Address));
    }

    sealed record Deal(EscrowTerms Terms, Ethereum.Signing.PrivateKeySigner Seller, Ethereum.Signing.PrivateKeySigner Buyer, Address Bond, Address Money);

    async Task<Deal> AgreeAsync(int minutes)
    {
        (Ethereum.Signing.PrivateKeySigner seller, Ethereum.Signing.PrivateKeySigner buyer) = (chain.Accounts[1], chain.Accounts[2]);
        Address bond = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        Address money = await chain.DeployTokenAsync("USD Coin", "USDC", 6);
        foreach ((Ethereum.Signing.PrivateKeySigner owner, Address token, UInt256 amount) in new[] { (seller, bond, Bonds), (buyer, money, Cash) })
        {
            await chain.SendAsync(owner, token, TokenMessages.Mint(owner.Address, amount));
            // Twice the amount: one test deposits the same leg again.
            await chain.SendAsync(owner, token, TokenMessages.Approve(chain.Escrow, amount + amount));
        }
        ulong now = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp;
        EscrowHeader header = new(Keccak256.Hash(bond.ToBytes()), 0, now + (ulong)minutes * 60, chain.Accounts[0].Address, Address.Zero, Hash32.Zero);
        ImmutableArray<EscrowLeg> legs =
        [
            new(TokenKind.Erc20, CustodyMode.Custody, bond, seller.Address, buyer.Address, seller.Address, UInt256.Zero, Bonds),
            new(TokenKind.Erc20, CustodyMode.Custody, money, buyer.Address, seller.Address, buyer.Address, UInt256.Zero, Cash),
        ];
        return new Deal(new EscrowTerms(TestChain.ChainId, chain.Escrow, header, legs), seller, buyer, bond, money);
    }

    async Task AssertDoneAsync<T>(Ethereum.Signing.PrivateKeySigner from, T message) where T : FunctionMessage, new() =>
        Assert.True((await chain.SendAsync(from, chain.Escrow, message)).Succeeded);

    /// <summary>The estimate of a call reverts with an error.</summary>
    async Task AssertRevertsAsync<T>(Ethereum.Signing.PrivateKeySigner from, T message, Type error) where T : FunctionMessage, new()
    {
        SmartContractCustomErrorRevertException revert = await Assert.ThrowsAsync<SmartContractCustomErrorRevertException>(
            () => NodeWeb3.Create(chain.Node, from, TestChain.ChainId).Eth.GetContractHandler(chain.Escrow.ToString()).EstimateGasAsync(message));
        Assert.True(revert.IsCustomErrorFor(error), $"{error.Name} is not {revert.ExceptionEncodedData}.");
    }

    async Task<EscrowState> StateOnChainAsync(EscrowTerms terms)
    {
        EscrowOfOutput answer = await NodeWeb3.Create(chain.Node).Eth.GetContractHandler(chain.Escrow.ToString())
            .QueryDeserializingToObjectAsync<EscrowOfFunction, EscrowOfOutput>(new EscrowOfFunction { Id = terms.Id.ToBytes() });
        return (EscrowState)answer.State;
    }

    async Task<EscrowSnapshot> FoldAsync(EscrowTerms terms)
    {
        long head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        IReadOnlyList<LogEntry> logs = await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [null, [terms.Id]], 0, head), CancellationToken.None);
        EscrowSnapshot? record = null;
        foreach (LogEntry log in logs)
        {
            EscrowEvent? happened = EscrowLogs.Decode(terms.ChainId, log);
            Assert.NotNull(happened);
            record = EscrowFold.Apply(record, happened, new LogPosition(log.BlockNumber, log.TransactionHash, log.LogIndex));
        }
        return record!;
    }
}
