// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>ERC-1155 hook: answers only while this contract runs and is itself the operator.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("onERC1155Received", "bytes4")]
public sealed class OnERC1155ReceivedFunction : FunctionMessage
{
    /// <summary><c>operator</c>, address.</summary>
    [Parameter("address", "operator", 1)]
    public string Operator { get; set; } = null!;

    /// <summary><c>_1</c>, address.</summary>
    [Parameter("address", "", 2)]
    public string Value2 { get; set; } = null!;

    /// <summary><c>_2</c>, uint256.</summary>
    [Parameter("uint256", "", 3)]
    public BigInteger Value3 { get; set; }

    /// <summary><c>_3</c>, uint256.</summary>
    [Parameter("uint256", "", 4)]
    public BigInteger Value4 { get; set; }

    /// <summary><c>_4</c>, bytes.</summary>
    [Parameter("bytes", "", 5)]
    public byte[] Value5 { get; set; } = null!;
}
