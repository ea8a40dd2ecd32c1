// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>&lt;c&gt;tokenURI&lt;/c&gt;.</summary>
/// <remarks>
/// Read-only (pure).
/// </remarks>
[Function("tokenURI", "string")]
public sealed class TokenURIFunction : FunctionMessage
{
    /// <summary><c>_0</c>, uint256.</summary>
    [Parameter("uint256", "", 1)]
    public BigInteger Value1 { get; set; }
}
