using System.Diagnostics;
using Keystone.Ethereum;
using Keystone.Postgres;

namespace Keystone.Transactions;

/// <summary>
/// Spans of transactions, in the trace of the request whose settlement wants them. One that carries several intents is a span of the first one's trace, with a link to each of the others.
/// Without a listener, and for intents without a trace, there are none.
/// </summary>
internal static class TransactionTrace
{
    static readonly ActivitySource Source = new("Keystone.Transactions");

    /// <summary>Begins the span of a transaction; the caller ends it. The present work stays what it is.</summary>
    /// <param name="intents">What the transaction carries.</param>
    /// <param name="nonce">Its nonce.</param>
    public static Activity? Start(IReadOnlyList<Intent> intents, long nonce)
    {
        ActivityContext[] traces = [.. intents.Select(intent => intent.Traceparent).OfType<string>().Distinct(StringComparer.Ordinal).Select(TraceContext.Parse)];
        if (traces.Length == 0) return null;
        Activity? present = Activity.Current;
        Activity? span = Source.StartActivity("transaction", ActivityKind.Producer, traces[0], links: traces.Skip(1).Select(trace => new ActivityLink(trace)));
        span?.SetTag("keystone.purpose", intents[0].Name.Purpose).SetTag("keystone.intents", intents.Count).SetTag("keystone.nonce", nonce);
        Activity.Current = present;
        return span;
    }

    /// <summary>Ends a span with the hash that was signed; null when the signer failed.</summary>
    public static void End(Activity? span, Hash32? transaction)
    {
        if (span is null) return;
        Activity? present = Activity.Current;
        span.SetTag("keystone.transaction", transaction?.ToString()).SetStatus(transaction is null ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        span.Dispose();
        Activity.Current = present;
    }
}
