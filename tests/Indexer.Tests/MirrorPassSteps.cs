using Keystone.Indexer.Processing;

namespace Keystone.Indexer.Tests;

/// <summary>A mirror that a test moves step by step, by the processor that moves it in service.</summary>
static class MirrorPassSteps
{
    /// <summary>One poll, and the step that follows from it. True when there may be more to do at once.</summary>
    public static async Task<bool> RunAsync(this MirrorPass pass, long epoch, CancellationToken cancellationToken)
    {
        bool? more = null;
        await new MirrorLoop(pass, epoch, (isMore, _) => Task.FromResult((more = isMore) is null)).RunAsync(cancellationToken);
        return more!.Value;
    }
}
