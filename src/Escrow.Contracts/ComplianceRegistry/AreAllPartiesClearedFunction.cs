// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>
/// Whether at least one party is given, the latest status of each is Pass, and nobody of the settlement is flagged or failed.
/// </summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("areAllPartiesCleared", "bool")]
public sealed class AreAllPartiesClearedFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary><c>parties</c>, bytes32[].</summary>
    [Parameter("bytes32[]", "parties", 2)]
    public List<byte[]> Parties { get; set; } = [];
}
