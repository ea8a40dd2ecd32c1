using System.Runtime.InteropServices;

namespace Keystone.Compliance.Matching;

/// <summary>Numbers in groups, one array for all of them. In a group they stand in the order in which they were given.</summary>
internal sealed class IdGroups
{
    readonly int[] _start, _ids;

    /// <summary>Groups 0 to <paramref name="count"/> less one.</summary>
    /// <param name="count">How many groups.</param>
    /// <param name="groups">Group of each number.</param>
    /// <param name="ids">The numbers.</param>
    public IdGroups(int count, ReadOnlySpan<int> groups, ReadOnlySpan<int> ids)
    {
        _start = new int[count + 1];
        _ids = new int[ids.Length];
        foreach (int group in groups) _start[group]++;
        for (int group = 1; group <= count; group++) _start[group] += _start[group - 1];
        for (int at = ids.Length - 1; at >= 0; at--) _ids[--_start[groups[at]]] = ids[at];
    }

    /// <summary>Numbers of a group.</summary>
    public ReadOnlySpan<int> this[int group] => _ids.AsSpan(_start[group], _start[group + 1] - _start[group]);

    /// <summary>How many a group has.</summary>
    public int CountOf(int group) => _start[group + 1] - _start[group];

    /// <summary>The same of lists.</summary>
    public static IdGroups Of(int count, List<int> groups, List<int> ids) => new(count, CollectionsMarshal.AsSpan(groups), CollectionsMarshal.AsSpan(ids));
}
