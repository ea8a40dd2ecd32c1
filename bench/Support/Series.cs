namespace Keystone.Bench;

/// <summary>Figures of one kind.</summary>
public static class Series
{
    /// <summary>The middle one; of an even number, the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The smallest one that at least this share of all does not exceed.</summary>
    /// <param name="figures">Any number but none.</param>
    /// <param name="share">Above 0, at most 1.</param>
    public static double Percentile(IEnumerable<double> figures, double share)
    {
        double[] sorted = [.. figures.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    /// <summary>The figures as a reader wants them beside a median: in the order measured.</summary>
    public static string Text(IEnumerable<double> figures) => string.Join(", ", figures.Select(Report.Text));

    /// <summary>Measures two things in turn, A B A B, and gives the median of the ratios A to B of each pair.</summary>
    /// <param name="rounds">Pairs.</param>
    /// <param name="a">Measures the first.</param>
    /// <param name="b">Measures the second.</param>
    public static async Task<Comparison> CompareAsync(int rounds, Func<int, Task<double>> a, Func<int, Task<double>> b)
    {
        List<double> ofA = [], ofB = [];
        for (int round = 0; round < rounds; round++)
        {
            ofA.Add(await a(round).ConfigureAwait(false));
            ofB.Add(await b(round).ConfigureAwait(false));
            Console.WriteLine($"     round {round + 1} of {rounds}: {Report.Text(ofA[^1])} to {Report.Text(ofB[^1])}");
        }
        return new Comparison(ofA, ofB);
    }
}

/// <summary>Figures measured in turn.</summary>
/// <param name="A">Of the first.</param>
/// <param name="B">Of the second.</param>
public sealed record Comparison(IReadOnlyList<double> A, IReadOnlyList<double> B)
{
    /// <summary>Median of the ratios A to B of each pair.</summary>
    public double Ratio => Series.Median(A.Zip(B, (a, b) => a / b));
}
