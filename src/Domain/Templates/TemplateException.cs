namespace Keystone.Domain.Templates;

/// <summary>A template cannot be used.</summary>
/// <param name="faults">All reasons, a sentence each that names the member or the state.</param>
public sealed class TemplateException(IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    /// <summary>All reasons, a sentence each that names the member or the state.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
