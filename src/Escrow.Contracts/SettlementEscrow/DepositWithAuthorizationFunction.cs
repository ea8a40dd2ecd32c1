// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Takes an ERC-20 leg into custody by an ERC-3009 authorization of <c>leg.from</c> to this contract, whose nonce is the struct hash of
/// <c>Deposit(id, index)</c>; so once per leg for ever. Callable by anyone. Void once the leg was withdrawn.
/// </summary>
[Function("depositWithAuthorization")]
public sealed class DepositWithAuthorizationFunction : FunctionMessage
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

    /// <summary>The authorization is valid after this second since the epoch.</summary>
    [Parameter("uint256", "validAfter", 5)]
    public BigInteger ValidAfter { get; set; }

    /// <summary>The authorization is valid before this second since the epoch.</summary>
    [Parameter("uint256", "validBefore", 6)]
    public BigInteger ValidBefore { get; set; }

    /// <summary>65 bytes for the form with v, r and s; any other length for the form with bytes.</summary>
    [Parameter("bytes", "signature", 7)]
    public byte[] Signature { get; set; } = null!;
}
