// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>Creation of a <c>MintableToken</c>, with the published code.</summary>
public sealed class MintableTokenDeployment() : ContractDeploymentMessage(PublishedContract.MintableToken.CreationCode)
{
    /// <summary><c>name_</c>, string.</summary>
    [Parameter("string", "name_", 1)]
    public string Name { get; set; } = null!;

    /// <summary><c>symbol_</c>, string.</summary>
    [Parameter("string", "symbol_", 2)]
    public string Symbol { get; set; } = null!;

    /// <summary><c>decimals_</c>, uint8.</summary>
    [Parameter("uint8", "decimals_", 3)]
    public byte Decimals { get; set; }
}
