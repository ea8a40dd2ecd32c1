using System.CommandLine;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer;
using Keystone.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone mirror</c>: shows the mirror of a chain, or makes it anew from the chain.</summary>
internal static class MirrorCommand
{
    public static Command Create() => new("mirror", "The mirror of the chain in Postgres.") { Dump(), Rebuild() };

    static Command Dump()
    {
        Option<string?> config = Config();
        return new Command("dump", "Prints the mirror as text; two mirrors of one chain give the same bytes.") { config }.Runs(async (parsed, cancellationToken) =>
        {
            using IHost host = Open(parsed.GetValue(config));
            foreach (ChainOptions chain in host.Services.GetRequiredService<IEthereumNodes>().Chains)
                await host.Services.GetRequiredService<MirrorDump>().WriteAsync(chain.ChainId, Console.Out, cancellationToken);
            return 0;
        });
    }

    static Command Rebuild()
    {
        Option<string?> config = Config();
        return new Command("rebuild", "Drops the mirror and reads it again from the node. Stop the indexer first.") { config }.Runs(async (parsed, cancellationToken) =>
        {
            using IHost host = Open(parsed.GetValue(config));
            foreach (ChainOptions chain in host.Services.GetRequiredService<IEthereumNodes>().Chains)
            {
                try
                {
                    await host.Services.GetRequiredService<MirrorRebuild>().FromChainAsync(chain.ChainId, cancellationToken);
                }
                catch (InvalidOperationException fault)
                {
                    throw new CommandFault(fault.Message, fault);
                }
                Console.WriteLine($"The mirror of chain {chain.ChainId} was read again from the node.");
            }
            return 0;
        });
    }

    /// <summary>The indexer's rooms without its loop.</summary>
    /// <param name="settingsFile">The indexer's settings; null for keystone.json.</param>
    public static IHost Open(string? settingsFile)
    {
        HostApplicationBuilder builder = KeystoneHost.CreateBuilder(settingsFile is null ? [] : ["--config", settingsFile], KeystoneService.Indexer);
        builder.Services.AddIndexer(builder.Configuration);
        builder.Services.AddSingleton<IHostLifetime, Dev.NoLifetime>();
        IHost host = builder.Build();
        KeystoneHost.ValidateSettings(host.Services);
        return host;
    }

    static Option<string?> Config() => new("--config") { Description = "Settings file of the indexer; default: keystone.json in this folder." };
}
