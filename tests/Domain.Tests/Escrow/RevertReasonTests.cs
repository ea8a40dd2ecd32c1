using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Tests.Escrow;

/// <summary>Reverts in words: nothing of a node, and no argument that could be an address of the operator.</summary>
public sealed class RevertReasonTests
{
    [Theory]
    [InlineData("0x08c379a000000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000011"
        + "6163636f756e742069732066726f7a656e000000000000000000000000000000", "reverted: account is frozen")]
    [InlineData("0x4e487b710000000000000000000000000000000000000000000000000000000000000011", "reverted with Panic: arithmetic overflow or underflow")]
    [InlineData("0x4e487b710000000000000000000000000000000000000000000000000000000000000099", "reverted with Panic: code 153")]
    [InlineData("0xdeadbeef000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266", "reverted with 0xdeadbeef")]
    [InlineData("0x08c379a0ffff", "reverted with 0x08c379a0")]
    [InlineData("0x", "reverted without a reason")]
    public void A_revert_in_words(string data, string words) => Assert.Equal(words, RevertReason.Describe(Hex.Decode(data)));

    [Fact]
    public void Errors_of_the_escrow_go_by_their_names_without_arguments()
    {
        byte[] data = [.. AbiCall.Selector("NotOperator(address)"), .. new byte[12], .. Hex.Decode("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")];
        Assert.Equal("reverted with NotOperator: the caller is not the operator of the terms", RevertReason.Describe(data));
        Assert.All(RevertReason.Known.Keys, signature => Assert.Contains('(', signature));
    }

    [Theory]
    [InlineData("would revert 0x08c379a0000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000047061757300000000000000000000000000000000000000000000000000000000: execution reverted at http://10.0.0.7:8545", "reverted: paus")]
    [InlineData("would revert: execution reverted", "reverted without a reason")]
    [InlineData("would revert 0xdeadbeef: x", "reverted with 0xdeadbeef")]
    [InlineData("insufficient funds: 0xf39F has 5 wei", null)]
    [InlineData("cannot be simulated: out of gas", null)]
    [InlineData(null, null)]
    public void Only_the_chains_own_refusals_are_shown(string? stored, string? words) => Assert.Equal(words, RevertReason.OfStored(stored));
}
