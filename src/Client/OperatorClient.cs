using System.Globalization;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>Calls of the operator of the system.</summary>
/// <remarks>Every method throws <see cref="KeystoneApiException"/> when the API refuses and <see cref="HttpRequestException"/> when no answer comes.</remarks>
public sealed class OperatorClient
{
    readonly ApiConnection _api;

    internal OperatorClient(ApiConnection api) => _api = api;

    /// <summary>A settlement of any platform.</summary>
    public Task<OperatorSettlement> GetAnySettlementAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetAnySettlement, Routes.GetAnySettlement.Path(id.ToString()), ClientJson.Default.OperatorSettlement, null, true, cancellationToken);

    /// <summary>A page of the operator's chain of a settlement, oldest first.</summary>
    public Task<EventPage> ListAnySettlementEventsAsync(Guid id, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListAnySettlementEvents, KeystoneClient.Query(Routes.ListAnySettlementEvents.Path(id.ToString()), KeystoneClient.Paging(limit, offset)), ClientJson.Default.EventPage, null, true, cancellationToken);

    /// <summary>Open settlements that do not move, the longest first.</summary>
    public Task<StuckSettlementPage> ListStuckSettlementsAsync(int minutes = 10, int limit = 50, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListStuckSettlements, KeystoneClient.Query(Routes.ListStuckSettlements.Template, [("minutes", minutes.ToString(CultureInfo.InvariantCulture)), ("limit", limit.ToString(CultureInfo.InvariantCulture))]), ClientJson.Default.StuckSettlementPage, null, true, cancellationToken);

    /// <summary>Transactions that the system wants, the earliest due first.</summary>
    /// <param name="status">wanted, resting, done, obsolete or failed; null for those that are open or failed.</param>
    /// <param name="limit">Most items, 1 to 200.</param>
    /// <param name="offset">Items to skip.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<IntentPage> ListIntentsAsync(string? status = null, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListIntents, KeystoneClient.Query(Routes.ListIntents.Template, [.. KeystoneClient.Paging(limit, offset), ("status", status)]), ClientJson.Default.IntentPage, null, true, cancellationToken);

    /// <summary>The accounts that send transactions, and what each still holds.</summary>
    public Task<Senders> ListSendersAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListSenders, Routes.ListSenders.Template, ClientJson.Default.Senders, null, true, cancellationToken);

    /// <summary>Changes of the lists that parties are screened by, newest first.</summary>
    public Task<ListChangePage> ListListChangesAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListListChanges, KeystoneClient.Query(Routes.ListListChanges.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.ListChangePage, null, true, cancellationToken);

    /// <summary>A change of a list.</summary>
    public Task<ListChange> GetListChangeAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetListChange, Routes.GetListChange.Path(id.ToString()), ClientJson.Default.ListChange, null, true, cancellationToken);

    /// <summary>The entries that came, went or changed.</summary>
    public Task<ChangedEntryPage> ListListChangeEntriesAsync(Guid id, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListListChangeEntries, KeystoneClient.Query(Routes.ListListChangeEntries.Path(id.ToString()), KeystoneClient.Paging(limit, offset)), ClientJson.Default.ChangedEntryPage, null, true, cancellationToken);

    /// <summary>The live settlements that a change touched.</summary>
    public Task<TouchedSettlementPage> ListListChangeSettlementsAsync(Guid id, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListListChangeSettlements, KeystoneClient.Query(Routes.ListListChangeSettlements.Path(id.ToString()), KeystoneClient.Paging(limit, offset)), ClientJson.Default.TouchedSettlementPage, null, true, cancellationToken);

    /// <summary>Settlements by state.</summary>
    public Task<Pipeline> GetPipelineAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetPipeline, Routes.GetPipeline.Template, ClientJson.Default.Pipeline, null, true, cancellationToken);

    /// <summary>Moves between states in 1h, 24h, 7d or 30d.</summary>
    public Task<Transitions> GetTransitionsAsync(string period = "24h", CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetTransitions, KeystoneClient.Query(Routes.GetTransitions.Template, [("period", period)]), ClientJson.Default.Transitions, null, true, cancellationToken);

    /// <summary>Tries a settlement and its transactions again at once.</summary>
    public Task<Intervention> RetrySettlementAsync(Guid id, RetrySettlementRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RetrySettlement, Routes.RetrySettlement.Path(id.ToString()), ClientJson.Default.Intervention, KeystoneClient.Body(request, ClientJson.Default.RetrySettlementRequest), true, cancellationToken);

    /// <summary>Cancels a settlement and gives every deposit back.</summary>
    public Task<Intervention> RollbackSettlementAsync(Guid id, RollbackSettlementRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RollbackSettlement, Routes.RollbackSettlement.Path(id.ToString()), ClientJson.Default.Intervention, KeystoneClient.Body(request, ClientJson.Default.RollbackSettlementRequest), true, cancellationToken);

    /// <summary>Has a repo closed before its maturity.</summary>
    public Task<Intervention> TriggerMaturityAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.TriggerMaturity, Routes.TriggerMaturity.Path(id.ToString()), ClientJson.Default.Intervention, null, true, cancellationToken);

    /// <summary>Erases personal fields of a party of a settlement that has ended.</summary>
    public Task<ErasedFields> EraseSettlementFieldsAsync(Guid id, EraseFieldsRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.EraseSettlementFields, Routes.EraseSettlementFields.Path(id.ToString()), ClientJson.Default.ErasedFields, KeystoneClient.Body(request, ClientJson.Default.EraseFieldsRequest), true, cancellationToken);

    /// <summary>The pauses in force.</summary>
    public Task<PausePage> ListPausesAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListPauses, Routes.ListPauses.Template, ClientJson.Default.PausePage, null, true, cancellationToken);

    /// <summary>Pauses registrations and swaps.</summary>
    public Task<Pause> PauseSystemAsync(PauseRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.PauseSystem, Routes.PauseSystem.Template, ClientJson.Default.Pause, KeystoneClient.Body(request, ClientJson.Default.PauseRequest), true, cancellationToken);

    /// <summary>Lifts a pause.</summary>
    public Task ResumeSystemAsync(ResumeRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ResumeSystem, Routes.ResumeSystem.Template, KeystoneClient.Body(request, ClientJson.Default.ResumeRequest), cancellationToken);

    /// <summary>What the processes report of themselves and of what they depend on.</summary>
    public Task<ProvidersHealth> GetProvidersHealthAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetProvidersHealth, Routes.GetProvidersHealth.Template, ClientJson.Default.ProvidersHealth, null, true, cancellationToken);

    /// <summary>What the processes report of their nodes.</summary>
    public Task<Nodes> ListNodesAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListNodes, Routes.ListNodes.Template, ClientJson.Default.Nodes, null, true, cancellationToken);

    /// <summary>A page of the alarms, active ones first.</summary>
    public Task<AlarmPage> ListAlarmsAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListAlarms, KeystoneClient.Query(Routes.ListAlarms.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.AlarmPage, null, true, cancellationToken);

    /// <summary>Notes who takes care of an alarm.</summary>
    public Task<Alarm> AcknowledgeAlarmAsync(Guid id, AcknowledgeAlarmRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.AcknowledgeAlarm, Routes.AcknowledgeAlarm.Path(id.ToString()), ClientJson.Default.Alarm, KeystoneClient.Body(request, ClientJson.Default.AcknowledgeAlarmRequest), true, cancellationToken);

    /// <summary>A page of what was changed anywhere, newest first.</summary>
    public Task<ActivityPage> ListAllActivityAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListAllActivity, KeystoneClient.Query(Routes.ListAllActivity.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.ActivityPage, null, true, cancellationToken);

    /// <summary>A page of the platforms.</summary>
    public Task<PlatformPage> ListPlatformsAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListPlatforms, KeystoneClient.Query(Routes.ListPlatforms.Template, KeystoneClient.Paging(limit, offset)), ClientJson.Default.PlatformPage, null, true, cancellationToken);

    /// <summary>A platform.</summary>
    public Task<Platform> GetAnyPlatformAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetAnyPlatform, Routes.GetAnyPlatform.Path(id.ToString()), ClientJson.Default.Platform, null, true, cancellationToken);

    /// <summary>Keeps every credential of a platform out.</summary>
    public Task<Platform> SuspendPlatformAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.SuspendPlatform, Routes.SuspendPlatform.Path(id.ToString()), ClientJson.Default.Platform, null, true, cancellationToken);

    /// <summary>Lets a suspended platform in again.</summary>
    public Task<Platform> ActivatePlatformAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ActivatePlatform, Routes.ActivatePlatform.Path(id.ToString()), ClientJson.Default.Platform, null, true, cancellationToken);
}
