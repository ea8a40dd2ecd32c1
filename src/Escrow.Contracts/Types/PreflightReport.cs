// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts;

/// <summary>A settlement before its deposits or execution.</summary>
[Struct("Report")]
public sealed class PreflightReport
{
    /// <summary>Its id on the escrow.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary>What the chain knows of it.</summary>
    [Parameter("tuple", "status", 2, "Status")]
    public SettlementStatus Status { get; set; } = null!;

    /// <summary>
    /// Whether it is open and full, inside its window, its gate open and its CHECKED pairs allowed. The tokens have the last word.
    /// </summary>
    [Parameter("bool", "executable", 3)]
    public bool Executable { get; set; }

    /// <summary>What speaks against it, in the order of <c>Obstacle</c>.</summary>
    [Parameter("uint8[]", "obstacles", 4)]
    public List<Obstacle> Obstacles { get; set; } = [];

    /// <summary>One report for each leg.</summary>
    [Parameter("tuple[]", "legs", 5, "LegReport[]")]
    public List<LegReport> Legs { get; set; } = [];

    /// <summary>
    /// About how much gas the transaction that executes it takes with ordinary tokens whose recipients hold none yet; what the gate and the
    /// rules of ERC-3643 tokens take is measured. By the prices from Berlin (EIP-2929) to Osaka: on chains with EIP-8037 (Amsterdam) it takes
    /// more than twice as much. Advice only; size a transaction by the node's estimate.
    /// </summary>
    [Parameter("uint256", "executionGas", 6)]
    public BigInteger ExecutionGas { get; set; }
}
