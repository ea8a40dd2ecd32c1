using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Settlements.Advance;
using Keystone.Testing;
using Keystone.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Keeper.Tests;

/// <summary>
/// Calls of the published escrow under the prices of Amsterdam, with the gas limits that the keeper gives them: estimated while the recipients hold some of
/// what they receive, mined when some of them hold nothing.
/// </summary>
public sealed class AmsterdamMarginTests(AmsterdamChain chain) : IClassFixture<AmsterdamChain>, IAsyncLifetime
{
    static readonly UInt256 Amount = 1_000UL;

    readonly GasLimits _limits = new(new TransactionsOptions(), NullLogger.Instance);
    Address _bond, _money;

    PrivateKeySigner Keeper => chain.Accounts[0];

    PrivateKeySigner Seller => chain.Accounts[1];

    PrivateKeySigner Buyer => chain.Accounts[2];

    public async Task InitializeAsync()
    {
        _bond = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        _money = await chain.DeployTokenAsync("USD Coin", "USDC", 6);
        foreach ((PrivateKeySigner owner, Address token) in new[] { (Seller, _bond), (Buyer, _money) })
        {
            await SendAsync(Keeper, token, AbiCall.Encode("mint(address,uint256)", AbiValue.Address(owner.Address), AbiValue.Uint(Amount * 64UL)));
            await SendAsync(owner, token, AbiCall.Encode("approve(address,uint256)", AbiValue.Address(chain.Escrow), AbiValue.Uint(Amount * 64UL)));
        }
        BlockHeader head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;
        await _limits.RefreshAsync(chain.Node, Keeper.Address, head, CancellationToken.None);
        // The chain's own price, measured: 110,020 by EIP-8037 and EIP-8038.
        Assert.InRange(_limits.NewStorageSlot, 110_020UL, 112_500UL);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_swap_succeeds_when_recipients_are_empty_in_its_block_and_fails_with_a_margin_of_50000(int empty)
    {
        EscrowTerms terms = await FundedAsync(0, 2);
        byte[] data = EscrowCalls.ExecuteSwap(terms);
        ulong estimate = await EstimateAsync(data, Recipients(terms));
        await HoldAsync(Recipients(terms)[empty..]);

        Assert.False(await SucceedsAsync(data, MarginBefore(estimate)));
        Assert.True(await SucceedsAsync(data, Limit(EscrowIntents.ExecuteSwap, -1, terms, estimate)));
    }

    [Fact]
    public async Task A_refund_succeeds_when_its_recipient_is_empty_in_its_block_and_fails_with_a_margin_of_50000()
    {
        EscrowTerms terms = await FundedAsync(1, 2);
        await SendAsync(Keeper, chain.Escrow, EscrowCalls.CancelAsOperator(terms));
        byte[] data = EscrowCalls.Refund(terms, 0);
        // The seller gave away all that it had left, or has all but the deposit: between the two lies one transfer.
        await SendAsync(Seller, _bond, Transfer(Buyer.Address, await chain.BalanceAsync(_bond, Seller.Address)));
        ulong estimate = await EstimateAsync(data, [(_bond, Seller.Address)]);

        Assert.False(await SucceedsAsync(data, MarginBefore(estimate)));
        Assert.True(await SucceedsAsync(data, Limit(EscrowIntents.Refund, 0, terms, estimate)));
    }

    [Fact]
    public async Task Items_of_a_batch_are_executed_when_all_recipients_are_empty_and_fail_with_their_estimate_as_gasEach()
    {
        EscrowTerms[] terms = [await FundedAsync(2, 2), await FundedAsync(3, 2), await FundedAsync(4, 2)];
        (Address, Address)[] recipients = [.. terms.SelectMany(Recipients)];
        ulong[] estimates = new ulong[terms.Length];
        for (int i = 0; i < terms.Length; i++) estimates[i] = await EstimateAsync(EscrowCalls.ExecuteSwap(terms[i]), recipients);
        byte[] before = EscrowCalls.ExecuteSwaps(terms, estimates.Max());
        byte[] now = EscrowCalls.ExecuteSwaps(terms, terms.Zip(estimates, (one, estimate) => Limit(EscrowIntents.ExecuteSwap, -1, one, estimate)).Max());
        ulong estimateBefore = await EstimateAsync(before, recipients), estimateNow = await EstimateAsync(now, recipients);

        Assert.Equal(0, await ExecutedAsync(before, _limits.Of(new PlannedCall(chain.Escrow, before, NewStorageSlots: 6), estimateBefore)!.Value));
        Assert.Equal(3, await ExecutedAsync(now, _limits.Of(new PlannedCall(chain.Escrow, now, NewStorageSlots: 6), estimateNow)!.Value));
    }

    [Fact]
    public async Task A_swap_of_64_legs_fits_into_a_transaction_when_all_recipients_are_empty_in_its_block()
    {
        EscrowTerms terms = await FundedAsync(5, 64);
        byte[] data = EscrowCalls.ExecuteSwap(terms);
        ulong estimate = await EstimateAsync(data, Recipients(terms));
        ulong limit = Limit(EscrowIntents.ExecuteSwap, -1, terms, estimate);
        Assert.InRange(limit, estimate, GasSchedule.ExecutionCap);

        Assert.False(await SucceedsAsync(data, MarginBefore(estimate)));
        Assert.True(await SucceedsAsync(data, limit));
        // Where they are empty at the estimate already, the allowance may not push the call out of what a transaction may have.
        ulong full = await chain.Node.EstimateGasAsync(new CallRequest(Keeper.Address, chain.Escrow, data), CancellationToken.None);
        Assert.True(await SucceedsAsync(data, Limit(EscrowIntents.ExecuteSwap, -1, terms, full)));
    }

    [Fact]
    public async Task An_empty_transfer_to_the_sender_itself_fills_a_nonce() =>
        Assert.True(await SucceedsAsync([], _limits.Fill, Keeper.Address));

    ulong Limit(string purpose, int part, EscrowTerms terms, ulong estimate) =>
        _limits.Of(new PlannedCall(chain.Escrow, default, NewStorageSlots: EscrowStorageSlots.Of(purpose, part, terms)), estimate)!.Value;

    // What the keeper allowed for before it measured.
    static ulong MarginBefore(ulong estimate) => estimate + Math.Max(estimate / 4, 50_000);

    static (Address Token, Address Holder)[] Recipients(EscrowTerms terms) => [.. terms.Legs.Select(leg => (leg.Token, leg.To))];

    /// <summary>A settlement with every leg in. Its recipients are nobody's, so that they hold nothing.</summary>
    async Task<EscrowTerms> FundedAsync(int number, int legs)
    {
        ulong now = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp;
        Address Recipient(int leg) => Address.Parse("0x" + (((number + 1L) << 32) + leg + 1).ToString("x40", CultureInfo.InvariantCulture));
        EscrowTerms terms = new(TestChain.ChainId, chain.Escrow,
            new EscrowHeader(Hash32.Zero, 0, now + 86_400, Keeper.Address, Address.Zero, Keccak256.Hash([(byte)number])),
            [.. Enumerable.Range(0, legs).Select(leg => leg % 2 == 0
                ? new EscrowLeg(TokenKind.Erc20, CustodyMode.Custody, _bond, Seller.Address, Recipient(leg), Seller.Address, UInt256.Zero, Amount)
                : new EscrowLeg(TokenKind.Erc20, CustodyMode.Custody, _money, Buyer.Address, Recipient(leg), Buyer.Address, UInt256.Zero, Amount))]);
        for (int leg = 0; leg < legs; leg++) await SendAsync(leg % 2 == 0 ? Seller : Buyer, chain.Escrow, EscrowCalls.Deposit(terms, leg));
        return terms;
    }

    async Task HoldAsync((Address Token, Address Holder)[] holders)
    {
        foreach ((Address token, Address holder) in holders)
            await SendAsync(chain.Accounts[3], token, AbiCall.Encode("mint(address,uint256)", AbiValue.Address(holder), AbiValue.Uint(1)));
    }

    /// <summary>The node's estimate in a state in which each of these holds one unit; the state is put back.</summary>
    async Task<ulong> EstimateAsync(byte[] data, (Address Token, Address Holder)[] holders)
    {
        string snapshot = (await chain.AskAsync("evm_snapshot")).GetString()!;
        await HoldAsync(holders);
        ulong estimate = await chain.Node.EstimateGasAsync(new CallRequest(Keeper.Address, chain.Escrow, data), CancellationToken.None);
        await chain.AskAsync("evm_revert", snapshot);
        return estimate;
    }

    async Task<bool> SucceedsAsync(byte[] data, ulong gas, Address? to = null) => (await MinedAsync(data, gas, to)).Succeeded;

    async Task<int> ExecutedAsync(byte[] data, ulong gas)
    {
        TransactionReceipt receipt = await MinedAsync(data, gas, null);
        Assert.True(receipt.Succeeded);
        return receipt.Logs.Select(log => EscrowLogs.Decode(TestChain.ChainId, log)).Count(one => one is EscrowEvent.Executed);
    }

    // The state is put back, so that one settlement serves several limits.
    async Task<TransactionReceipt> MinedAsync(byte[] data, ulong gas, Address? to)
    {
        string snapshot = (await chain.AskAsync("evm_snapshot")).GetString()!;
        Hash32 hash = await chain.BroadcastAsync(Keeper, to ?? chain.Escrow, data, gas);
        TransactionReceipt receipt = (await chain.Node.GetTransactionReceiptAsync(hash, CancellationToken.None))!;
        await chain.AskAsync("evm_revert", snapshot);
        return receipt;
    }

    async Task SendAsync(PrivateKeySigner from, Address to, byte[] data) => Assert.True((await chain.SendAsync(from, to, data)).Succeeded);

    static byte[] Transfer(Address to, UInt256 amount) => AbiCall.Encode("transfer(address,uint256)", AbiValue.Address(to), AbiValue.Uint(amount));
}
