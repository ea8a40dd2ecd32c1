using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Create;
using Keystone.Settlements.Instructions;
using Keystone.Settlements.Read;
using Keystone.Settlements.Repo;
using Keystone.Settlements.Templates;
using Keystone.Transactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Settlements.Advance;

/// <summary>Registers what moves settlements.</summary>
public static class AdvanceRegistration
{
    /// <summary>Adds it. Storage, nodes and the operator's signer have to be registered as well. May be called more than once.</summary>
    public static IServiceCollection AddAdvance(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMirrorReader();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IntentStore>();
        services.TryAddSingleton<TemplateStore>();
        services.TryAddSingleton<DueFactStore>();
        services.TryAddSingleton<OutcomeStore>();
        services.TryAddSingleton<AdvanceStore>();
        services.TryAddSingleton(AttestedRegistries.None);
        services.TryAddSingleton<AttestationStore>();
        services.TryAddSingleton(p => new AdvanceSettlement(p.GetRequiredService<AdvanceStore>(), p.GetRequiredService<IEthereumNodes>(),
            p.GetRequiredService<ITransactionSigner>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<AttestedRegistries>()));
        services.TryAddSingleton<MarkDue>();
        services.TryAddSingleton<SettlementReadStore>();
        services.TryAddSingleton<CreateStore>();
        services.TryAddSingleton<RepoStore>();
        services.TryAddSingleton(p => new CloseRepos(p.GetRequiredService<RepoStore>(), p.GetRequiredService<WakeSignals>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<EndInstructionStore>();
        services.TryAddSingleton(p => new ExpireInstructions(p.GetRequiredService<EndInstructionStore>(), p.GetRequiredService<WakeSignals>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<TransactionSubjectStore>();
        return services;
    }
}
