using Keystone.Domain.Templates;

namespace Keystone.Settlements.Templates;

/// <summary>The names under which clients of both generations know the templates.</summary>
public static class TemplateNames
{
    /// <summary>The template of an id, a slug in any case, or an alias; null when there is none.</summary>
    public static Template? Find(IReadOnlyList<Template> available, string name)
    {
        if (Guid.TryParseExact(name, "D", out Guid id))
            return available.FirstOrDefault(t => t.Id == id);
        string slug = SlugOf(name);
        return available.FirstOrDefault(t => t.Slug == slug);
    }

    /// <summary>True for the slug of a built-in template and for what clients write in its place.</summary>
    internal static bool IsBuiltIn(string name) => BuiltInTemplates.All.Any(template => template.Slug == SlugOf(name));

    static string SlugOf(string name) => name.ToLowerInvariant() switch
    {
        "cross_platform_dvp_template" or "cross_platform_dvp" => BuiltInTemplates.CrossPlatform.Slug,
        "dvp-standard" => BuiltInTemplates.Single.Slug,
        string other => other,
    };
}
