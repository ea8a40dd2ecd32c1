using System.Globalization;
using Keystone.Compliance.Changes;
using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Keystone.Compliance.Tests;

/// <summary>A folder of lists, and the provider that reads them, on a real Postgres under the role of the keeper.</summary>
public abstract class ListScene(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keystone-lists");
    NpgsqlDataSource _keeper = null!;

    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));

    private protected NpgsqlDataSource Keeper => _keeper;

    private protected SettlementBook Book { get; } = new(database.Source);

    private protected ScreeningOptions Options { get; } = new();

    private protected SanctionsLists Lists { get; private set; } = null!;

    private protected BuiltInLists Provider { get; private set; } = null!;

    private protected string Folder => _folder.FullName;

    /// <summary>Path of the operator's own list.</summary>
    private protected string Own => Path.Combine(Folder, "own.csv");

    public async Task InitializeAsync()
    {
        _keeper = await database.OpenAsync("keystone_keeper");
        foreach (string table in (string[])["list_change_hit", "list_change_entry", "list_change", "list_source", "list_set", "answer", "list_file"])
            await Book.RunAsync($"delete from compliance.{table}");
        Options.DenyList = Path.Combine(Folder, "deny-list.txt");
        await File.WriteAllTextAsync(Options.DenyList, "# nobody\n");
        Options.Lists.Add(new ListOptions { Name = "own", Format = ListFormat.Csv, File = Own });
        Restart();
    }

    public Task DisposeAsync()
    {
        Lists.Dispose();
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>What a process has in memory is gone.</summary>
    private protected void Restart()
    {
        Lists?.Dispose();
        IOptions<ScreeningOptions> options = Microsoft.Extensions.Options.Options.Create(Options);
        Lists = new SanctionsLists(new ListFileStore(Keeper), new ListChangeStore(Keeper), options, Clock, NullLogger<SanctionsLists>.Instance);
        Provider = new BuiltInLists(new DenyListProvider(options, Clock), Lists, new ListFileStore(Keeper), options, Clock);
    }

    /// <summary>Writes the operator's own list with these lines below its header.</summary>
    private protected async Task WriteAsync(params string[] lines)
    {
        await File.WriteAllTextAsync(Own, "id,name,weak,wallet,lei,country,born,published\n" + string.Join('\n', lines) + "\n");
        Touch();
    }

    private protected void Touch() => File.SetLastWriteTimeUtc(Own, Clock.GetUtcNow().UtcDateTime);

    private protected static string[] Many(int count) => [.. Enumerable.Range(1, count).Select(at => string.Create(CultureInfo.InvariantCulture, $"{at},Invented{(char)('a' + (at % 26))}name Number{(char)('a' + (at / 26 % 26))}bearer"))];

    private protected EvidenceStore Answers => new(Keeper);
}
