namespace Keystone.Settlements.Advance;

/// <summary>
/// Environments that were served since the last time round. A worker takes a settlement of one that was not, and begins again when there is none: however many
/// settlements of one environment are due, those of another wait for at most one of each.
/// </summary>
internal sealed class Turns
{
    readonly Lock _gate = new();
    readonly HashSet<Guid> _served = [];

    /// <summary>Environments that had their turn.</summary>
    public Guid[] Served
    {
        get
        {
            lock (_gate) return [.. _served];
        }
    }

    /// <summary>An environment had its turn.</summary>
    public void Take(Guid environment)
    {
        lock (_gate) _served.Add(environment);
    }

    /// <summary>No other environment waits: a new round begins.</summary>
    public void Restart()
    {
        lock (_gate) _served.Clear();
    }
}
