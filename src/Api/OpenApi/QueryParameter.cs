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

    public static QueryParameter Text(string name, string description, bool repeatable = false) => new(name, description, "string") { Repeatable = repeatable };

    public static QueryParameter Time(string name, string description) => new(name, description, "string") { Format = "date-time" };

    public static QueryParameter Flag(string name, string description) => new(name, description, "boolean");

    public static QueryParameter OneOf(string name, string description, params string[] values) => new(name, description, "string") { AllowedValues = values };

    public static QueryParameter Words(string name, string description, params string[] values) => new(name, description, "string") { AllowedValues = values, Repeatable = true };

    public static QueryParameter Integer(string name, string description, int minimum, int maximum, int normal) =>
        new(name, description, "integer") { Minimum = minimum, Maximum = maximum, Default = normal };
}
