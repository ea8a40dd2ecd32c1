using System.Collections.Frozen;

namespace Keystone.Domain.Templates;

/// <summary>The templates by which settlements are moved. All of them have passed the validator.</summary>
public sealed class TemplateCatalog
{
    readonly FrozenDictionary<(string Slug, int Version), Template> _templates;

    /// <summary>Takes templates, each slug and version once.</summary>
    /// <exception cref="ArgumentException">One of them has faults; with all of them.</exception>
    public TemplateCatalog(IEnumerable<Template> templates)
    {
        ArgumentNullException.ThrowIfNull(templates);
        Dictionary<(string, int), Template> known = [];
        foreach (Template template in templates)
        {
            if (TemplateValidator.Faults(template) is { Count: > 0 } faults)
                throw new ArgumentException($"Version {template.Version} of the template {template.Slug}: {string.Join(' ', faults)}", nameof(templates));
            known.Add((template.Slug, template.Version), template);
        }
        _templates = known.ToFrozenDictionary();
    }

    /// <summary>The templates that every environment has.</summary>
    public static TemplateCatalog BuiltIn { get; } = new([BuiltInTemplates.Single, BuiltInTemplates.CrossPlatform]);

    /// <summary>The template with which a settlement was made; null when this program does not know it.</summary>
    public Template? Find(string slug, int version) => _templates.GetValueOrDefault((slug, version));
}
