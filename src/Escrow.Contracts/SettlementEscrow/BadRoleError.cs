// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The operator or the gate is the escrow, or the gate has no code.</summary>
[Error("BadRole")]
public sealed class BadRoleError : IErrorDTO
{
    /// <summary><c>role</c>, address.</summary>
    [Parameter("address", "role", 1)]
    public string Role { get; set; } = null!;
}
