namespace Keystone.Dev.Demo;

/// <summary>Waits for something to become true, with a deadline.</summary>
internal static class Patience
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="StoryFault">There was none in time; <paramref name="otherwise"/> says what is known instead.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, TimeSpan limit, Func<string> otherwise, CancellationToken cancellationToken) where T : class
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        using PeriodicTimer timer = new(Poll);
        while (true)
        {
            if (await ask() is { } answer) return answer;
            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new StoryFault($"After {limit.TotalSeconds:0} s: {otherwise()}");
            }
        }
    }
}
