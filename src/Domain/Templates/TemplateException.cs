namespace Keystone.Domain.Templates;

/// <summary>A template cannot be used.</summary>
/// <param name="faults">Every rule that it breaks.</param>
public sealed class TemplateException(IReadOnlyList<TemplateFault> faults) : Exception(string.Join(' ', faults))
{
    /// <summary>Every rule that it breaks.</summary>
    public IReadOnlyList<TemplateFault> Faults { get; } = faults;
}
