using Keystone.Domain.Engine;

namespace Keystone.Compliance;

/// <summary>A screening that is asked for.</summary>
/// <param name="SettlementId">Settlement.</param>
/// <param name="PartyId">Party to screen.</param>
/// <param name="Layer">Which question.</param>
/// <param name="Round">Round of checks, from 1.</param>
/// <param name="Lane">Environment whose settlement it is: environments are served in turn.</param>
public sealed record WantedScreening(Guid SettlementId, Guid PartyId, ScreeningLayer Layer, int Round, Guid Lane);
