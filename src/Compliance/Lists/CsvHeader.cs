namespace Keystone.Compliance.Lists;

/// <summary>Columns by name: publishers add and move columns.</summary>
internal sealed class CsvHeader
{
    readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    readonly int _count;

    public CsvHeader(IReadOnlyList<string> row, int line)
    {
        for (int i = 0; i < row.Count; i++)
            if (row[i].Length > 0 && !_columns.TryAdd(row[i], i)) throw new FormatException($"line {line}: the column {row[i]} stands in the header twice.");
        _count = row.Count;
    }

    public bool Has(string name) => _columns.ContainsKey(name);

    /// <summary>Value of a column; empty when the row has no such column.</summary>
    public string Of(IReadOnlyList<string> row, string name) => _columns.TryGetValue(name, out int at) && at < row.Count ? row[at] : "";

    /// <summary>Refuses a row with more fields than the header: its values would stand in wrong columns.</summary>
    public void Check(IReadOnlyList<string> row, int line)
    {
        if (row.Count > _count) throw new FormatException($"line {line}: it has {row.Count} fields, and the header has {_count}. Put a value that holds a comma in quotes.");
    }
}
