using System.Text.Json.Nodes;
using Keystone.Cli.Operator;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Indexer;
using Keystone.Mirror;
using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>The drill of docs/operations/backup.md: a backup while the services work, the database lost, a restore, and the chain tells what has happened since.</summary>
public sealed class RestoreDrillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_was_settled_since_the_backup_comes_from_the_chain_and_what_was_made_since_is_shown_as_an_orphan()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        string folder = Directory.CreateTempSubdirectory("keystone-drill-").FullName, key = Path.Combine(folder, "backup.key"), file = Path.Combine(folder, "drill.backup");
        await Cli.SecretFile.WriteAsync(key, System.Security.Cryptography.RandomNumberGenerator.GetHexString(64, lowercase: true) + "\n", CancellationToken.None);
        string restored = new NpgsqlConnectionStringBuilder(system.File.OwnerConnection) { Database = "restored" }.ConnectionString;
        try
        {
            string known, after;
            EscrowTerms knownTerms;
            await using (ServiceProcess api = new(system.File.Service("api")), indexer = new(system.File.Service("indexer")), keeper = new(system.File.Service("keeper")))
            {
                await Task.WhenAll(api.StartAsync(), indexer.StartAsync(), keeper.StartAsync());
                await using StoryBook book = await system.OpenBookAsync(output);
                string done = await BeginAsync(book, "done");
                await SettleAsync(book, done);
                known = await BeginAsync(book, "known");
                knownTerms = await book.AwaitTermsAsync("known", book.A, known, CancellationToken.None);
                // Under load: settlements are made while the tables are read.
                using CancellationTokenSource enough = new();
                Task load = Task.Run(async () =>
                {
                    while (!enough.IsCancellationRequested) await BeginAsync(book, "load");
                });
                Assert.Contains("Not in it:", await DoAsync("backup", "--key-file", key, "--out", file, "--database", system.File.OwnerConnection), StringComparison.Ordinal);
                await enough.CancelAsync();
                await load;
                Assert.Contains("the backup is whole", await DoAsync("verify-backup", file, "--key-file", key), StringComparison.Ordinal);

                // Since the backup: one that it knows is settled, one that it does not know is made, and a leg of it deposited.
                await SettleAsync(book, known);
                after = await BeginAsync(book, "after");
                EscrowTerms afterTerms = await book.AwaitTermsAsync("after", book.A, after, CancellationToken.None);
                await book.DepositAsync("after", book.Bob, afterTerms, 0, CancellationToken.None);
                Assert.Equal("", await DoAsync("settlements", "orphans", "--database", system.File.OwnerConnection));

                Assert.Contains("restored.", await DoAsync("restore", "--key-file", key, "--from", file, "--database", restored), StringComparison.Ordinal);
                Assert.DoesNotContain("Fault", await DoAsync("audit", "check", "--database", restored), StringComparison.Ordinal);
                Assert.Equal(0L, await AskAsync(restored, $"select count(*) from settlement.settlement where id = '{after}'"));
                // The services of the lost database end here.
                await Task.WhenAll(api.StopAsync(), indexer.StopAsync(), keeper.StopAsync());

                // Indexer first, then the others, on the restored database with the same logins and keys.
                await using ServiceProcess indexerAgain = await OnAsync(system, "indexer"), keeperAgain = await OnAsync(system, "keeper"), apiAgain = await OnAsync(system, "api");
                await indexerAgain.StartAsync();
                await Eventually.TrueAsync(async () => (await DoAsync("settlements", "orphans", "--database", restored)).Contains(afterTerms.Id.ToString(), StringComparison.Ordinal),
                    TimeSpan.FromMinutes(2), because: "the settlement made after the backup was not found on the chain");
                await keeperAgain.StartAsync();
                await apiAgain.StartAsync();
                Assert.Matches($"{afterTerms.Id}  Open .*ours .*holds legs 0  until ", await DoAsync("settlements", "orphans", "--database", restored));
                // What the backup knew as waiting has been executed meanwhile: the chain says so, and nothing is sent again.
                await book.ReachAsync("known", book.A, known, "FINALIZED", CancellationToken.None);
                await system.RequireEventsOnceAsync(book, knownTerms);
                await system.RequireCallsOnceAsync();
                // And it goes on.
                await SettleAsync(book, await BeginAsync(book, "again"));
            }
            await RequireMirrorAsync(system, restored);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Task<string> BeginAsync(StoryBook book, string story) => book.InstructSingleAsync(story, book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);

    static async Task SettleAsync(StoryBook book, string id)
    {
        EscrowTerms terms = await book.AwaitTermsAsync("drill", book.A, id, CancellationToken.None);
        await book.DepositAsync("drill", book.Bob, terms, 0, CancellationToken.None);
        await book.DepositAsync("drill", book.Alice, terms, 1, CancellationToken.None);
        await book.ReachAsync("drill", book.A, id, "FINALIZED", CancellationToken.None);
    }

    // The mirror of the restored database, read again from the chain, is the same to the byte.
    static async Task RequireMirrorAsync(LocalSystem system, string restored)
    {
        JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(system.File.Service("indexer").SettingsFile))!;
        settings["Storage:ConnectionString"] = restored;
        string file = system.File.Service("indexer").SettingsFile.Replace("indexer.json", "indexer-compared.json", StringComparison.Ordinal);
        await Cli.SecretFile.WriteAsync(file, settings.ToJsonString(), CancellationToken.None);
        using IHost host = MirrorCommand.Open(file);
        string before = await DumpAsync();
        await host.Services.GetRequiredService<MirrorRebuild>().FromChainAsync(system.File.ChainId, CancellationToken.None);
        Assert.Equal(before, await DumpAsync());

        async Task<string> DumpAsync()
        {
            using StringWriter text = new();
            await host.Services.GetRequiredService<MirrorDump>().WriteAsync(system.File.ChainId, text, CancellationToken.None);
            return text.ToString();
        }
    }

    static async Task<ServiceProcess> OnAsync(LocalSystem system, string name)
    {
        DevService first = system.File.Service(name);
        JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(first.SettingsFile))!;
        settings["Storage:ConnectionString"] = new NpgsqlConnectionStringBuilder((string)settings["Storage:ConnectionString"]!) { Database = "restored" }.ConnectionString;
        string file = first.SettingsFile.Replace($"{name}.json", $"{name}-restored.json", StringComparison.Ordinal);
        await Cli.SecretFile.WriteAsync(file, settings.ToJsonString(), CancellationToken.None);
        return new ServiceProcess(first with { SettingsFile = file });
    }

    static async Task<object?> AskAsync(string connection, string sql)
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await using NpgsqlCommand ask = database.CreateCommand(sql);
        return await ask.ExecuteScalarAsync();
    }

    static async Task<string> DoAsync(params string[] words)
    {
        await using Leash command = Leash.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), .. words]);
        int status = await command.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(120));
        Assert.True(status == 0, $"{string.Join(' ', words)}: {command.Output}");
        return command.Output;
    }
}
