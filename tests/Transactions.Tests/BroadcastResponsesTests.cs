using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions.Tests;

public class BroadcastResponsesTests
{
    [Theory]
    // anvil
    [InlineData(-32003, "transaction already imported", BroadcastResponse.Known)]
    [InlineData(-32003, "nonce too low", BroadcastResponse.NonceTooLow)]
    [InlineData(-32003, "replacement transaction underpriced", BroadcastResponse.Underpriced)]
    [InlineData(-32003, "Insufficient funds for gas * price + value", BroadcastResponse.InsufficientFunds)]
    [InlineData(-32003, "max fee per gas less than block base fee", BroadcastResponse.FeeBelowBase)]
    // geth
    [InlineData(-32000, "already known", BroadcastResponse.Known)]
    [InlineData(-32000, "nonce too low: next nonce 7, tx nonce 5", BroadcastResponse.NonceTooLow)]
    [InlineData(-32000, "replacement transaction underpriced", BroadcastResponse.Underpriced)]
    [InlineData(-32000, "transaction underpriced: tip needed 1000000, tip permitted 1", BroadcastResponse.Underpriced)]
    [InlineData(-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000", BroadcastResponse.InsufficientFunds)]
    [InlineData(-32000, "max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 7", BroadcastResponse.FeeBelowBase)]
    [InlineData(-32000, "tx fee (2.10 ether) exceeds the configured cap (1.00 ether)", BroadcastResponse.FeeTooHigh)]
    [InlineData(-32000, "txpool is full", BroadcastResponse.Busy)]
    // nethermind
    [InlineData(-32010, "AlreadyKnown", BroadcastResponse.Known)]
    [InlineData(-32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 3", BroadcastResponse.NonceTooLow)]
    [InlineData(-32010, "ReplacementNotAllowed", BroadcastResponse.Underpriced)]
    [InlineData(-32010, "InsufficientFunds, Account balance: 0, cumulative cost: 1", BroadcastResponse.InsufficientFunds)]
    [InlineData(-32010, "FeeTooLow, MaxFeePerGas too low", BroadcastResponse.Underpriced)]
    // besu
    [InlineData(-32000, "Known transaction", BroadcastResponse.Known)]
    [InlineData(-32001, "Nonce too low", BroadcastResponse.NonceTooLow)]
    [InlineData(-32004, "Upfront cost exceeds account balance", BroadcastResponse.InsufficientFunds)]
    [InlineData(-32009, "Gas price below current base fee", BroadcastResponse.FeeBelowBase)]
    // the case pool-words
    [InlineData(-32000, "transaction gas price below minimum: gas tip cap 1000000000, minimum needed 2000000000", BroadcastResponse.Underpriced)]
    [InlineData(-32000, "INTERNAL_ERROR: could not replace existing tx", BroadcastResponse.Underpriced)]
    [InlineData(-32009, "Gas price below configured minimum gas price", BroadcastResponse.Underpriced)]
    [InlineData(-32000, "Transaction fee cap exceeded", BroadcastResponse.FeeTooHigh)]
    // the same clients, elsewhere
    [InlineData(-32000, "fee too low", BroadcastResponse.Underpriced)]
    [InlineData(-32010, "NonceTooFarInFuture", BroadcastResponse.NonceTooHigh)]
    [InlineData(-32000, "Transaction nonce is too distant from current sender nonce", BroadcastResponse.NonceTooHigh)]
    [InlineData(-32000, "transaction priority fee below minimum required priority fee 1000000", BroadcastResponse.Underpriced)]
    [InlineData(-32000, "future transaction tries to replace pending", BroadcastResponse.NonceTooHigh)]
    // providers and the unexpected
    [InlineData(-32005, "daily request count exceeded", BroadcastResponse.Busy)]
    [InlineData(429, null, BroadcastResponse.Busy)]
    [InlineData(-32603, "internal error", BroadcastResponse.Unknown)]
    [InlineData(null, null, BroadcastResponse.Unknown)]
    public void Rejections_are_classified_by_their_error_message(int? code, string? message, object expected) =>
        Assert.Equal(expected, BroadcastResponses.Read(new SendResponse(false, null, code, message)));

    [Fact]
    public void An_accepted_transaction_is_accepted() =>
        Assert.Equal(BroadcastResponse.Accepted, BroadcastResponses.Read(new SendResponse(true, default(Keystone.Ethereum.Hash32), null, null)));
}
