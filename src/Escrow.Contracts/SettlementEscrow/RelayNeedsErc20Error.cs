// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Only an ERC-20 leg can be deposited this way.</summary>
[Error("RelayNeedsErc20")]
public sealed class RelayNeedsErc20Error : IErrorDTO
{
    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 1)]
    public BigInteger Index { get; set; }
}
