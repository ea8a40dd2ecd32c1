using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Transactions;

/// <summary>Registers the transaction manager.</summary>
public static class TransactionsRegistration
{
    /// <summary>
    /// Adds <see cref="IntentStore"/>, <see cref="TransactionSignal"/> and the transaction manager itself, with the nodes of the configured chains. The host provides
    /// the data source, an <see cref="Ethereum.Signing.ITransactionSigner"/> and an <see cref="ITransactionPlan"/>. May be called more than once.
    /// </summary>
    public static IServiceCollection AddTransactions(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(TransactionSignal))) return services;
        services.AddOptions<TransactionsOptions>().Bind(configuration.GetSection("Transactions"))
            .Validate(o => o.LeaseSeconds is >= 1 and <= 300, "Transactions:LeaseSeconds must be between 1 and 300.")
            .Validate(o => o.PollMilliseconds is >= 10 and <= 60_000, "Transactions:PollMilliseconds must be between 10 and 60000.")
            .Validate(o => o.ReplaceAfterBlocks >= 1, "Transactions:ReplaceAfterBlocks must be at least 1.")
            .Validate(o => o.MaxInFlight is >= 1 and <= 1_000, "Transactions:MaxInFlight must be between 1 and 1000.")
            .Validate(o => o.MaxGas is >= 100_000 and <= uint.MaxValue, "Transactions:MaxGas must be between 100000 and 4294967295, the most that a transaction can name.")
            .Validate(o => o.StorageSlotGas is 0 or (>= 1_000 and <= 10_000_000), "Transactions:StorageSlotGas must be 0 (measured from the node) or between 1000 and 10000000.")
            .Validate(o => o.BatchGas >= 0 && o.BatchGas <= o.MaxGas, "Transactions:BatchGas must be between 0 (no batches) and Transactions:MaxGas.")
            .Validate(o => o.BlockSeconds > 0, "Transactions:BlockSeconds must be above 0.")
            .Validate(o => IsWei(o.BudgetWei), "Transactions:BudgetWei must be a whole number of wei.")
            .Validate(o => IsWei(o.FloorWei), "Transactions:FloorWei must be a whole number of wei.")
            .Validate(o => IsWei(o.MinimumTipWei), "Transactions:MinimumTipWei must be a whole number of wei.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddEthereumNodes(configuration);
        services.AddSingleton<TransactionSignal>();
        services.AddSingleton<IntentStore>();
        services.AddHostedService<TransactionManagerRunner>();
        return services;
    }

    static bool IsWei(string text)
    {
        try
        {
            UInt256.Parse(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            return false;
        }
    }
}
