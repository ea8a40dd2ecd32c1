namespace Keystone.Hosting;

/// <summary>Section <c>Log</c>.</summary>
public sealed class LogOptions
{
    /// <summary><c>text</c> for people or <c>json</c> for machines; one event a line.</summary>
    public string Format { get; set; } = "text";

    /// <summary>Lowest level written: <c>Verbose</c>, <c>Debug</c>, <c>Information</c>, <c>Warning</c>, <c>Error</c> or <c>Fatal</c>.</summary>
    public string Level { get; set; } = "Information";
}
