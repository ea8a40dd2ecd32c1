using Keystone.Escrow.Contracts.SettlementEscrow;
using Nethereum.ABI.FunctionEncoding;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>Reverts are told by the name of the error; what cannot be read is not guessed.</summary>
public sealed class ContractErrorsTests
{
    [Theory]
    [InlineData("0x08c379a000000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000002686f000000000000000000000000000000000000000000000000000000000000", "Error(message: ho)")]
    [InlineData("0x4e487b710000000000000000000000000000000000000000000000000000000000000011", "Panic(code: 17)")]
    [InlineData("0xdeadbeef", null)]
    [InlineData("0x08c379", null)]
    [InlineData("0x", null)]
    [InlineData(null, null)]
    public void A_revert_is_reported_by_its_name(string? data, string? said) => Assert.Equal(said, ContractErrors.Describe(data));

    [Fact]
    public void Arguments_are_reported_with_their_names()
    {
        string caller = "0x00000000000000000000000000000000000000aA";
        Assert.Equal($"NotDepositor(index: 3, caller: {caller})", ContractErrors.Describe(Encode(new NotDepositorError { Index = 3, Caller = caller })), ignoreCase: true);
        Assert.Equal("UnknownSettlement(id: 0x" + new string('1', 64) + ")", ContractErrors.Describe(Encode(new UnknownSettlementError { Id = [.. Enumerable.Repeat((byte)0x11, 32)] })));
    }

    [Theory]
    [InlineData(11, "InvalidLeg(index: 2, fault: NotErc721)")]
    [InlineData(0, "InvalidLeg(index: 2, fault: ZeroAddress)")]
    [InlineData(200, "InvalidLeg(index: 2, fault: 200)")]
    public void An_enum_is_named_as_the_contract_names_it(int fault, string said) =>
        Assert.Equal(said, ContractErrors.Describe(Encode(new InvalidLegError { Index = 2, Fault = (LegFault)fault })));

    [Fact]
    public void Every_fault_of_a_leg_has_its_name()
    {
        foreach (LegFault fault in Enum.GetValues<LegFault>())
            Assert.EndsWith($"fault: {fault})", ContractErrors.Describe(Encode(new InvalidLegError { Fault = fault })), StringComparison.Ordinal);
        Assert.Equal("NotOpen(state: Executed)", ContractErrors.Describe(Encode(new NotOpenError { State = SettlementState.Executed })));
    }

    static string Encode<T>(T error) where T : class =>
        "0x" + new Nethereum.ABI.FunctionEncoding.Attributes.AttributesToABIExtractor().ExtractErrorABI(typeof(T)).Sha3Signature
        + Convert.ToHexStringLower(new ParametersEncoder().EncodeParametersFromTypeAttributes(typeof(T), error));
}
