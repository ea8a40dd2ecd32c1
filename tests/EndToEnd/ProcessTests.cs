using System.Text.Json.Nodes;
using Keystone.Cli.Operator;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Indexer;
using Keystone.Mirror;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>API, indexer and keeper as three processes, each with its own database role and settings file.</summary>
public sealed class ProcessTests(ProcessTests.Apart apart, ITestOutputHelper output) : IClassFixture<ProcessTests.Apart>
{
    [Fact]
    public async Task A_keeper_that_is_killed_goes_on_where_it_was_and_does_nothing_twice()
    {
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        string id = await book.InstructSingleAsync("killed", book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);
        // Killed while the registration is on its way, and again while the swap is.
        await apart.Keeper.KillAsync();
        await apart.Keeper.StartAsync();
        EscrowTerms terms = await book.AwaitTermsAsync("killed", book.A, id, CancellationToken.None);
        await book.DepositAsync("killed", book.Bob, terms, 0, CancellationToken.None);
        await book.DepositAsync("killed", book.Alice, terms, 1, CancellationToken.None);
        await apart.Keeper.KillAsync();
        await apart.Keeper.StartAsync();
        await book.ReachAsync("killed", book.A, id, "FINALIZED", CancellationToken.None);
        await apart.System.RequireOnceAsync(book, terms);
    }

    [Fact]
    public async Task An_indexer_that_is_killed_reads_on_and_misses_nothing()
    {
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        string id = await book.InstructSingleAsync("killed", book.Dave, book.Carol, "1", "500", 3_600, CancellationToken.None);
        EscrowTerms terms = await book.AwaitTermsAsync("killed", book.A, id, CancellationToken.None);
        await book.DepositAsync("killed", book.Carol, terms, 0, CancellationToken.None);
        await apart.Indexer.KillAsync();
        // Mined while nobody looks.
        await book.DepositAsync("killed", book.Dave, terms, 1, CancellationToken.None);
        await apart.Indexer.StartAsync();
        await book.ReachAsync("killed", book.A, id, "FINALIZED", CancellationToken.None);
        await apart.System.RequireOnceAsync(book, terms);
    }

    [Fact]
    public async Task The_mirror_dropped_and_read_again_is_the_same_to_the_byte()
    {
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        await book.SinglePlatformAsync(CancellationToken.None);
        await apart.Indexer.DisposeAsync();
        try
        {
            using IHost indexer = MirrorCommand.Open(apart.System.File.Service("indexer").SettingsFile);
            string before = await DumpAsync(indexer);
            Assert.Contains("escrow_leg\t", before, StringComparison.Ordinal);
            await indexer.Services.GetRequiredService<MirrorRebuild>().FromChainAsync(apart.System.File.ChainId, CancellationToken.None);
            Assert.Equal(before, await DumpAsync(indexer));

            (int status, string said) = await ReindexAsync();
            Assert.True(status == 0 && said.Contains("the same as before", StringComparison.Ordinal), said);
            await using (var database = Postgres.StorageRegistration.Open(new Postgres.StorageOptions { ConnectionString = apart.System.File.OwnerConnection }))
            await using (var plant = database.CreateCommand("update chain.escrow set legs[2].amount = legs[2].amount + 1"))
                await plant.ExecuteNonQueryAsync();
            (status, said) = await ReindexAsync();
            Assert.True(status == 3 && said.Contains("- escrow_leg\t", StringComparison.Ordinal) && said.Contains("+ escrow_leg\t", StringComparison.Ordinal), said);
            Assert.Equal(before, await DumpAsync(indexer));
        }
        finally
        {
            await apart.Indexer.StartAsync();
        }
    }

    [Fact]
    public async Task Each_process_answers_for_its_health_and_metrics_on_its_management_port()
    {
        foreach (ServiceProcess service in (ServiceProcess[])[apart.Api, apart.Indexer, apart.Keeper])
        {
            Assert.Equal(200, await service.StatusAsync("/health/live"));
            Assert.Equal(200, await service.StatusAsync("/health/ready"));
            Assert.Contains("# TYPE", await service.ReadAsync("/metrics"), StringComparison.Ordinal);
            // What is public is not here, and what is here is not public.
            Assert.Equal(404, await service.StatusAsync("/v1/settlements"));
        }
        Assert.Equal(404, await ServiceProcess.StatusAsync(new Uri(apart.System.File.ApiUrl + "/metrics")));
    }

    async Task<(int Status, string Said)> ReindexAsync()
    {
        await using Leash command = Leash.Start("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), "reindex", "--config", apart.System.File.Service("indexer").SettingsFile]);
        int status = await command.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        return (status, command.Output);
    }

    async Task<string> DumpAsync(IHost indexer)
    {
        using StringWriter text = new();
        await indexer.Services.GetRequiredService<MirrorDump>().WriteAsync(apart.System.File.ChainId, text, CancellationToken.None);
        return text.ToString();
    }

    /// <summary>The system with its three processes.</summary>
    public sealed class Apart : IAsyncLifetime
    {
        readonly Dev.Ports _ports = new();

        internal LocalSystem System { get; private set; } = null!;

        internal ServiceProcess Api { get; private set; } = null!;

        internal ServiceProcess Indexer { get; private set; } = null!;

        internal ServiceProcess Keeper { get; private set; } = null!;

        /// <summary>A second keeper beside the first, with the same settings and a management port of its own, started.</summary>
        internal async Task<ServiceProcess> SecondKeeperAsync()
        {
            Dev.DevService first = System.File.Service("keeper");
            string file = first.SettingsFile.Replace("keeper.json", "keeper-2.json", StringComparison.Ordinal), url = $"http://127.0.0.1:{_ports.Take(0)}";
            JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(first.SettingsFile))!;
            settings["Management:Url"] = url;
            await Cli.SecretFile.WriteAsync(file, settings.ToJsonString(), CancellationToken.None);
            ServiceProcess second = new(first with { SettingsFile = file, ManagementUrl = url });
            await second.StartAsync();
            return second;
        }

        public async Task InitializeAsync()
        {
            System = await LocalSystem.StartAsync(services: false);
            (Api, Indexer, Keeper) = (new(System.File.Service("api")), new(System.File.Service("indexer")), new(System.File.Service("keeper")));
            await Task.WhenAll(Indexer.StartAsync(), Keeper.StartAsync(), Api.StartAsync());
        }

        public async Task DisposeAsync()
        {
            foreach (ServiceProcess? service in (ServiceProcess?[])[Api, Keeper, Indexer])
                if (service is not null) await service.DisposeAsync();
            if (System is not null) await System.DisposeAsync();
            _ports.Dispose();
        }
    }
}
