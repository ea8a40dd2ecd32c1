using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Keystone.Cli;

/// <summary>What commands write for people, as tables, and for programs, as JSON.</summary>
internal static class Terminal
{
    // Wide enough that no row of a table is broken where a program reads it.
    const int RedirectedWidth = 400;

    static readonly JsonSerializerOptions Members = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonSerializerOptions Indented = new(Members) { WriteIndented = true };

    /// <summary>A table with these columns. In a file or a pipe it has no lines and no colours.</summary>
    public static Table Table(params string[] columns)
    {
        Table table = new() { Border = Console.IsOutputRedirected ? TableBorder.None : TableBorder.Simple };
        foreach (string column in columns) table.AddColumn(new TableColumn(Text(column)).NoWrap());
        return table;
    }

    /// <summary>Text as a cell of a table: without what the library or a terminal would act on.</summary>
    public static string Text(string? text) => Markup.Escape(Clean(text));

    /// <summary>A state in the colour of what it says.</summary>
    public static string State(string state, bool ended, bool failed) => failed ? $"[red]{Text(state)}[/]" : ended ? $"[green]{Text(state)}[/]" : Text(state);

    /// <summary>Text of others without control characters, which a terminal would obey.</summary>
    public static string Clean(string? text) => text is null ? "" : string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));

    /// <summary>Writes a table.</summary>
    public static void Write(Table table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected) console.Profile.Width = RedirectedWidth;
        console.Write(table);
    }

    /// <summary>Writes a value as JSON with the members of the API.</summary>
    public static void WriteJson<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>Writes a value as one line of JSON.</summary>
    public static void WriteJsonLine<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Members));
}
