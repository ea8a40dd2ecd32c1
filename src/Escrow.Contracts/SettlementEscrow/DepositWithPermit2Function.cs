// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Takes an ERC-20 leg into custody by a Permit2 signature of <c>leg.from</c>, whose witness is <c>Deposit(id, index)</c>. Callable by anyone.
/// </summary>
/// <remarks>
/// Permitted token and amount are the leg's, the spender is this contract. Void once the leg was withdrawn.
/// </remarks>
[Function("depositWithPermit2")]
public sealed class DepositWithPermit2Function : FunctionMessage
{
    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 1, "Header")]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The EIP-712 struct hash of every leg, in order.</summary>
    [Parameter("bytes32[]", "legHashes", 2)]
    public List<byte[]> LegHashes { get; set; } = [];

    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 3)]
    public BigInteger Index { get; set; }

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple", "leg", 4, "Leg")]
    public SettlementLeg Leg { get; set; } = null!;

    /// <summary>The signature's nonce in Permit2's unordered bitmap.</summary>
    [Parameter("uint256", "nonce", 5)]
    public BigInteger NonceArgument { get; set; }

    /// <summary>The signature's deadline, in seconds since the epoch.</summary>
    [Parameter("uint256", "sigDeadline", 6)]
    public BigInteger SigDeadline { get; set; }

    /// <summary><c>signature</c>, bytes.</summary>
    [Parameter("bytes", "signature", 7)]
    public byte[] Signature { get; set; } = null!;
}
