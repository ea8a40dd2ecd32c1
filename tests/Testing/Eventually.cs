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
        string? unanswered = null;
        while (!await AskAsync())
        {
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{because ?? "The condition did not become true in time."}{unanswered}");
            }
        }

        // A question whose own limit passes before the answer is asked again: a busy machine is late, and late is not wrong.
        async Task<bool> AskAsync()
        {
            try
            {
                bool isTrue = await condition();
                unanswered = null;
                return isTrue;
            }
            catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
            {
                unanswered = $" The last question: {late.Message}";
                return false;
            }
        }
    }
}
