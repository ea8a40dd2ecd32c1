namespace Keystone.Webhooks;

/// <summary>When a delivery is tried again: the schedule that Standard Webhooks publishes, with jitter. Pure.</summary>
internal static class Schedule
{
    static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Longest wait that a receiver's <c>Retry-After</c> can ask for.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>Attempts in all, the first one included.</summary>
    public static int Attempts => Delays.Length + 1;

    /// <summary>Wait after the attempt of that number failed; null when it was the last.</summary>
    /// <param name="attempt">1 for the first.</param>
    /// <param name="jitter">0 to 1; spreads the wait over 90 to 110 %, so that retries to receivers that failed together do not come together (thundering herd).</param>
    /// <param name="retryAfter">Delay that the receiver requested; it can lengthen the wait, but not shorten it.</param>
    public static TimeSpan? After(int attempt, double jitter, TimeSpan? retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        if (attempt > Delays.Length)
            return null;
        TimeSpan wait = Delays[attempt - 1] * (0.9 + 0.2 * Math.Clamp(jitter, 0, 1));
        if (retryAfter is not { } asked)
            return wait;
        if (asked > LongestRetryAfter)
            asked = LongestRetryAfter;
        return asked > wait ? asked : wait;
    }
}
