namespace Keystone.Ethereum.Nodes;

/// <summary>How many calls go into one batch: halved by what was too large, grown again slowly by what was not, and never up to a size that the node refused as such.</summary>
/// <param name="first">Calls in the first batch.</param>
/// <param name="most">Calls in the largest one.</param>
internal sealed class BatchSize(int first, int most)
{
    readonly Lock _gate = new();
    int _now = first;
    int _most = most;
    int _unbroken;
    int _busy;

    /// <summary>Calls in the next batch.</summary>
    public int Now
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    /// <summary>A batch of so many calls was answered.</summary>
    public void Took(int calls)
    {
        lock (_gate)
        {
            _busy = 0;
            // After a refusal only slowly: each one costs a round.
            if (calls < _now || _now >= _most || ++_unbroken < 4) return;
            _now = Math.Min(_most, _now + Math.Max(1, _now / 10));
            _unbroken = 0;
        }
    }

    /// <summary>A batch of so many calls was refused.</summary>
    /// <param name="calls">Its calls.</param>
    /// <param name="isLimit">The number of calls was refused, not what their answers hold: as many are not asked for again.</param>
    public void FoundTooLarge(int calls, bool isLimit)
    {
        lock (_gate)
        {
            if (isLimit) _most = Math.Max(1, Math.Min(_most, calls - 1));
            _now = Math.Min(_most, Math.Max(1, calls / 2));
            _unbroken = 0;
        }
    }

    /// <summary>The node wants fewer requests: after the third time in a row smaller batches too, because some count each call.</summary>
    /// <param name="calls">Calls of the batch.</param>
    public void FoundBusy(int calls)
    {
        lock (_gate)
        {
            if (++_busy < 3) return;
            (_now, _busy, _unbroken) = (Math.Min(_most, Math.Max(1, calls / 2)), 0, 0);
        }
    }

    /// <summary>What it is now, to be put back when refusals turn out not to have been about the size.</summary>
    public (int Now, int Most) Save()
    {
        lock (_gate) return (_now, _most);
    }

    /// <summary>Puts back what was saved.</summary>
    public void Restore((int Now, int Most) saved)
    {
        lock (_gate) (_now, _most, _unbroken) = (saved.Now, saved.Most, 0);
    }
}
