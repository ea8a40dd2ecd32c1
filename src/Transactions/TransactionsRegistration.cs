using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Transactions;

/// <summary>Registers the transaction desk.</summary>
public static class TransactionsRegistration
{
    /// <summary>
    /// Adds <see cref="IntentStore"/>, <see cref="DeskSignal"/> and the desk itself, with the nodes of the configured chains. The host provides
    /// the data source, an <see cref="Ethereum.Signing.ITransactionSigner"/> and an <see cref="ITransactionPlan"/>. May be called more than once.
    /// </summary>
    public static IServiceCollection AddTransactions(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (services.Any(known => known.ServiceType == typeof(DeskSignal))) return services;
        services.AddOptions<DeskOptions>().Bind(configuration.GetSection("Desk"))
            .Validate(o => o.LeaseSeconds is >= 1 and <= 300, "Desk:LeaseSeconds must be between 1 and 300.")
            .Validate(o => o.PollMilliseconds is >= 10 and <= 60_000, "Desk:PollMilliseconds must be between 10 and 60000.")
            .Validate(o => o.ReplaceAfterBlocks >= 1, "Desk:ReplaceAfterBlocks must be at least 1.")
            .Validate(o => o.MaxInFlight is >= 1 and <= 1_000, "Desk:MaxInFlight must be between 1 and 1000.")
            .Validate(o => o.MaxGas is >= 100_000 and <= uint.MaxValue, "Desk:MaxGas must be between 100000 and 4294967295, the most that a transaction can name.")
            .Validate(o => o.SlotGas is 0 or (>= 1_000 and <= 10_000_000), "Desk:SlotGas must be 0 (measured from the node) or between 1000 and 10000000.")
            .Validate(o => o.BatchGas >= 0 && o.BatchGas <= o.MaxGas, "Desk:BatchGas must be between 0 (no batches) and Desk:MaxGas.")
            .Validate(o => o.BlockSeconds > 0, "Desk:BlockSeconds must be above 0.")
            .Validate(o => IsWei(o.BudgetWei), "Desk:BudgetWei must be a whole number of wei.")
            .Validate(o => IsWei(o.FloorWei), "Desk:FloorWei must be a whole number of wei.")
            .Validate(o => IsWei(o.MinimumTipWei), "Desk:MinimumTipWei must be a whole number of wei.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddEthereumNodes(configuration);
        services.AddSingleton<DeskSignal>();
        services.AddSingleton<IntentStore>();
        services.AddHostedService<DeskRunner>();
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
