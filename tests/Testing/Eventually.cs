using Xunit;

namespace Keystone.Testing;

/// <summary>Waits for something to become true instead of waiting for a time.</summary>
public static class Eventually
{
    /// <summary>Asks until the answer is yes; fails after <paramref name="timeout"/> (90 s by default: a machine that runs all tests at once may stand still for long).</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? timeout = null, string? because = null)
    {
        using CancellationTokenSource deadline = new(timeout ?? TimeSpan.FromSeconds(90));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail(because ?? "The condition did not become true in time.");
            }
        }
    }
}
