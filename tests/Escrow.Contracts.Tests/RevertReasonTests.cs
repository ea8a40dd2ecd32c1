using Keystone.Domain.Escrow;
using Keystone.Ethereum.Abi;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>Every error of the escrow that the definitions know is shown to tenants by its name.</summary>
public sealed class RevertReasonTests
{
    [Fact]
    public void Each_error_of_the_escrow_has_words()
    {
        HashSet<string> known = [.. RevertReason.Known.Keys.Select(signature => Convert.ToHexStringLower(AbiCall.Selector(signature)))];
        var errors = typeof(ContractErrors).Assembly.GetTypes()
            .Where(type => type.Namespace?.EndsWith(".SettlementEscrow", StringComparison.Ordinal) == true && type.IsDefined(typeof(ErrorAttribute), inherit: false))
            .Select(type => new AttributesToABIExtractor().ExtractErrorABI(type)).ToArray();
        Assert.True(errors.Length > 20, "The definitions of the escrow's errors were not found.");
        Assert.Equal([], errors.Where(error => !known.Contains(error.Sha3Signature)).Select(error => error.Name));
    }
}
