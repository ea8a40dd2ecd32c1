// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Advisory: an item of a batch failed with <c>gasGiven</c> gas. Changes no state. <c>reason</c> is cut to 36 bytes.</summary>
[Event("SwapFailed")]
public sealed class SwapFailedEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary><c>gasGiven</c>, uint256.</summary>
    [Parameter("uint256", "gasGiven", 2, false)]
    public BigInteger GasGiven { get; set; }

    /// <summary><c>reason</c>, bytes.</summary>
    [Parameter("bytes", "reason", 3, false)]
    public byte[] Reason { get; set; } = null!;
}
