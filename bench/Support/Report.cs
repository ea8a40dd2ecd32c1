using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Dev.Servers;

namespace Keystone.Bench;

/// <summary>
/// What a bench of one area found, beside the bars of <c>bench/bars.json</c>. Every name of the area is written, measured or not: a figure that is
/// left out must not pass.
/// </summary>
/// <param name="area">Name of the area and of its folder in <c>bench/</c>.</param>
public sealed class Report(string area)
{
    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Dictionary<string, (double? Value, string Remark)> _found = new(StringComparer.Ordinal);
    readonly List<string> _notes = [];
    readonly double _load = Machine.Load();

    /// <summary>A figure, without the area in its name, and the raw figures that it came from.</summary>
    public void Measured(string name, double value, string raw)
    {
        _found[$"{area}.{name}"] = (value, raw);
        Console.WriteLine($"   {name}: {Text(value)}   ({raw})");
    }

    /// <summary>A figure that was not measured, and why.</summary>
    public void Skipped(string name, string reason)
    {
        _found[$"{area}.{name}"] = (null, "skipped: " + reason);
        Console.WriteLine($"   {name}: skipped: {reason}");
    }

    /// <summary>A line below the table: settings, versions, raw figures.</summary>
    public void Note(string line)
    {
        _notes.Add(line);
        Console.WriteLine("   " + line);
    }

    /// <summary>Writes <c>artifacts/bench/AREA.json</c>, and <c>bench/AREA/README.md</c> when everything was measured; prints the table.</summary>
    /// <param name="introduction">What was measured and how, Markdown.</param>
    /// <returns>Exit status: 0 when every name of the area is there, measured or skipped with a reason. A missed bar is a finding, not an error.</returns>
    public int Write(string introduction)
    {
        string root = NativeTool.RepositoryRoot;
        JsonArray bars = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(root, "bench/bars.json")))!.AsArray()
            .Where(bar => ((string)bar!["name"]!).StartsWith(area + ".", StringComparison.Ordinal)).Select(bar => bar!.DeepClone())];
        string reasonsFile = Path.Combine(root, "bench", area, "reasons.json");
        JsonNode? reasons = File.Exists(reasonsFile) ? JsonNode.Parse(File.ReadAllText(reasonsFile)) : null;
        JsonArray results = [];
        StringBuilder table = new("| bar | measured | wanted | | raw figures |\n|---|---|---|---|---|\n");
        int absent = 0;
        foreach (JsonNode? bar in bars)
        {
            string name = (string)bar!["name"]!, compare = (string)bar["compare"]!, unit = (string)bar["unit"]!;
            double limit = (double)bar["bar"]!;
            bool known = _found.TryGetValue(name, out (double? Value, string Remark) found);
            if (!known) absent++;
            bool? ok = found.Value is not { } value ? null : compare == "<=" ? value <= limit : value >= limit;
            JsonObject result = new() { ["name"] = name, ["value"] = found.Value, ["unit"] = unit, ["compare"] = compare, ["bar"] = limit, ["ok"] = ok };
            result["raw"] = known ? found.Remark : "not measured by this run";
            results.Add(result);
            string verdict = ok switch { true => "ok", false => "missed: " + ((string?)reasons?[name] ?? "no reason is written down"), null => "not measured" };
            table.Append(CultureInfo.InvariantCulture,
                $"| `{name}` | {(found.Value is { } shown ? $"{Text(shown)} {unit}" : "")} | {(compare == "<=" ? "at most" : "at least")} {Text(limit)} | {verdict} | {result["raw"]} |\n");
        }
        string path = Path.Combine(root, "artifacts/bench");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, area + ".json"), results.ToJsonString(Json) + "\n");
        string notes = string.Concat(_notes.Append($"{Machine.Describe()}; load average {Text(_load)} at the start, {Text(Machine.Load())} at the end.").Select(note => $"* {note}\n"));
        string text = $"{introduction.TrimEnd()}\n\n{table}\n{notes}";
        Console.WriteLine("\n" + text);
        if (_found.Values.All(found => found.Value is not null) && absent == 0) File.WriteAllText(Path.Combine(root, "bench", area, "README.md"), text);
        return absent == 0 ? 0 : 1;
    }

    /// <summary>Three significant digits for what is small, none after the point for what is large.</summary>
    public static string Text(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1_000 => value.ToString("#,##0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
