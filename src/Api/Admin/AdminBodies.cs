using System.ComponentModel;
using Keystone.Hosting.Reports;
using Keystone.Settlements.Operations;

namespace Keystone.Api.Admin;

/// <summary>Settlements that do not move.</summary>
internal sealed record StuckSettlementBody(
    [property: Description("The settlement.")] Guid SettlementId,
    [property: Description("State as the template names it.")] string State,
    [property: Description("Last change.")] DateTimeOffset Since,
    [property: Description("Last moment of the swap, UTC.")] DateTimeOffset TimeoutAt,
    [property: Description("What it waits for.")] string WaitsFor)
{
    public static StuckSettlementBody Of(StuckRow row) => new(row.Id, row.State, row.Since, row.TimeoutAt, row.Waits);
}

/// <summary>A pause in force.</summary>
internal sealed record PauseBody(
    [property: Description("UUID of the pause.")] Guid Id,
    [property: Description("all, environment, token or settlement.")] string Scope,
    [property: Description("Environment that is paused; null for another scope.")] Guid? EnvironmentId,
    [property: Description("EIP-155 id of the chain; null for a scope without one.")] long? ChainId,
    [property: Description("Token whose settlements are paused, EIP-55; null for another scope.")] string? Token,
    [property: Description("Escrow that is paused, 32 bytes in hex; null for another scope.")] string? EscrowId,
    [property: Description("Why, as whoever set it said.")] string Reason,
    [property: Description("operator or reconciler.")] string SetBy,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt)
{
    public static PauseBody Of(Pause pause) => new(
        pause.Id, pause.What.Scope, pause.What.Environment, pause.What.ChainId, pause.What.Token?.ToString(), pause.What.EscrowId?.ToString(), pause.Reason, pause.SetBy, pause.CreatedAt);
}

/// <summary>Health of what the system depends on, as its processes report it.</summary>
internal sealed record ProvidersHealthBody(
    [property: Description("healthy, degraded or unhealthy: the worst of what living processes report; unknown when none does.")] string OverallStatus,
    [property: Description("Processes that reported lately.")] IReadOnlyList<InstanceView> Instances,
    [property: Description("Health checks of the processes.")] IReadOnlyList<ReportView> Reports,
    [property: Description("Screening providers, as the keepers report them: circuit, calls that failed and succeeded, last error.")] IReadOnlyList<ReportView> Providers);

/// <summary>The accounts that send transactions.</summary>
internal sealed record SendersBody(
    [property: Description("Every account that ever had a status.")] IReadOnlyList<SenderView> Accounts);

/// <summary>Reports of the processes about the nodes of their chains.</summary>
internal sealed record NodesBody(
    [property: Description("One report of each process and chain.")] IReadOnlyList<ReportView> Reports);
