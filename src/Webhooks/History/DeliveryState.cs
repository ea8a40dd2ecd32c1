namespace Keystone.Webhooks.History;

/// <summary>How the deliveries of a system stand.</summary>
/// <param name="Due">Deliveries to active endpoints whose time has come and that were not attempted yet. Those that wait for a later attempt are not among them.</param>
/// <param name="OldestDueSeconds">For how long the oldest of these is due; 0 when there is none.</param>
/// <param name="DisabledEndpoints">Endpoints that were switched off because of their failures.</param>
public sealed record DeliveryState(long Due, double OldestDueSeconds, long DisabledEndpoints);
