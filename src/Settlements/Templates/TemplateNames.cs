namespace Keystone.Settlements.Templates;

/// <summary>The names under which clients of both generations know the templates.</summary>
public static class TemplateNames
{
    /// <summary>The template of an id, a slug in any case, or an alias; null when none is on offer under that name.</summary>
    public static OfferedTemplate? Find(IReadOnlyList<OfferedTemplate> offered, string name)
    {
        if (Guid.TryParseExact(name, "D", out Guid id))
            return offered.FirstOrDefault(t => t.Id == id);
        string slug = name.ToLowerInvariant() switch
        {
            "cross_platform_dvp_template" or "cross_platform_dvp" => "dvp-cross-platform",
            "dvp-standard" => "dvp-single",
            string other => other,
        };
        return offered.FirstOrDefault(t => t.Slug == slug);
    }
}
