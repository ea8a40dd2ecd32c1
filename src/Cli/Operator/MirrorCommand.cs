using System.CommandLine;
using System.Globalization;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Indexer;
using Keystone.Mirror;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone mirror</c>: shows the mirror of a chain, or makes it anew from the chain.</summary>
internal static class MirrorCommand
{
    public static Command Create() => new("mirror", "Commands for the mirror, the copy of the escrow's events in Postgres.") { Dump(), Rebuild() };

    static Command Dump()
    {
        Option<string?> config = Config(), database = Database();
        return new Command("dump", "Prints the mirror as text. Two mirrors of the same chain print the same bytes.") { config, database }.Runs(async (parsed, cancellationToken) =>
        {
            using IHost host = Open(parsed.GetValue(config), parsed.GetValue(database));
            foreach (ChainOptions chain in host.Services.GetRequiredService<IEthereumNodes>().Chains)
                await host.Services.GetRequiredService<MirrorDump>().WriteAsync(chain.ChainId, Console.Out, cancellationToken);
            return 0;
        });
    }

    /// <summary><c>keystone reindex</c>: rebuilds and says what was different before.</summary>
    public static Command CreateReindex()
    {
        Option<string?> config = Config(), database = Database();
        return new Command("reindex", "Rebuilds the mirror from the chain and reports every difference from the old mirror. Stop the indexer first.") { config, database }
            .Runs(async (parsed, cancellationToken) =>
            {
                using IHost host = Open(parsed.GetValue(config), parsed.GetValue(database));
                bool same = true;
                foreach (ChainOptions chain in host.Services.GetRequiredService<IEthereumNodes>().Chains)
                {
                    List<string> before = await LinesAsync(host, chain.ChainId, cancellationToken);
                    await RebuildAsync(host, chain.ChainId, cancellationToken);
                    List<string> after = await LinesAsync(host, chain.ChainId, cancellationToken);
                    same &= Report(chain.ChainId, before, after);
                }
                return same ? 0 : 3;
            });
    }

    // What is new above the old head is no difference: only lines that are gone, and lines of heights that were mirrored before.
    static bool Report(long chainId, List<string> before, List<string> after)
    {
        HashSet<string> had = [.. before], has = [.. after];
        string[] gone = [.. before.Where(line => !has.Contains(line))];
        string[] came = [.. after.Where(line => !had.Contains(line))];
        if (gone.Length == 0)
        {
            Console.WriteLine($"chain {chainId}: the same as before, {came.Length} lines are new");
            return true;
        }
        Console.WriteLine($"chain {chainId}: {gone.Length} lines were there and are not on the chain, {came.Length} are new");
        foreach (string line in gone.Take(20)) Console.WriteLine("- " + line);
        foreach (string line in came.Take(20)) Console.WriteLine("+ " + line);
        return false;
    }

    static async Task<List<string>> LinesAsync(IHost host, long chainId, CancellationToken cancellationToken)
    {
        await using StringWriter text = new();
        await host.Services.GetRequiredService<MirrorDump>().WriteAsync(chainId, text, cancellationToken);
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    static async Task RebuildAsync(IHost host, long chainId, CancellationToken cancellationToken)
    {
        long reported = TimeProvider.System.GetTimestamp();
        try
        {
            await host.Services.GetRequiredService<MirrorRebuild>().FromChainAsync(chainId, report =>
            {
                if (report.Number < report.Target && TimeProvider.System.GetElapsedTime(reported) < TimeSpan.FromSeconds(1)) return;
                reported = TimeProvider.System.GetTimestamp();
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"chain {chainId}: {report}"));
            }, cancellationToken);
        }
        catch (InvalidOperationException fault)
        {
            throw new CommandFault(fault.Message, fault);
        }
    }

    static Command Rebuild()
    {
        Option<string?> config = Config(), database = Database();
        return new Command("rebuild", "Reads the mirror again from the node, beside the one that is there, which it replaces at the end. Goes on where it was broken off. Stop the indexer first.") { config, database }.Runs(async (parsed, cancellationToken) =>
        {
            using IHost host = Open(parsed.GetValue(config), parsed.GetValue(database));
            foreach (ChainOptions chain in host.Services.GetRequiredService<IEthereumNodes>().Chains)
            {
                await RebuildAsync(host, chain.ChainId, cancellationToken);
                Console.WriteLine($"The mirror of chain {chain.ChainId} was read again from the node.");
            }
            return 0;
        });
    }

    /// <summary>The indexer's rooms without its loop.</summary>
    /// <param name="settingsFile">The indexer's settings; null for keystone.json.</param>
    /// <param name="database">Another connection string than that of the settings.</param>
    public static IHost Open(string? settingsFile, string? database = null)
    {
        string[] settings = settingsFile is null ? [] : ["--config", settingsFile];
        // The file that the settings name in its place would be read as well, and contradict it.
        if (database is not null) settings = [.. settings, "--Storage:ConnectionString", database, "--Storage:ConnectionStringFile", ""];
        HostApplicationBuilder builder = KeystoneHost.CreateBuilder(settings, KeystoneService.Indexer);
        builder.Services.AddIndexer(builder.Configuration);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        IHost host = builder.Build();
        KeystoneHost.ValidateSettings(host.Services);
        return host;
    }

    static Option<string?> Database() => new("--database") { Description = "Connection string; default: Storage:ConnectionString of the settings." };

    static Option<string?> Config() => new("--config") { Description = "Settings file of the indexer; default: keystone.json in this folder." };
}
