using Keystone.Domain.Engine;

namespace Keystone.Compliance.Providers;

/// <summary>A result that a provider sent by itself about a check that has an answer.</summary>
/// <param name="Layer">Layer of the provider.</param>
/// <param name="Reference">The provider's own reference.</param>
/// <param name="Sequence">Number of the message.</param>
/// <param name="CheckId">The check.</param>
/// <param name="SettlementId">Settlement of the check.</param>
/// <param name="PartyId">The party that was screened.</param>
/// <param name="IsWorse">It came after the answer and is worse. Nothing but a person makes an answer better.</param>
public sealed record LaterResult(ScreeningLayer Layer, string Reference, long Sequence, Guid CheckId, Guid SettlementId, Guid PartyId, bool IsWorse);
