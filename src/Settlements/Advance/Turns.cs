namespace Keystone.Settlements.Advance;

/// <summary>
/// Environments that were served since the last time round. A group has settlements of environments that were not, and a round begins again when there is none: however many
/// settlements of one environment are due, those of another wait for at most a group.
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

    /// <summary>These environments had their turn. Fewer than could have been in a group were all: a new round begins.</summary>
    public void Take(IEnumerable<Guid> environments, int most)
    {
        HashSet<Guid> taken = [.. environments];
        lock (_gate)
        {
            if (taken.Count < most) _served.Clear();
            else _served.UnionWith(taken);
        }
    }

    /// <summary>No other environment waits: a new round begins.</summary>
    public void Restart()
    {
        lock (_gate) _served.Clear();
    }
}
