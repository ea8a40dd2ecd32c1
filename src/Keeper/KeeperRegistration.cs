using Keystone.Compliance;
using Keystone.Compliance.Providers;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Identity;
using Keystone.Identity.Members;
using Keystone.Keeper.Attestation;
using Keystone.Keeper.Engine;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Keeper.Feed;
using Keystone.Keeper.Jobs;
using Keystone.Keeper.Mail;
using Keystone.Keeper.Reconciliation;
using Keystone.Keeper.Relay;
using Keystone.Keeper.Screening;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Audit;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Screening;
using Keystone.Settlements.Statements;
using Keystone.Transactions;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Keeper;

/// <summary>Registers the keeper.</summary>
public static class KeeperRegistration
{
    /// <summary>Adds what the process says of itself, every five seconds: its health, its nodes, its accounts, and the providers of screenings.</summary>
    public static IServiceCollection AddKeeperReports(this IServiceCollection services) => services.AddReportLoop()
        .AddReport("nodes", provider => NodeStatus.Report(provider.GetRequiredService<IEthereumNodes>()))
        .AddReport("accounts", provider => provider.GetRequiredService<TransactionsHealth>().Report())
        .AddReport("providers", provider => ProviderHealth.Report(provider.GetRequiredService<LayeredScreening>()));

    /// <summary>
    /// Adds the services of the keeper: engine runner, feed reader, screening, the transaction manager with its account, scheduled
    /// jobs, and the publisher and deliverer of webhooks. May be called more than once.
    /// </summary>
    public static IServiceCollection AddKeeper(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(EngineRunner))) return services;
        // Hosted services start in order of registration: the check of the database comes before all loops.
        services.AddStorage(configuration, withGenericPlan: true);
        foreach (MigrationSource schema in Schemas.All) services.AddSchema(schema);
        services.AddCheckedOptions<KeeperOptions>(configuration, KeeperOptions.Section, options => options.Faults());
        services.AddCompliance(configuration);
        services.AddSingleton<ClockGuard>();
        services.AddHostedService(provider => provider.GetRequiredService<ClockGuard>());
        services.AddSingleton<WorkHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkHealth>());
        services.AddHealthChecks().AddCheck<ClockGuard>("clock", tags: ["ready"]).AddCheck<WorkHealth>("work", tags: ["ready"]);
        services.AddSigner(configuration);
        services.AddAttester(configuration);
        services.AddTransactions(configuration);
        // A process suspended inside a database transaction keeps the lock of the sender's row until Postgres ends the session.
        int idle = (configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions()).IdleInTransactionSeconds;
        services.AddOptions<TransactionsOptions>().Validate(transactions => idle <= Math.Max(1, transactions.LeaseSeconds / 2),
            "Storage:IdleInTransactionSeconds must be at most half of Transactions:LeaseSeconds, so that another keeper can take over within one and a half of them.");
        services.TryAddSingleton<EnvironmentStore>();
        services.TryAddSingleton<ITargetPolicy, SandboxTargets>();
        services.AddWebhooks(configuration);

        services.AddAdvance();
        services.TryAddSingleton<IChainMirror, KeeperMirror>();
        services.TryAddSingleton<SignatureStore>();
        services.TryAddSingleton<RelayStore>();
        services.AddSingleton<SignedDeposits>();
        services.AddSingleton<SignatureRelay>();
        services.AddSingleton<Attestations>();
        services.AddSingleton<BroadcastStore>();
        services.AddSingleton<AuditCheckStore>();
        services.TryAddSingleton<AlarmStore>();
        services.TryAddSingleton<StatementCheckStore>();
        services.TryAddSingleton<CheckStatement>();
        services.TryAddSingleton<ITransactionPlan, EscrowTransactionPlan>();
        services.AddSingleton<EngineRunner>();
        services.TryAddSingleton<PartyScreeningStore>();
        services.AddSingleton<ScreeningWorker>();
        services.TryAddSingleton<PauseStore>();
        services.TryAddSingleton<OperateSenders>();
        services.AddSingleton<ReconcilerStore>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService<FeedReader>();
        services.AddHostedService<ReconcilerLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<EngineRunner>());
        services.TryAddSingleton<CompareListChange>();
        services.TryAddSingleton<ApplyLaterResults>();
        services.AddHostedService<ListsLoop>();
        services.AddHostedService<DownloadLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<ScreeningWorker>());
        services.AddHostedService(provider => provider.GetRequiredService<SignatureRelay>());
        if (services.Any(known => known.ServiceType == typeof(DedicatedSigner))) services.AddHostedService<AttestationLoop>();
        services.AddCheckedOptions<MailOptions>(configuration, MailOptions.Section, options => options.Faults());
        services.AddSingleton<MailStore>();
        services.AddSingleton<NearDeadlineStore>();
        services.AddSingleton<NoticeRecipientStore>();
        services.AddSingleton<MailPlanner>();
        services.AddSingleton<MailSender>();
        services.AddHostedService<MailLoop>();
        AddJobs(services, configuration);
        return services;
    }

    static void AddJobs(IServiceCollection services, IConfiguration configuration)
    {
        KeeperOptions keeper = configuration.GetSection(KeeperOptions.Section).Get<KeeperOptions>() ?? new KeeperOptions();
        StorageOptions storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        // A wrong connection string is reported by its own check.
        if (!keeper.Jobs || storage.Faults().Any()) return;
        services.AddHostedService<JobHost>();
    }
}
