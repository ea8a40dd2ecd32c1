// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts;

/// <summary>The terms without the legs.</summary>
[Struct("Header")]
public sealed class SettlementHeader
{
    /// <summary>The reference of the platform, opaque to the contract.</summary>
    [Parameter("bytes32", "ref", 1)]
    public byte[] Ref { get; set; } = null!;

    /// <summary>The first block time, in seconds since the epoch, at which execution is allowed.</summary>
    [Parameter("uint64", "notBefore", 2)]
    public ulong NotBefore { get; set; }

    /// <summary>The last block time, in seconds since the epoch, at which anything but a refund is allowed (inclusive).</summary>
    [Parameter("uint64", "deadline", 3)]
    public ulong Deadline { get; set; }

    /// <summary>The address that may cancel before the deadline, or zero.</summary>
    [Parameter("address", "operator", 4)]
    public string Operator { get; set; } = null!;

    /// <summary>The contract that is asked before execution, or zero.</summary>
    [Parameter("address", "gate", 5)]
    public string Gate { get; set; } = null!;

    /// <summary>A salted commitment to a document off the chain, or zero.</summary>
    [Parameter("bytes32", "commitment", 6)]
    public byte[] Commitment { get; set; } = null!;
}
