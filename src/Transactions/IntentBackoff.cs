namespace Keystone.Transactions;

/// <summary>Puts intents back that cannot be carried out now: they stay wanted and become due again after a pause.</summary>
internal sealed class IntentBackoff(SenderStores stores)
{
    /// <summary>Pause after the n-th time an intent was put back: 1, 2, 4 up to 60 seconds.</summary>
    public static TimeSpan Pause(int attempts) => TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Clamp(attempts, 0, 6)));

    /// <summary>Puts intents back.</summary>
    /// <param name="epoch">Epoch of the lease.</param>
    /// <param name="intents">Wanted intents.</param>
    /// <param name="refusal">Reason for a person; stored with the intent.</param>
    /// <param name="reason">Label of the metric <c>keystone.transactions.intents.put.back</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task PutBackAsync(long epoch, IReadOnlyList<Intent> intents, string refusal, string reason, CancellationToken cancellationToken)
    {
        Count(reason, intents.Count);
        return stores.Intents.SetAsync(
            epoch, [.. intents.Select(intent => (intent, IntentState.Wanted, (string?)refusal, (TimeSpan?)Pause(intent.Attempts)))], cancellationToken);
    }

    /// <summary>Counts intents put back in the metric.</summary>
    public static void Count(string reason, int intents = 1) => TransactionsMetrics.PutBack.Add(intents, new KeyValuePair<string, object?>("reason", reason));
}
