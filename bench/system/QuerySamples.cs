using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Keystone.SystemBench;

/// <summary>Looks again and again at what the services' sessions are executing: how often a statement is seen says what share of the database's time it takes.</summary>
sealed partial class QuerySamples : IAsyncDisposable
{
    const int Shown = 50, Length = 150;

    // Planning is seen as the statement, too.
    const string Sql = "select usename, coalesce(wait_event_type, 'processor'), query from pg_stat_activity where state = 'active' and usename like 'keystone%' and pid <> pg_backend_pid()";

    readonly Dictionary<string, (int Seen, int Waiting)> _seen = [];
    readonly CancellationTokenSource _end = new();
    readonly Task _looking;
    int _looks;

    public QuerySamples(NpgsqlDataSource database) => _looking = Task.Run(() => LookAsync(database));

    async Task LookAsync(NpgsqlDataSource database)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlCommand select = new(Sql, connection);
        await select.PrepareAsync();
        while (!_end.IsCancellationRequested)
        {
            _looks++;
            await using (NpgsqlDataReader row = await select.ExecuteReaderAsync())
                while (await row.ReadAsync())
                {
                    string what = $"{row.GetString(0)}: {Spaces().Replace(row.GetString(2), " ")}";
                    (int seen, int waiting) = _seen.GetValueOrDefault(what);
                    _seen[what] = (seen + 1, waiting + (row.GetString(1) == "processor" ? 0 : 1));
                }
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _looking;
        StringBuilder table = new();
        foreach ((string what, (int seen, int waiting)) in _seen.OrderByDescending(one => one.Value.Seen).Take(Shown))
            table.Append(CultureInfo.InvariantCulture, $"     {100.0 * seen / _looks,6:0.0} % of looks, waiting in {100.0 * waiting / _looks,5:0.0} %  {what[..Math.Min(what.Length, Length)]}\n");
        Console.Write(table);
        _end.Dispose();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
