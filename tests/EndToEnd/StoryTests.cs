using System.Diagnostics;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.Tests;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>The stories of the demo, with the three services in one process.</summary>
public sealed class StoryTests(StoryTests.Played played) : IClassFixture<StoryTests.Played>
{
    [Fact]
    public Task The_single_platform_guide_ends_finalized() => played.Book.SinglePlatformAsync(CancellationToken.None);

    [Fact]
    public Task The_cross_platform_guide_ends_finalized_and_both_platforms_receive_every_state() => played.Book.CrossPlatformAsync(CancellationToken.None);

    [Fact]
    public Task A_rejection_ends_rolled_back_with_nothing_on_the_chain() => played.Book.RejectedAsync(CancellationToken.None);

    [Fact]
    public Task A_deposit_without_its_counterpart_comes_back_after_the_deadline() => played.Book.TimeOutAsync(played.Lone, CancellationToken.None);

    [Fact]
    public async Task What_dev_prints_leads_to_a_settlement_that_is_finalized_and_to_its_webhooks()
    {
        string folder = Directory.CreateTempSubdirectory("keystone-steps-").FullName;
        try
        {
            string file = Path.Combine(folder, "dev.json");
            await played.System.File.WriteAsync(file, CancellationToken.None);
            IReadOnlyList<string> blocks = FirstSteps.Blocks(played.System.File, file, played.System.Environment.ReceiverPort);
            Assert.All(blocks, block => Assert.StartsWith("# ", block, StringComparison.Ordinal));
            // As they are printed, in one shell; at its end the receiver ends, after the last event.
            string end = $$"""

                until grep -q 'webhook settlement.state.finalized' '{{folder}}/receiver'; do sleep 0.2; done
                kill $(jobs -p)
                """;
            string script = string.Join("\n\n", blocks);
            ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", $"( {script}\n{end} ) > >(tee '{folder}/receiver')"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(90));
            using Process shell = Process.Start(start)!;
            Task<string> error = shell.StandardError.ReadToEndAsync(deadline.Token);
            string said = await shell.StandardOutput.ReadToEndAsync(deadline.Token);
            await shell.WaitForExitAsync(deadline.Token);
            Assert.True(shell.ExitCode == 0, said + await error);
            foreach (string state in (string[])["instructed", "awaiting_deposits", "settled", "finalized"])
                Assert.Contains($"webhook settlement.state.{state}\n", said, StringComparison.Ordinal);
            Assert.Contains("leg 1: 50000 of USDC from ", said, StringComparison.Ordinal);
            Assert.Contains("\"to_state\":\"FINALIZED\"", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_log_of_the_stories_is_read_alike_by_the_mirror_and_by_the_published_definitions()
    {
        await played.Book.SinglePlatformAsync(CancellationToken.None);
        ChainView chain = played.Book.Chain;
        long head = (await chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        IReadOnlyList<LogEntry> logs = await chain.Node.GetLogsAsync(new LogFilter([chain.Escrow], [], 0, head), CancellationToken.None);
        Assert.True(logs.Count >= 4, $"Only {logs.Count} logs.");
        Assert.All(logs, log => Assert.Equal(EventText.Of(EscrowLogs.Decode((ulong)played.System.File.ChainId, log)!), EventText.ByDefinitions(log)));
    }

    // As an officer does it years later: by the commands, on what the keeper wrote.
    [Fact]
    public async Task The_answers_about_a_settlement_are_listed_and_given_again_bit_for_bit_or_it_is_said_which_version_is_gone()
    {
        string database = played.System.File.OwnerConnection;
        (int code, string listed) = await CommandAsync("compliance", "checks", played.Lone.Id, "--database", database);
        Assert.Equal(0, code);
        string[] checks = [.. listed.Split('\n').Where(line => line.Contains("  round ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];
        Assert.True(checks.Length >= 4, listed);
        (code, string said) = await CommandAsync("compliance", "replay", checks[0], "--database", database);
        Assert.True(code == 0, said);
        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("The same answer, bit for bit.", lines[^1]);
        string stored = lines.Single(line => line.StartsWith("stored  ", StringComparison.Ordinal))[8..], now = lines.Single(line => line.StartsWith("now     ", StringComparison.Ordinal))[8..];
        Assert.Equal(stored, now);
        Assert.Contains("deny-list  0x", said, StringComparison.Ordinal);

        // An answer of a matcher that this release has not.
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(database);
        await using (NpgsqlCommand age = source.CreateCommand("update compliance.answer set evidence = replace(evidence, '\"matcher\":1', '\"matcher\":0') where id = $1"))
        {
            age.Parameters.AddWithValue(Guid.Parse(checks[1]));
            Assert.Equal(1, await age.ExecuteNonQueryAsync());
        }
        (code, said) = await CommandAsync("compliance", "replay", checks[1], "--database", database);
        Assert.Equal(1, code);
        Assert.Contains("The answer was given by version 0 of the matcher", said, StringComparison.Ordinal);
        (code, said) = await CommandAsync("compliance", "replay", Guid.Empty.ToString(), "--database", database);
        Assert.Equal((1, true), (code, said.Contains("There is no check", StringComparison.Ordinal)));
    }

    static async Task<(int Code, string Said)> CommandAsync(params string[] arguments)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
        string said = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, said + await error);
    }

    /// <summary>The system, and a lone deposit whose deadline passes while the other tests run.</summary>
    public sealed class Played : IAsyncLifetime
    {
        internal LocalSystem System { get; private set; } = null!;

        internal StoryBook Book { get; private set; } = null!;

        internal LoneDeposit Lone { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            System = await LocalSystem.StartAsync();
            Book = await System.OpenBookAsync();
            Lone = await Book.DepositAloneAsync(DemoRun.TimeoutSeconds, CancellationToken.None);
        }

        public async Task DisposeAsync()
        {
            if (Book is not null) await Book.DisposeAsync();
            if (System is not null) await System.DisposeAsync();
        }
    }
}
