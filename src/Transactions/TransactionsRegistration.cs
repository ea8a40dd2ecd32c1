using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Transactions;

/// <summary>Registers the transaction manager.</summary>
public static class TransactionsRegistration
{
    /// <summary>
    /// Adds <see cref="IntentStore"/>, <see cref="TransactionSignal"/> and the transaction manager itself, with the nodes of the configured chains. The host provides
    /// the data source, an <see cref="Ethereum.Signing.ITransactionSigner"/>, an <see cref="ITransactionPlan"/> and an <see cref="IChainMirror"/>. May be called more than once.
    /// </summary>
    public static IServiceCollection AddTransactions(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(TransactionSignal))) return services;
        services.AddCheckedOptions<TransactionsOptions>(configuration, "Transactions", options => options.Faults());
        services.AddSchema(TransactionsSchema.Migrations);
        services.TryAddSingleton(TimeProvider.System);
        services.AddEthereumNodes(configuration);
        services.AddSingleton<TransactionSignal>();
        services.AddSingleton<IntentStore>();
        services.AddSingleton<TransactionsHealth>();
        services.AddHealthChecks().AddCheck<TransactionsHealth>("transactions", tags: ["ready"]);
        services.AddHostedService<TransactionManagerRunner>();
        return services;
    }
}
