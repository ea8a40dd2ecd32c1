// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>&lt;c&gt;uri&lt;/c&gt;.</summary>
/// <remarks>
/// Read-only (pure).
/// </remarks>
[Function("uri", "string")]
public sealed class UriFunction : FunctionMessage
{
    /// <summary><c>_0</c>, uint256.</summary>
    [Parameter("uint256", "", 1)]
    public BigInteger Value1 { get; set; }
}
