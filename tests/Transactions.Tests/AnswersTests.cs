using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions.Tests;

public class AnswersTests
{
    [Theory]
    // anvil
    [InlineData(-32003, "transaction already imported", Answer.Known)]
    [InlineData(-32003, "nonce too low", Answer.NonceTooLow)]
    [InlineData(-32003, "replacement transaction underpriced", Answer.Underpriced)]
    [InlineData(-32003, "Insufficient funds for gas * price + value", Answer.InsufficientFunds)]
    [InlineData(-32003, "max fee per gas less than block base fee", Answer.FeeBelowBase)]
    // geth
    [InlineData(-32000, "already known", Answer.Known)]
    [InlineData(-32000, "nonce too low: next nonce 7, tx nonce 5", Answer.NonceTooLow)]
    [InlineData(-32000, "replacement transaction underpriced", Answer.Underpriced)]
    [InlineData(-32000, "transaction underpriced: tip needed 1000000, tip permitted 1", Answer.Underpriced)]
    [InlineData(-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000", Answer.InsufficientFunds)]
    [InlineData(-32000, "max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 7", Answer.FeeBelowBase)]
    [InlineData(-32000, "tx fee (2.10 ether) exceeds the configured cap (1.00 ether)", Answer.FeeTooHigh)]
    [InlineData(-32000, "txpool is full", Answer.Busy)]
    // nethermind
    [InlineData(-32010, "AlreadyKnown", Answer.Known)]
    [InlineData(-32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 3", Answer.NonceTooLow)]
    [InlineData(-32010, "ReplacementNotAllowed", Answer.Underpriced)]
    [InlineData(-32010, "InsufficientFunds, Account balance: 0, cumulative cost: 1", Answer.InsufficientFunds)]
    [InlineData(-32010, "FeeTooLow, MaxFeePerGas too low", Answer.Underpriced)]
    // besu
    [InlineData(-32000, "Known transaction", Answer.Known)]
    [InlineData(-32001, "Nonce too low", Answer.NonceTooLow)]
    [InlineData(-32004, "Upfront cost exceeds account balance", Answer.InsufficientFunds)]
    [InlineData(-32009, "Gas price below current base fee", Answer.FeeBelowBase)]
    // providers and the unexpected
    [InlineData(-32005, "daily request count exceeded", Answer.Busy)]
    [InlineData(429, null, Answer.Busy)]
    [InlineData(-32603, "internal error", Answer.Unknown)]
    [InlineData(null, null, Answer.Unknown)]
    public void Refusals_are_read_by_their_words(int? code, string? message, Answer expected) =>
        Assert.Equal(expected, Answers.Read(new SendAnswer(false, null, code, message)));

    [Fact]
    public void An_accepted_transaction_is_accepted() =>
        Assert.Equal(Answer.Accepted, Answers.Read(new SendAnswer(true, default(Keystone.Ethereum.Hash32), null, null)));
}
