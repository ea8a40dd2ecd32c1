using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Keystone.Ethereum.Nodes;

/// <summary>Registers the nodes of the configured chains.</summary>
public static class EthereumNodesRegistration
{
    /// <summary>
    /// Adds <see cref="IEthereumNodes"/> from the settings list <c>Chains</c>, which stops the start when it is wrong, and the nodes of the
    /// first chain as <see cref="IEthereumNode"/> for services that work on one chain. May be called more than once.
    /// </summary>
    public static IServiceCollection AddEthereumNodes(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(Jitter.OfSystem);
        if (services.Any(known => known.ServiceType == typeof(IEthereumNodes))) return services;
        services.AddOptions<ChainsOptions>()
            .Configure(options => Read(configuration.GetSection("Chains"), options))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChainsOptions>, ChainsValidation>());
        services.AddSingleton<IEthereumNodes>(provider =>
            new EthereumNodes(
                provider.GetRequiredService<IOptions<ChainsOptions>>().Value.Chains, new JsonRpcNodeOptions(),
                new NodeSetLimits { Jitter = provider.GetRequiredService<Jitter>() },
                provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetService<ILogger<NodeSet>>() ?? NullLogger<NodeSet>.Instance));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, NodeWatch>(provider =>
            new NodeWatch(provider.GetRequiredService<IEthereumNodes>(), provider.GetService<TimeProvider>() ?? TimeProvider.System)));
        // Counted, not bound: a value of the wrong type is for the validation to report.
        int urls = configuration.GetSection("Chains").GetChildren().FirstOrDefault()?.GetSection("RpcUrls").GetChildren().Count() ?? 0;
        for (int i = 0; i < urls; i++)
        {
            int place = i;
            services.AddSingleton(provider =>
            {
                IEthereumNodes nodes = provider.GetRequiredService<IEthereumNodes>();
                return nodes.AllFor(nodes.Chains[0].ChainId)[place];
            });
        }
        return services;
    }

    // Bound entry by entry, because the binder silently drops an array entry with a value of the wrong type.
    static void Read(IConfigurationSection section, ChainsOptions options)
    {
        List<ChainOptions> chains = [];
        List<string> unreadable = [];
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            try
            {
                ChainOptions chain = entry.Get<ChainOptions>() ?? new ChainOptions();
                if (!string.IsNullOrEmpty(chain.Deployment) && Complete(chain, $"{entry.Path}:{nameof(ChainOptions.Deployment)}") is { } problem) unreadable.Add(problem);
                chains.Add(chain);
            }
            catch (InvalidOperationException fault)
            {
                int before = unreadable.Count;
                foreach (PropertyInfo setting in typeof(ChainOptions).GetProperties().Where(setting => setting.CanWrite && !IsNumber(setting.PropertyType, entry[setting.Name])))
                    unreadable.Add($"{entry.Path}:{setting.Name} must be a whole number.");
                if (unreadable.Count == before) unreadable.Add(fault.Message);
            }
        }
        (options.Chains, options.Unreadable) = (chains, unreadable);
    }

    /// <summary>Takes what is left out from the record of the deployment; the problem with it, null for none.</summary>
    static string? Complete(ChainOptions chain, string setting)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(chain.Deployment));
            long chainId = json.RootElement.GetProperty("chainId").GetInt64();
            string escrow = json.RootElement.GetProperty("escrow").GetString() ?? "", codeHash = json.RootElement.GetProperty("codeHash").GetString() ?? "";
            long? block = json.RootElement.TryGetProperty("block", out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : null;
            if (chainId != chain.ChainId) return $"{setting} names the record of chain {chainId}, not of chain {chain.ChainId}.";
            if (!string.IsNullOrEmpty(chain.Escrow) && !chain.Escrow.Equals(escrow, StringComparison.OrdinalIgnoreCase))
                return $"{setting} records the escrow {escrow}, and Escrow names another one; leave one of the two out.";
            if (!string.IsNullOrEmpty(chain.EscrowCodeHash) && !chain.EscrowCodeHash.Equals(codeHash, StringComparison.OrdinalIgnoreCase))
                return $"{setting} records the code hash {codeHash}, and EscrowCodeHash names another one; leave one of the two out.";
            (chain.Escrow, chain.EscrowCodeHash) = (escrow, codeHash);
            if (chain.EscrowBlock == 0) chain.EscrowBlock = block ?? 0;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{setting} names {chain.Deployment}, which cannot be read: {e.Message}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return $"{setting} names {chain.Deployment}, which is no record of a deployment: it needs chainId, escrow and codeHash.";
        }
    }

    static bool IsNumber(Type type, string? text)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        if (!bare.IsPrimitive || (string.IsNullOrEmpty(text) && bare != type)) return true;
        try
        {
            return text is null || TypeDescriptor.GetConverter(bare).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Nodes without a container.</summary>
    /// <exception cref="ArgumentException">The settings are wrong; the message names them.</exception>
    public static IEthereumNodes Create(IReadOnlyList<ChainOptions> chains, JsonRpcNodeOptions? options = null)
    {
        IReadOnlyList<string> problems = ChainOptions.Problems(chains);
        return problems.Count == 0
            ? new EthereumNodes(chains, options ?? new JsonRpcNodeOptions(), new NodeSetLimits { Jitter = Jitter.OfSystem }, TimeProvider.System, NullLogger.Instance)
            : throw new ArgumentException(string.Join(' ', problems), nameof(chains));
    }

    sealed class ChainsValidation : IValidateOptions<ChainsOptions>
    {
        public ValidateOptionsResult Validate(string? name, ChainsOptions options)
        {
            IReadOnlyList<string> problems = options.Unreadable is { Count: > 0 } unreadable ? unreadable : ChainOptions.Problems(options.Chains);
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}

/// <summary>The settings list <c>Chains</c>.</summary>
internal sealed class ChainsOptions
{
    /// <summary>One entry for each chain.</summary>
    public IReadOnlyList<ChainOptions> Chains { get; set; } = [];

    /// <summary>Sentences about values that could not be read at all.</summary>
    internal IReadOnlyList<string> Unreadable { get; set; } = [];
}
