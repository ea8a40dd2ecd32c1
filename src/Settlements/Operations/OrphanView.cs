using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Settlements.Operations;

/// <summary>A settlement of the escrow that the database does not have.</summary>
/// <param name="ChainId">EIP-155 id of the chain.</param>
/// <param name="EscrowId">Its id on the chain.</param>
/// <param name="State">State on the chain.</param>
/// <param name="Deadline">Last block time of the swap; after it anybody refunds. Null while nobody has published its terms.</param>
/// <param name="Operator">Operator of its terms; null while nobody has published them.</param>
/// <param name="IsOurs">The operator is an account of this system: it was made here, and the database has forgotten it.</param>
/// <param name="Held">Indexes of the legs that the escrow holds.</param>
public sealed record OrphanView(long ChainId, Hash32 EscrowId, EscrowState State, DateTimeOffset? Deadline, Address? Operator, bool IsOurs, IReadOnlyList<int> Held);
