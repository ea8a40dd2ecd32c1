using System.Globalization;
using System.Text;
using Keystone.Postgres;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Writes CSV by RFC 4180, a row at a time: fields in quotes where they need them, lines ended by CR LF, the header first.</summary>
/// <remarks>
/// A field that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236): what is in it may be another platform's text. Amounts are decimal
/// digits without exponent.
/// </remarks>
internal sealed class CsvWriter(HttpResponse response)
{
    const int FlushAt = 32 * 1024;

    static readonly char[] Quoted = ['"', ',', '\r', '\n'];

    readonly StringBuilder _text = new();

    /// <summary>Begins the answer.</summary>
    /// <param name="fileName">Name under which it is saved.</param>
    /// <param name="columns">Names of the columns.</param>
    public void Begin(string fileName, IEnumerable<string> columns)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/csv; charset=utf-8; header=present";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        Append(columns);
    }

    /// <summary>Writes a row.</summary>
    public async Task WriteAsync(IEnumerable<object?> values, CancellationToken cancellationToken)
    {
        Append(values.Select(TextOf));
        if (_text.Length >= FlushAt) await FlushAsync(cancellationToken);
    }

    /// <summary>Sends what has not been sent.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(_text.ToString()), cancellationToken);
        _text.Clear();
    }

    void Append(IEnumerable<string> fields) => _text.AppendJoin(',', fields.Select(Field)).Append("\r\n");

    /// <summary>A value as text.</summary>
    static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => Timestamps.Text(time),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A field as it is written.</summary>
    internal static string Field(string text)
    {
        string safe = text.TrimStart() is ['=' or '+' or '-' or '@', ..] || text is ['\t' or '\r' or '\n', ..] ? "'" + text : text;
        return safe.IndexOfAny(Quoted) < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
