namespace Keystone.Webhooks.Endpoints;

/// <summary>Result of sealing all secrets again.</summary>
/// <param name="Resealed">Secrets that were sealed under another key and are sealed under the current one now.</param>
/// <param name="Current">Secrets that were sealed under the current key before.</param>
/// <param name="Unopened">Endpoints with a secret that does not open, each with the reason; they are left as they were.</param>
public sealed record ResealedSecrets(int Resealed, int Current, IReadOnlyList<(Guid Endpoint, string Reason)> Unopened);
