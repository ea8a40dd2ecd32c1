using Keystone.Domain.Engine;

namespace Keystone.Compliance;

/// <summary>A screening that this process holds: nobody else asks the provider for it meanwhile.</summary>
/// <param name="Id">Screening.</param>
/// <param name="SettlementId">Its settlement.</param>
/// <param name="PartyId">The party that is screened.</param>
/// <param name="Layer">Which question about the party.</param>
/// <param name="ClaimedUntil">End of the claim by the database's clock, UTC.</param>
public sealed record ClaimedScreening(Guid Id, Guid SettlementId, Guid PartyId, ScreeningLayer Layer, DateTimeOffset ClaimedUntil)
{
    /// <summary>Environment whose settlement it is.</summary>
    public Guid Lane { get; init; }
}
