using System.Text;

namespace Keystone.Compliance.Lists;

/// <summary>
/// Rows of a CSV (RFC 4180), one at a time: fields in quotes may hold commas, quotes and line ends. A BOM, CRLF and a final 0x1A are accepted. <see cref="Line"/> is the line on which
/// the last row begins.
/// </summary>
internal sealed class CsvRows(Stream stream, long maxCharacters)
{
    // Reads bytes that are no UTF-8 as an error and not as replacement characters, which would be names nobody has.
    readonly StreamReader _reader = new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 65_536);
    readonly StringBuilder _field = new();
    readonly List<string> _row = [];
    long _characters;
    int _line = 1;

    /// <summary>Line of the file, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The next row; null at the end. Empty lines are left out.</summary>
    public List<string>? Next()
    {
        while (true)
        {
            _row.Clear();
            _field.Clear();
            Line = _line;
            bool any = false, quoted = false, wasQuoted = false;
            while (true)
            {
                int read = Read();
                if (++_characters > maxCharacters) throw new ListFileException("too_large", $"it has more than {maxCharacters} characters.");
                if (read < 0 || (read == 0x1A && !quoted))
                {
                    if (quoted) throw new ListFileException("truncated", $"line {Line}: a field in quotes is not closed; the file was cut off.");
                    return any ? End() : null;
                }
                any = true;
                char letter = (char)read;
                if (letter == '\n') _line++;
                if (quoted)
                {
                    if (letter != '"') Append(letter);
                    else if (_reader.Peek() == '"') Append((char)_reader.Read());
                    else quoted = false;
                    continue;
                }
                if (letter == '"' && _field.Length == 0 && !wasQuoted) (quoted, wasQuoted) = (true, true);
                else if (letter == ',') (_, wasQuoted) = (Field(), false);
                else if (letter == '\n') break;
                else if (letter == '\r' && _reader.Peek() is '\n' or < 0) continue;
                else Append(letter);
            }
            List<string> row = End();
            if (row.Exists(field => field.Length > 0)) return row;
        }
    }

    int Read()
    {
        try
        {
            return _reader.Read();
        }
        catch (DecoderFallbackException e)
        {
            // The reader decodes ahead, so that the line is about where the bytes stand.
            throw new FormatException($"line {_line} or behind it: bytes that are no UTF-8. Save the file as UTF-8.", e);
        }
    }

    List<string> End()
    {
        Field();
        return _row;
    }

    bool Field()
    {
        if (_row.Count >= ListBounds.Columns) throw new FormatException($"line {Line}: it has more than {ListBounds.Columns} fields.");
        _row.Add(_field.ToString().Trim());
        _field.Clear();
        return true;
    }

    void Append(char letter)
    {
        // Statements of reasons are long; nothing else comes near.
        if (_field.Length >= 16 * ListBounds.Text) throw new FormatException($"line {Line}: a field has more than {16 * ListBounds.Text} characters.");
        _field.Append(letter);
    }
}
