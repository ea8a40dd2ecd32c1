using System.Diagnostics;
using Keystone.Ethereum;
using Npgsql;

namespace Keystone.IndexerBench;

/// <summary>Postgres alone: finished rows from memory, ten thousand to a transaction, into the table of <see cref="BarePipeline"/>.</summary>
internal sealed class CopyCeiling
{
    readonly List<List<BarePipeline.Row>> _batches = [];

    public static async Task<CopyCeiling> ReadAsync(Uri url, Address escrow, long last)
    {
        CopyCeiling ceiling = new();
        using HttpClient client = new();
        for (long from = 1; from <= last; from += NodeSpeed.Range)
            ceiling._batches.Add(await BarePipeline.ReadAsync(client, url, escrow, from, Math.Min(last, from + NodeSpeed.Range - 1)));
        return ceiling;
    }

    public int Rows => _batches.Sum(batch => batch.Count);

    public async Task<TimeSpan> MeasureAsync(string connectionString)
    {
        await Database.ScalarAsync(connectionString, BarePipeline.Schema);
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        long start = Stopwatch.GetTimestamp();
        foreach (List<BarePipeline.Row> batch in _batches)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            BarePipeline.Write(connection, batch);
            await transaction.CommitAsync();
        }
        return Stopwatch.GetElapsedTime(start);
    }
}
