using Keystone.Domain.Templates;

namespace Keystone.Settlements.Create;

/// <summary>What the rules of a create request need to know.</summary>
/// <param name="Templates">Templates that the caller may use.</param>
/// <param name="Earlier">What an earlier request with the idempotency key made, and that request's fingerprint; null for none.</param>
/// <param name="Tokens">Registered tokens of the environment; null when no leg names one by a word.</param>
internal sealed record CreateFacts(IReadOnlyList<Template> Templates, (byte[] Fingerprint, Guid Id)? Earlier, IReadOnlyList<Instrument>? Tokens);
