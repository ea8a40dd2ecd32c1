using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Identity.Environments;
using Keystone.Identity.Members;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Settlements.Actions;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Annotations;
using Keystone.Settlements.Cancel;
using Keystone.Settlements.Changes;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Create;
using Keystone.Settlements.Decide;
using Keystone.Settlements.DepositLinks;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Events;
using Keystone.Settlements.Explain;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Find;
using Keystone.Settlements.Hold;
using Keystone.Settlements.Instructions;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.List;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Overview;
using Keystone.Settlements.Preview;
using Keystone.Settlements.Read;
using Keystone.Settlements.Receivers;
using Keystone.Settlements.Reject;
using Keystone.Settlements.Repo;
using Keystone.Settlements.Reporting;
using Keystone.Settlements.Screening;
using Keystone.Settlements.Statements;
using Keystone.Settlements.Templates;
using Keystone.Settlements.Wallets;
using Keystone.Transactions;
using Keystone.Webhooks;
using Keystone.Webhooks.Endpoints;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Settlements;

/// <summary>Registers the use cases.</summary>
public static class SettlementsRegistration
{
    /// <summary>Adds the use cases. Storage and a node have to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddSettlements(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (MigrationSource schema in Schemas.All) services.AddSchema(schema);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMirrorReader();
        services.TryAddSingleton<IntentStore>();
        services.TryAddSingleton<EnvironmentStore>();
        services.TryAddSingleton<CreateStore>();
        services.TryAddSingleton<TokenReads>();
        services.TryAddSingleton<TokenReader>();
        services.TryAddSingleton<LegValidator>();
        services.TryAddSingleton<WalletStore>();
        services.TryAddSingleton<WalletRules>();
        services.TryAddSingleton<ActivityStore>();
        services.TryAddSingleton<CreateValidator>();
        services.TryAddSingleton<QuotaStore>();
        services.TryAddSingleton<Quotas>();
        services.TryAddSingleton<AnswerStore>();
        services.TryAddSingleton<SettlementReadStore>();
        services.TryAddSingleton<ListStore>();
        services.TryAddSingleton<EventStore>();
        services.TryAddSingleton<TemplateStore>();
        services.TryAddSingleton<PartyScreeningStore>();
        services.TryAddSingleton<AddTemplate>();
        services.TryAddSingleton<OrderStore>();
        services.TryAddSingleton<PauseStore>();
        services.TryAddSingleton<WorkStore>();
        services.TryAddSingleton<OperatorStore>();
        services.TryAddSingleton<ErasureStore>();
        services.TryAddSingleton<ReadStrays>();
        services.TryAddSingleton<InstrumentStore>();
        services.TryAddSingleton<ListInstruments>();
        services.TryAddSingleton<RemoveInstrument>();
        services.TryAddSingleton(p => new RegisterInstrument(Get<TokenReader>(p), Get<InstrumentStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<DepositPreflight>();
        services.TryAddSingleton<PreflightReads>();
        services.TryAddSingleton<DepositAccess>();
        services.TryAddSingleton<SignatureVerifier>();
        services.TryAddSingleton<SignatureStore>();
        services.TryAddSingleton(p => new ReadDepositInstructions(Get<SettlementReadStore>(p), Get<DepositAccess>(p), Get<DepositPreflight>(p), Get<PreflightReads>(p), Get<IEthereumNodes>(p)));
        services.TryAddSingleton(p => new SubmitSignature(Get<SettlementReadStore>(p), Get<DepositAccess>(p), Get<SignatureVerifier>(p), Get<SignatureStore>(p), Get<Quotas>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<EnvironmentAccountStore>();
        services.TryAddSingleton<DepositLinkStore>();
        services.TryAddSingleton(p => new ManageDepositLinks(Get<SettlementReadStore>(p), Get<DepositLinkStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new OpenDepositLink(Get<DepositLinkStore>(p), Get<SettlementReadStore>(p), Get<ReadDepositInstructions>(p), Get<SubmitSignature>(p),
            Get<EnvironmentStore>(p), Get<EnvironmentAccountStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new CreateSettlement(Get<CreateStore>(p), Get<SettlementReadStore>(p), Get<CreateValidator>(p), Get<Quotas>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ConfirmSettlement(Get<SettlementReadStore>(p), Get<AnswerStore>(p), Get<CreateStore>(p), Get<WalletRules>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new RejectSettlement(Get<SettlementReadStore>(p), Get<AnswerStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ListIntents(Get<NpgsqlDataSource>(p), Get<IntentStore>(p)));
        services.TryAddSingleton(p => new OperateSettlements(Get<OperatorStore>(p), Get<WorkStore>(p), Get<OrderStore>(p), Get<ReadStrays>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<OperateSenders>();
        services.TryAddSingleton<InstructionReadStore>();
        services.TryAddSingleton<InstructionStore>();
        services.TryAddSingleton<EndInstructionStore>();
        services.TryAddSingleton<InstructionValidator>();
        services.TryAddSingleton(p => new SubmitInstruction(Get<InstructionStore>(p), Get<InstructionReadStore>(p), Get<TemplateStore>(p), Get<InstructionValidator>(p), Get<Quotas>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ReadInstructions(Get<InstructionReadStore>(p)));
        services.TryAddSingleton(p => new CancelInstruction(Get<EndInstructionStore>(p), Get<InstructionReadStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<RepoStore>();
        services.TryAddSingleton(p => new TriggerMaturity(Get<RepoStore>(p), Get<OperatorStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ManageWallets(Get<WalletStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ReadSettlement(Get<SettlementReadStore>(p)));
        services.TryAddSingleton(p => new ReadScreenings(Get<SettlementReadStore>(p), new EvidenceStore(Get<NpgsqlDataSource>(p)), new ListFileStore(Get<NpgsqlDataSource>(p))));
        services.TryAddSingleton(p => new ListSettlements(Get<ListStore>(p)));
        services.TryAddSingleton(p => new ListWaiting(Get<ListStore>(p), Get<SettlementReadStore>(p), Get<TemplateStore>(p), Get<PauseStore>(p)));
        services.TryAddSingleton<ChangeStore>();
        services.TryAddSingleton(p => new WatchChanges(Get<ChangeStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<OverviewStore>();
        services.TryAddSingleton(p => new ReadOverview(Get<OverviewStore>(p), Get<MirrorReader>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<FindStore>();
        services.TryAddSingleton(p => new FindSettlements(Get<FindStore>(p)));
        services.TryAddSingleton<FactStore>();
        services.TryAddSingleton<ILegPreflight, ChainPreflight>();
        services.TryAddSingleton(p => new CancelSettlement(Get<FactStore>(p), Get<SettlementReadStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new HoldSettlement(Get<FactStore>(p), Get<SettlementReadStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ReportAction(Get<FactStore>(p), Get<SettlementReadStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new DecideCompliance(Get<FactStore>(p), Get<SettlementReadStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ExplainSettlement(Get<SettlementReadStore>(p), Get<TemplateStore>(p), Get<PauseStore>(p), Get<ILegPreflight>(p)));
        services.TryAddSingleton(p => new PreviewSettlement(Get<CreateStore>(p), Get<TemplateStore>(p), Get<CreateValidator>(p), Get<ILegPreflight>(p), Get<IEthereumNodes>(p)));
        services.TryAddSingleton(p => new ExportSettlements(Get<ListStore>(p)));
        services.TryAddSingleton<AnnotationStore>();
        services.TryAddSingleton<MemberStore>();
        services.TryAddSingleton(p => new AnnotateSettlement(Get<AnnotationStore>(p), Get<SettlementReadStore>(p), Get<MemberStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ManageReceivers(Get<EndpointStore>(p), Get<IOptions<WebhookOptions>>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ReadIsoMessage(Get<SettlementReadStore>(p)));
        services.TryAddSingleton(p => new ReportFails(Get<ListStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton<StatementStore>();
        services.TryAddSingleton(p => new ReadStatement(Get<StatementStore>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ListEvents(Get<SettlementReadStore>(p), Get<EventStore>(p)));
        services.TryAddSingleton(p => new ReadTemplates(Get<TemplateStore>(p)));
        services.TryAddSingleton(p => new ManageTemplates(Get<TemplateStore>(p), Get<TimeProvider>(p)));
        return services;
    }

    static T Get<T>(IServiceProvider provider) where T : notnull => provider.GetRequiredService<T>();
}
