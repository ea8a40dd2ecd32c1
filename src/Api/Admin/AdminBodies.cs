using System.ComponentModel;
using Keystone.Hosting.Reports;
using Keystone.Settlements.Operations;

namespace Keystone.Api.Admin;

/// <summary>Settlements that do not move.</summary>
internal sealed record StuckSettlementBody(
    Guid SettlementId, string State, [property: Description("Last change.")] DateTimeOffset Since, DateTimeOffset TimeoutAt, [property: Description("What it waits for.")] string WaitsFor)
{
    public static StuckSettlementBody Of(StuckRow row) => new(row.Id, row.State, row.Since, row.TimeoutAt, row.Waits);
}

/// <summary>A pause in force.</summary>
internal sealed record PauseBody(
    Guid Id,
    [property: Description("all, environment, token or settlement.")] string Scope,
    Guid? EnvironmentId,
    long? ChainId,
    string? Token,
    string? EscrowId,
    string Reason,
    [property: Description("operator or reconciler.")] string SetBy,
    DateTimeOffset CreatedAt)
{
    public static PauseBody Of(Pause pause) => new(
        pause.Id, pause.What.Scope, pause.What.Environment, pause.What.ChainId, pause.What.Token?.ToString(), pause.What.EscrowId?.ToString(), pause.Reason, pause.SetBy, pause.CreatedAt);
}

/// <summary>Health of what the system depends on, as its processes report it.</summary>
internal sealed record ProvidersHealthBody(
    [property: Description("healthy, degraded or unhealthy: the worst of what living processes report; unknown when none does.")] string OverallStatus,
    IReadOnlyList<InstanceView> Instances,
    [property: Description("Health checks of the processes.")] IReadOnlyList<ReportView> Reports,
    [property: Description("Screening providers, as the keepers report them: circuit, calls that failed and succeeded, last error.")] IReadOnlyList<ReportView> Providers);

/// <summary>The accounts that send transactions.</summary>
internal sealed record SendersBody(IReadOnlyList<SenderView> Accounts);

/// <summary>Reports of the processes about the nodes of their chains.</summary>
internal sealed record NodesBody(IReadOnlyList<ReportView> Reports);
