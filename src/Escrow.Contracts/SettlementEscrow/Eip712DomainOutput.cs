// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>What <c>eip712Domain</c> returns.</summary>
[FunctionOutput]
public sealed class Eip712DomainOutput : IFunctionOutputDTO
{
    /// <summary><c>_0</c>, bytes1.</summary>
    [Parameter("bytes1", "", 1)]
    public byte[] Value1 { get; set; } = null!;

    /// <summary><c>_1</c>, string.</summary>
    [Parameter("string", "", 2)]
    public string Value2 { get; set; } = null!;

    /// <summary><c>_2</c>, string.</summary>
    [Parameter("string", "", 3)]
    public string Value3 { get; set; } = null!;

    /// <summary><c>_3</c>, uint256.</summary>
    [Parameter("uint256", "", 4)]
    public BigInteger Value4 { get; set; }

    /// <summary><c>_4</c>, address.</summary>
    [Parameter("address", "", 5)]
    public string Value5 { get; set; } = null!;

    /// <summary><c>_5</c>, bytes32.</summary>
    [Parameter("bytes32", "", 6)]
    public byte[] Value6 { get; set; } = null!;

    /// <summary><c>_6</c>, uint256[].</summary>
    [Parameter("uint256[]", "", 7)]
    public List<BigInteger> Value7 { get; set; } = [];
}
