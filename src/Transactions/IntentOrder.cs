using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>
/// The order in which due intents get their nonces. Lanes take turns, so that many intents of one lane hold up those of another for no longer than one each;
/// within a lane the higher priority goes first. Intents whose deadline is near come before all others. Pure.
/// </summary>
internal static class IntentOrder
{
    // Time in which a transaction that waits for its turn might come too late.
    const long NearSeconds = 300;

    // Intents that can share a transaction follow each other, but no longer than this while others wait.
    const int MostTogether = 64;

    /// <summary>All intents in order.</summary>
    /// <param name="due">Due intents.</param>
    /// <param name="now">Block time of the head.</param>
    /// <param name="sharing">Key of the intents that can share a transaction with this one; null for none.</param>
    public static Intent[] InTurn(IEnumerable<Intent> due, ChainTime now, Func<Intent, string?> sharing)
    {
        ILookup<bool, Intent> byDeadline = due.ToLookup(intent => IsNear(intent, now));
        Intent[] order =
        [
            .. Turns(byDeadline[true], lane => lane.OrderBy(intent => intent.WantedUntil!.Value.ToInt64()).ThenBy(intent => intent.Id)),
            .. Turns(byDeadline[false], lane => lane.OrderByDescending(intent => intent.Priority).ThenBy(intent => intent.Id)),
        ];
        return [.. Together(order, sharing)];
    }

    /// <summary>True when the deadline is so near that the intent comes before all others, and is held up by nothing.</summary>
    public static bool IsNear(Intent intent, ChainTime now) => intent.WantedUntil is { } until && until.ToInt64() - now.ToInt64() <= NearSeconds;

    static IEnumerable<Intent> Turns(IEnumerable<Intent> intents, Func<IEnumerable<Intent>, IEnumerable<Intent>> withinLane) => intents
        .GroupBy(intent => intent.Lane)
        .SelectMany(lane => withinLane(lane).Select((intent, turn) => (intent, turn)))
        .OrderBy(one => one.turn).ThenByDescending(one => one.intent.Priority).ThenBy(one => one.intent.Id)
        .Select(one => one.intent);

    static IEnumerable<Intent> Together(Intent[] order, Func<Intent, string?> sharing)
    {
        Dictionary<string, Queue<Intent>> groups = [];
        string?[] keys = [.. order.Select(sharing)];
        for (int i = 0; i < order.Length; i++)
            if (keys[i] is { } key)
                (groups.TryGetValue(key, out Queue<Intent>? queue) ? queue : groups[key] = new Queue<Intent>()).Enqueue(order[i]);
        HashSet<Guid> taken = [];
        for (int i = 0; i < order.Length; i++)
        {
            if (taken.Contains(order[i].Id)) continue;
            if (keys[i] is not { } key)
            {
                yield return order[i];
                continue;
            }
            for (int n = 0; n < MostTogether && groups[key].TryDequeue(out Intent? next); n++)
            {
                taken.Add(next.Id);
                yield return next;
            }
        }
    }
}
