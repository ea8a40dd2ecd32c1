using System.Diagnostics;

namespace Keystone.ApiBench;

/// <summary>Sends work on several streams at once, each one piece after the other.</summary>
static class Load
{
    /// <summary>Pieces a second.</summary>
    /// <param name="count">Pieces in all.</param>
    /// <param name="streams">How many at once.</param>
    /// <param name="one">One piece: the number of the stream, and of the piece.</param>
    public static async Task<double> RateAsync(int count, int streams, Func<int, int, Task> one)
    {
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, streams).Select(stream => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < count) await one(stream, number);
        })));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
