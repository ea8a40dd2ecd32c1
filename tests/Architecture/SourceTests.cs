using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>Rules that a compiler does not hold.</summary>
public sealed partial class SourceTests
{
    /// <summary>Files beside stores that may name Npgsql, each with its reason.</summary>
    static readonly Dictionary<string, string> NpgsqlExceptions = new(StringComparer.Ordinal)
    {
        ["Settlements/Create/CreateSettlement.cs"] = "recognises the statement that lost against another request",
        ["Transactions/TransactionManagerRunner.cs"] = "hands the data source to its stores, tells a lost connection from a fault",
        ["Webhooks/Delivery/Deliverer.cs"] = "tells a lost connection from a fault",
        ["Webhooks/Delivery/Publisher.cs"] = "tells a lost connection from a fault",
        ["Hosting/Reports/ReportRegistration.cs"] = "hands the data source to a store",
        ["Settlements/SettlementsRegistration.cs"] = "hands the data source to its stores",
        ["Settlements/Instructions/InstructionMessages.cs"] = "writes its messages in the transaction of the use case that calls it",
        ["Webhooks/Delivery/MessageRetention.cs"] = "hands the connection to its store",
    };

    /// <summary>Which rooms may use Npgsql at all, and that commands write no SQL, is held by the build (src/BannedSymbols*.txt).</summary>
    [Fact]
    public void Npgsql_stays_in_storage_and_stores() => Sources.None(Sources.Code()
        .Where(file => file.Text.Contains("using Npgsql", StringComparison.Ordinal))
        .Select(file => file.Path)
        .Where(path => !path.StartsWith("Cli/", StringComparison.Ordinal) && !path.StartsWith("Dev/", StringComparison.Ordinal))
        .Where(path => !path.StartsWith("Postgres/", StringComparison.Ordinal) && !Sources.IsStore(path) && !NpgsqlExceptions.ContainsKey(path)));

    [Fact]
    public void Sql_stands_only_in_stores() => Sources.None(Sources.Code()
        .Where(file => !Sources.IsStore(file.Path))
        .SelectMany(file => SqlInString().Matches(file.Text).Select(match => $"{file.Path}: {match.Value.ReplaceLineEndings(" ")}")));

    [Fact]
    public void Each_crash_point_is_in_the_list_and_reached_at_one_place()
    {
        string[] names = [.. typeof(Postgres.Faults.CrashPoint).GetFields().Where(field => field.IsLiteral).Select(field => field.Name)];
        Assert.Equal(
            typeof(Postgres.Faults.CrashPoint).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            Postgres.Faults.CrashPoint.All.Concat(Postgres.Faults.CrashPoint.OfApi).Order(StringComparer.Ordinal));
        string[] reached = [.. Sources.Code().SelectMany(file => Reached().Matches(file.Text)).Select(match => match.Groups["name"].Value)];
        Assert.Equal(names.Order(StringComparer.Ordinal), reached.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_entry_point_sets_the_invariant_culture_first()
    {
        (string Path, string Text)[] entries = [.. Sources.Code("src", "bench").Where(file => EntryMethod().IsMatch(file.Text) || file.Path.EndsWith("/Program.cs", StringComparison.Ordinal))];
        Assert.True(entries.Length >= 7, "The entry points were not found.");
        Sources.None(entries.Where(file => !CultureFirst().IsMatch(file.Text)).Select(file => file.Path));
    }

    [Theory]
    [InlineData("\"select id from x\"", true)]
    [InlineData("\"\"\"\n   insert into x values (1)", true)]
    [InlineData("\"Select one of the templates\"", false)]
    [InlineData("\"update your settings\"", false)]
    public void The_sql_rule_tells_sql_from_prose(string text, bool isSql) => Assert.Equal(isSql, SqlInString().IsMatch(text));

    [GeneratedRegex("\"\\s*(select\\s[^\"]*?\\sfrom\\s|insert\\s+into\\s|delete\\s+from\\s|update\\s+[\\w.]+(\\s+\\w+)?\\s+set\\s|listen\\s+\\w+\"|notify\\s+\\w+\")")]
    private static partial Regex SqlInString();

    [GeneratedRegex(@"\bstatic (async )?(Task<int>|Task|int|void) Main\(")]
    private static partial Regex EntryMethod();

    [GeneratedRegex(@"(\bMain\(string\[\] args\)\s*\{\s*|\A(using [^\n]+\n)+\s*)CultureInfo\.DefaultThreadCurrentCulture = CultureInfo\.InvariantCulture;")]
    private static partial Regex CultureFirst();

    [GeneratedRegex(@"\bCrashPoint\.Reach\(CrashPoint\.(?<name>\w+)\)")]
    private static partial Regex Reached();
}
