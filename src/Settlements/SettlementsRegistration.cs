using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Mirror;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Create;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Events;
using Keystone.Settlements.List;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Read;
using Keystone.Settlements.Reject;
using Keystone.Settlements.Screening;
using Keystone.Settlements.Templates;
using Keystone.Transactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        services.TryAddSingleton<TokenReader>();
        services.TryAddSingleton<LegValidator>();
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
        services.TryAddSingleton<DepositPreflight>();
        services.TryAddSingleton<DepositAccess>();
        services.TryAddSingleton<SignatureVerifier>();
        services.TryAddSingleton<SignatureStore>();
        services.TryAddSingleton(p => new ReadDepositInstructions(Get<SettlementReadStore>(p), Get<DepositAccess>(p), Get<DepositPreflight>(p), Get<IEthereumNodes>(p)));
        services.TryAddSingleton(p => new SubmitSignature(Get<SettlementReadStore>(p), Get<DepositAccess>(p), Get<SignatureVerifier>(p), Get<SignatureStore>(p), Get<Quotas>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new CreateSettlement(Get<CreateStore>(p), Get<SettlementReadStore>(p), Get<TemplateStore>(p), Get<CreateValidator>(p), Get<Quotas>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ConfirmSettlement(Get<SettlementReadStore>(p), Get<AnswerStore>(p), Get<CreateStore>(p),
            Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new RejectSettlement(Get<SettlementReadStore>(p), Get<AnswerStore>(p), Get<Postgres.WakeSignals>(p), Get<TimeProvider>(p)));
        services.TryAddSingleton(p => new ReadSettlement(Get<SettlementReadStore>(p)));
        services.TryAddSingleton(p => new ListSettlements(Get<ListStore>(p)));
        services.TryAddSingleton(p => new ListEvents(Get<SettlementReadStore>(p), Get<EventStore>(p)));
        services.TryAddSingleton(p => new ReadTemplates(Get<TemplateStore>(p)));
        return services;
    }

    static T Get<T>(IServiceProvider provider) where T : notnull => provider.GetRequiredService<T>();
}
