using System.Data.Common;
using System.Diagnostics;
using OpenTelemetry;

namespace Keystone.Hosting;

/// <summary>
/// Takes out of every span, before it is exported, what must not leave: user info, path and query of URLs (keys stand there, and names in filters of
/// lists), and passwords. Spans of calls keep scheme, host and port and the name of what is called; spans of requests keep the route. An exception is
/// recorded with its type, a cleaned message and its stack trace; of an error of the database the message is its SQLSTATE, because Postgres quotes values
/// of the statement in its messages.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Activity>
{
    const string Database = "Npgsql", ExceptionMessage = "exception.message", ExceptionStackTrace = "exception.stacktrace";

    // It samples nothing: it only says what an exception's event holds, before the event is made. An event cannot be changed afterwards.
    readonly ActivityListener _exceptions = new() { ShouldListenTo = static _ => true, ExceptionRecorder = RecordException };

    public SpanRedaction() => ActivitySource.AddActivityListener(_exceptions);

    const string UrlFull = "url.full", UrlPath = "url.path", UrlQuery = "url.query", Route = "http.route", Target = "keystone.target";

    /// <summary>Overwrites the URL of a call by scheme, host and port, and adds the name of what is called.</summary>
    /// <param name="span">Of the call.</param>
    /// <param name="url">Where it goes.</param>
    /// <param name="name">A node's name or an endpoint's id; null where nobody gave one.</param>
    public static void NameTarget(Activity span, Uri? url, string? name)
    {
        span.SetTag(UrlFull, url is { IsAbsoluteUri: true } ? url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null);
        if (name is not null) span.SetTag(Target, name);
    }

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        List<KeyValuePair<string, object?>>? changes = null;
        foreach (ref readonly KeyValuePair<string, object?> tag in data.EnumerateTagObjects())
        {
            object? clean = tag.Key switch
            {
                UrlPath => data.GetTagItem(Route),
                UrlQuery => null,
                _ => tag.Value is string text ? LogRedaction.Redact(text) : tag.Value,
            };
            if (!Equals(clean, tag.Value)) (changes ??= []).Add(new(tag.Key, clean));
        }
        foreach ((string key, object? value) in changes ?? []) data.SetTag(key, value);
        // Npgsql describes the status by the server's message; the SQLSTATE is in db.response.status_code.
        if (data.Source.Name == Database && data.StatusDescription is not null) data.SetStatus(data.Status);
        if (data.StatusDescription is { Length: > 0 } said && LogRedaction.Redact(said) is { } redacted && redacted != said)
            data.SetStatus(data.Status, redacted);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _exceptions.Dispose();
        base.Dispose(disposing);
    }

    // Called once for each host of the process; the first one has said it already.
    static void RecordException(Activity span, Exception exception, ref TagList tags)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
            if (tag.Key is ExceptionMessage or ExceptionStackTrace) return;
        tags.Add(ExceptionMessage, exception is DbException { SqlState: { } state } ? $"SQLSTATE {state}" : LogRedaction.Redact(exception.Message));
        tags.Add(ExceptionStackTrace, exception.StackTrace ?? "");
    }
}
