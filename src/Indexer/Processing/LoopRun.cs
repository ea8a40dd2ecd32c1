namespace Keystone.Indexer.Processing;

/// <summary>
/// Says when the next poll may be. Called before each one; what waiting there is happens in it. False ends the run.
/// </summary>
/// <param name="isMore">Whether the round before left something to be done at once; null before the first round of a run.</param>
/// <param name="cancellationToken">Ends the wait.</param>
internal delegate Task<bool> LoopPace(bool? isMore, CancellationToken cancellationToken);

/// <summary>What the three parts that Nethereum's processor calls in turn know of each other. One run of the processor has one; a fault ends both.</summary>
/// <param name="end">Ends the run.</param>
/// <param name="stopped">Stops the work of a round.</param>
internal sealed class LoopRun(CancellationTokenSource end, CancellationToken stopped)
{
    /// <summary>Stops the work of a round. The processor's own token also ends when the pace ends the run, which what is read ahead outlives.</summary>
    public CancellationToken Stopped => stopped;

    /// <summary>What the last poll found and no step has done yet; null for nothing.</summary>
    public MirrorWork? Found { get; private set; }

    /// <summary>Whether a reorg was returned to the processor, which goes back to the fork point of <see cref="Found"/>. The mirror itself still ends where it ended.</summary>
    public bool IsRewound { get; private set; }

    /// <summary>Whether the last round left something to be done at once; null before the first.</summary>
    public bool? IsMore { get; private set; }

    /// <summary>A poll ended.</summary>
    public void Polled(MirrorWork? found)
    {
        Found = found;
        if (found is null) IsMore = false;
    }

    /// <summary>The processor goes back to the fork point.</summary>
    public void Rewind() => IsRewound = true;

    /// <summary>What was found is done.</summary>
    public void Took(bool isMore)
    {
        (Found, IsRewound) = (null, false);
        IsMore = isMore;
    }

    /// <summary>Ends the run after this round.</summary>
    public void End() => end.Cancel();
}
