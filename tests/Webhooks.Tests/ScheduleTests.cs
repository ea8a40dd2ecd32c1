namespace Keystone.Webhooks.Tests;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 300)]
    [InlineData(3, 1800)]
    [InlineData(4, 7200)]
    [InlineData(5, 18000)]
    [InlineData(6, 36000)]
    [InlineData(7, 50400)]
    [InlineData(8, 72000)]
    [InlineData(9, 86400)]
    public void Waits_as_Standard_Webhooks_publishes(int attempt, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Schedule.After(attempt, 0.5, null));
        Assert.Equal(seconds * 0.9, Schedule.After(attempt, 0, null)!.Value.TotalSeconds, 3);
        Assert.Equal(seconds * 1.1, Schedule.After(attempt, 1, null)!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void Ends_after_the_last_attempt() => Assert.Null(Schedule.After(Schedule.Attempts, 0.5, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Retry_After_lengthens_and_never_shortens()
    {
        Assert.Equal(TimeSpan.FromMinutes(1), Schedule.After(1, 0.5, TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.FromSeconds(5), Schedule.After(1, 0.5, TimeSpan.FromSeconds(1)));
        Assert.Equal(Schedule.LongestRetryAfter, Schedule.After(1, 0.5, TimeSpan.FromDays(30)));
    }

    [Fact]
    public void W2_Ten_attempts_in_the_published_75_hours_and_35_minutes()
    {
        TimeSpan total = TimeSpan.Zero, least = TimeSpan.Zero, most = TimeSpan.Zero;
        int attempt = 1;
        for (; Schedule.After(attempt, 0.5, null) is { } wait; attempt++)
        {
            total += wait;
            least += Schedule.After(attempt, 0, null)!.Value;
            most += Schedule.After(attempt, 1, null)!.Value;
            for (int i = 0; i <= 100; i++)
                Assert.InRange(Schedule.After(attempt, i / 100.0, null)!.Value, wait * 0.9 - TimeSpan.FromTicks(1), wait * 1.1 + TimeSpan.FromTicks(1));
        }
        Assert.Equal((10, new TimeSpan(75, 35, 5)), (attempt, total));
        Assert.Equal((total * 0.9, total * 1.1), (least, most));
    }
}
