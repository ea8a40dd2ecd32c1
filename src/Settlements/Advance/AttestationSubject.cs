using Keystone.Domain.Escrow;

namespace Keystone.Settlements.Advance;

/// <summary>A settlement whose gate is a registry, as far as attestations depend on it.</summary>
/// <param name="Terms">Frozen terms.</param>
/// <param name="EnvironmentId">The environment that instructed it.</param>
/// <param name="IsCleared">True while nothing but the swap is left: it is to be executed, no check of its parties is open or has failed, and it is not rolled back.</param>
/// <param name="Closed">True if it has ended.</param>
/// <param name="Traceparent">W3C trace context of the request that made it; null for none.</param>
public sealed record AttestationSubject(EscrowTerms Terms, Guid EnvironmentId, bool IsCleared, bool Closed = false, string? Traceparent = null);
