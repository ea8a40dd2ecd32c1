using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Keystone.Api.OpenApi;

/// <summary>A query parameter that a handler reads itself, so that a wrong one is reported like a wrong member of a body.</summary>
/// <param name="Name">Name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Kind"><c>string</c>, <c>integer</c> or <c>boolean</c>.</param>
internal sealed record QueryParameter(string Name, string Description, string Kind)
{
    public string? Format { get; init; }

    public int? Minimum { get; init; }

    public int? Maximum { get; init; }

    public int? Default { get; init; }

    public string[]? AllowedValues { get; init; }

    /// <summary>May be given several times.</summary>
    public bool Repeatable { get; init; }

    /// <summary>What the query says, each word of it one that is allowed. What is not allowed is a fault that names the parameter and the words.</summary>
    public IReadOnlyList<string> ReadAll(IQueryCollection query, Faults faults)
    {
        if (!query.TryGetValue(Name, out StringValues values)) return [];
        string[] words = Kind == "boolean" ? Flags : AllowedValues ?? throw new InvalidOperationException($"{Name} takes any word.");
        if (!Repeatable && values.Count > 1) faults.Add("/" + Name, "repeated", "Give this parameter once.");
        else if (values.All(value => words.Contains(value, StringComparer.Ordinal))) return [.. values.OfType<string>()];
        else faults.Add("/" + Name, "unknown_value", Kind == "boolean" ? "Use true or false." : $"Use one of: {string.Join(", ", words)}.");
        return [];
    }

    /// <summary>The one word of <see cref="ReadAll"/>; null when there is none.</summary>
    public string? Read(IQueryCollection query, Faults faults) => ReadAll(query, faults) is [string word] ? word : null;

    static readonly string[] Flags = ["true", "false"];

    public static QueryParameter Text(string name, string description, bool repeatable = false) => new(name, description, "string") { Repeatable = repeatable };

    public static QueryParameter Time(string name, string description) => new(name, description, "string") { Format = "date-time" };

    public static QueryParameter Flag(string name, string description) => new(name, description, "boolean");

    public static QueryParameter OneOf(string name, string description, params string[] values) => new(name, description, "string") { AllowedValues = values };

    public static QueryParameter Words(string name, string description, params string[] values) => new(name, description, "string") { AllowedValues = values, Repeatable = true };

    public static QueryParameter Integer(string name, string description, int minimum, int maximum, int normal) =>
        new(name, description, "integer") { Minimum = minimum, Maximum = maximum, Default = normal };
}
